import { createServer } from "node:http";
import { RedisStore } from "connect-redis";
import { expect } from "chai";
import session from "express-session";
import { createFactors, sms } from "passport-factors";
import { signup } from "../../lib/index.ts";
import { outbox } from "passport-factors/testing";
import { ownPages } from "../../docs/examples/own-pages.ts";
import { accountsIn, ALICE, makeApp, SECRET, type TestApp, type User } from "../support/app.ts";
import { hastyBrowser } from "../support/hasty-browser.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { SlowStore, withoutTouch } from "../support/slow-sessions.ts";
import { visitor } from "../support/visitor.ts";

type Make = () => session.Store;

const app = (sessionStore: session.Store): TestApp =>
  makeApp({ sessionStore, factors: { paths: { success: "/chat" } } });

/** Signs in with the code, going on at once at every step; answers where that ends. */
async function signIn(chat: TestApp) {
  const me = hastyBrowser(chat.server);
  await me.head("POST", "/login", { user: "alice" });
  const asked = await me.post("/sms_verification/challenge");
  return { me, asked, ended: await me.post("/sms_verification", { pin_number: chat.outbox.code() }) };
}

describe("[T59] a browser that follows at once", () => {
  const suite = redisOfSuite();
  const stores: Record<string, Make> = {
    "express-session's MemoryStore": () => new session.MemoryStore(),
    "connect-redis": () => new RedisStore({ client: suite.client }),
    "a store without touch": () => withoutTouch(new SlowStore(20)),
  };
  for (const ms of [5, 20, 100, 300]) stores[`a store that writes after ${ms} ms`] = () => new SlowStore(ms);

  for (const [name, make] of Object.entries(stores)) {
    it(`is in, with ${name}`, async () => {
      const { asked, ended } = await signIn(app(make()));
      expect(asked).to.deep.equal({ path: "/sms_verification/new", status: 200 });
      expect(ended).to.deep.equal({ path: "/chat", status: 200 });
    });
  }

  it("is in by Passport's own strategy and redirect, and by a sign-up", async () => {
    const chat = makeApp({
      sessionStore: new SlowStore(100),
      factors: { paths: { success: "/chat" } },
      routes(on, { factors, passport }) {
        on.use("/phone_signup", signup(factors));
        on.post("/own", (req, res, next) => {
          req.body = { pin_number: chat.outbox.code() };
          void passport.authenticate("sms", { successRedirect: "/chat" })(req, res, next);
        });
      },
    });
    const me = hastyBrowser(chat.server);
    await me.head("POST", "/login", { user: "alice" });
    await me.post("/sms_verification/challenge");
    expect(await me.post("/own")).to.deep.equal({ path: "/chat", status: 200 });
    const newcomer = hastyBrowser(chat.server);
    const number = { country_code: "TW", phone_number: "0978 000 111" };
    expect((await newcomer.post("/phone_signup", number)).status).to.equal(200);
    const typed = { pin_number: chat.outbox.code(), email: "mia@example.com" };
    expect(await newcomer.post("/phone_signup/verification", typed)).to.deep.equal({
      path: "/chat",
      status: 200,
    });
  });

  type Verbs = Pick<session.MemoryStore, "get" | "set" | "destroy"> & { touch: session.Store["touch"] };
  /** That app takes the store that express-session brings; this is what it does in its place. */
  const inTheReadme: Record<string, (own: Verbs) => Partial<Verbs>> = {
    "connect-redis": () => {
      const redis = new RedisStore({ client: suite.client });
      return {
        get: (...args) => void redis.get(...args),
        set: (...args) => void redis.set(...args),
        destroy: (...args) => void redis.destroy(...args),
        touch: (...args) => void redis.touch(...args),
      };
    },
    "a store without touch": () => ({ touch: undefined }),
  };
  for (const ms of [5, 20, 100, 300])
    inTheReadme[`a store that writes after ${ms} ms`] = ({ set }) => ({
      set(...args) {
        setTimeout(() => set.apply(this, args), ms);
      },
    });

  for (const [name, instead] of Object.entries(inTheReadme)) {
    it(`is in, in the README's own app, with ${name}`, async () => {
      const taken = session.MemoryStore.prototype as Verbs;
      const { get, set, destroy, touch } = taken;
      Object.assign(taken, instead({ get, set, destroy, touch }));
      try {
        const transport = outbox();
        const users = new Map<string, User>([["alice", { id: "alice", phone: ALICE }]]);
        const paths = { login: "/", registration: "/phone", verification: "/code" };
        const factors = createFactors<User>({
          secret: SECRET,
          accounts: accountsIn(users),
          factors: [sms({ transport })],
          paths,
        });
        const server = createServer(ownPages(factors)).listen(0);
        server.unref();
        const me = hastyBrowser(server);
        expect(await me.post("/login", { name: "alice" })).to.deep.equal({ path: "/code", status: 200 });
        expect(await me.post("/code/send")).to.deep.equal({ path: "/code", status: 200 });
        expect(await me.post("/code", { code: transport.code() })).to.deep.equal({
          path: "/inside",
          status: 200,
        });
      } finally {
        Object.assign(taken, { get, set, destroy, touch });
      }
    });
  }

  it("[T61] a send writes no session, nor does a wrong code or starting over", async () => {
    const store = new SlowStore(0);
    const chat = app(store);
    const me = visitor(chat);
    await me.logIn("alice");
    const before = store.writes;
    await me.send().expect(201);
    await me.get("/sms_verification/new").expect(200);
    await me.verify("000000").expect(400);
    await me.post("/sms_verification/start_over").expect(200);
    await me.register().expect(401);
    expect(store.writes).to.equal(before);
    chat.clock.advance(60_000);
    await me.send().expect(201);
    await me.verify(chat.outbox.code()).expect(200);
    expect(store.writes).to.be.greaterThan(before);
  });
});

describe("[T60] a right code that is posted twice", () => {
  const completed = ({ events }: TestApp) =>
    events.filter(({ name }) => name === "phone_otp_verify_completed").length;

  for (const ms of [0, 100]) {
    it(`in two clicks ends signed in, whichever answer the browser keeps, with a store of ${ms} ms`, async () => {
      for (const kept of [0, 1]) {
        const chat = app(new SlowStore(ms));
        const me = hastyBrowser(chat.server);
        await me.head("POST", "/login", { user: "alice" });
        await me.post("/sms_verification/challenge");
        const before = me.cookie();
        const pin = { pin_number: chat.outbox.code() };
        const clicks = [0, 1].map(() => {
          const click = hastyBrowser(chat.server);
          click.setCookie(before);
          return { click, answer: click.head("POST", "/sms_verification", pin) };
        });
        const answers = await Promise.all(clicks.map(async ({ answer }) => answer));
        expect(answers).to.deep.equal([0, 1].map(() => ({ status: 303, location: "/chat" })));
        expect(await clicks[kept]?.click.get("/chat")).to.include({ status: 200 });
        expect(completed(chat)).to.equal(1);
      }
    });
  }

  it("once more with the old cookie, whose session is gone, ends in the new one; with another code it does not", async () => {
    const chat = app(new SlowStore(0));
    const { me } = await signInKeeping(chat);
    const late = hastyBrowser(chat.server);
    late.setCookie(me.before);
    const wrong = await late.head("POST", "/sms_verification", { pin_number: wrongOf(chat) });
    expect(wrong).to.deep.equal({ status: 303, location: "/login" });
    const right = await late.post("/sms_verification", { pin_number: chat.outbox.code() });
    expect(right).to.deep.equal({ path: "/chat", status: 200 });
    expect(completed(chat)).to.equal(1);
    // The old id opens nothing by itself.
    const dead = hastyBrowser(chat.server);
    dead.setCookie(me.before);
    expect(await dead.head("GET", "/chat")).to.include({ status: 303 });
  });

  it("guessing at it with the old cookie gets no more tries than any code", async () => {
    const chat = app(new SlowStore(0));
    const { me } = await signInKeeping(chat);
    const thief = hastyBrowser(chat.server);
    thief.setCookie(me.before);
    for (let i = 0; i < 5; i++) await thief.head("POST", "/sms_verification", { pin_number: wrongOf(chat) });
    const answer = await thief.head("POST", "/sms_verification", { pin_number: chat.outbox.code() });
    expect(answer).to.deep.equal({ status: 303, location: "/login" });
  });

  it("leads nowhere once its session has ended, nor after half a minute", async () => {
    for (const end of [
      async (chat: TestApp, cookie: string) => {
        const owner = hastyBrowser(chat.server);
        owner.setCookie(cookie);
        await owner.head("POST", "/logout");
      },
      async (chat: TestApp) => chat.clock.advance(30_000),
    ]) {
      const chat = app(new SlowStore(0));
      const { me } = await signInKeeping(chat);
      await end(chat, me.after);
      const late = hastyBrowser(chat.server);
      late.setCookie(me.before);
      const { location } = await late.head("POST", "/sms_verification", { pin_number: chat.outbox.code() });
      expect(location).not.to.equal("/chat");
      expect(await late.head("GET", "/chat")).to.include({ status: 303 });
    }
  });

  const wrongOf = ({ outbox: { code } }: TestApp) =>
    String((Number(code()) + 1) % 1_000_000).padStart(6, "0");

  async function signInKeeping(chat: TestApp) {
    const me = hastyBrowser(chat.server);
    await me.head("POST", "/login", { user: "alice" });
    await me.post("/sms_verification/challenge");
    const before = me.cookie();
    await me.post("/sms_verification", { pin_number: chat.outbox.code() });
    return { me: { before, after: me.cookie() } };
  }
});
