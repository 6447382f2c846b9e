import { expect } from "chai";
import supertest from "supertest";
import { memoryStore, redisStore, type Store } from "../../lib/index.ts";
import { digestKey } from "../../lib/crypto/secret.ts";
import { makeApp, SECRET, type AppOptions, type TestApp } from "../support/app.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { visitor } from "../support/visitor.ts";

const DAY = 86_400_000;
const NEWER = "another secret of at least thirty-two characters";

const trustedIn = (headers: Record<string, unknown>) =>
  (headers["set-cookie"] as string[] | undefined)
    ?.find((each) => each.startsWith("factors_trusted"))
    ?.split(";")[0];

/** A login with this cookie: whether the device stood in for the second factor, and the cookie that the browser has then. */
async function logIn(app: TestApp, cookie: string): Promise<{ trusted: boolean; cookie: string }> {
  const { body, headers } = await supertest(app.server)
    .post("/login")
    .set("Cookie", cookie)
    .send({ user: "alice" })
    .expect(200);
  return { trusted: body.trusted, cookie: trustedIn(headers) ?? cookie };
}

/** The cookie of a device that alice has had remembered. */
async function remembered(app: TestApp): Promise<string> {
  const me = visitor(app);
  await me.logIn("alice");
  await me.send().expect(201);
  const { headers } = await me
    .post("/sms_verification", { pin_number: app.outbox.code(), remember_device: true })
    .expect(200);
  return trustedIn(headers) as string;
}

for (const kind of ["memory", "Redis"] as const) {
  describe(`[T66] a remembered device whose secret was just replaced, on ${kind}`, () => {
    const suite = kind === "Redis" ? redisOfSuite() : undefined;
    const stores = (): Store => (suite === undefined ? memoryStore() : redisStore(suite.client));
    const make = (trust: object = {}, more: AppOptions = {}) =>
      makeApp({
        store: stores(),
        ...more,
        factors: { tenant: `t${(tenants += 1)}`, rememberDevice: trust, ...more.factors },
      });
    let tenants = 0;

    it("stands in for all of twenty logins at once, which get one new secret and count as one", async () => {
      const app = make({ logins: 2 });
      const first = await remembered(app);
      const answers = await Promise.all(Array.from({ length: 20 }, () => logIn(app, first)));
      expect(answers.map(({ trusted }) => trusted)).to.deep.equal(Array(20).fill(true));
      const cookies = new Set(answers.map(({ cookie }) => cookie));
      expect(cookies.size).to.equal(1);
      expect([...cookies]).not.to.include(first);
      app.clock.advance(60_000);
      const second = await logIn(app, [...cookies][0] as string);
      expect(second.trusted, "the second of two logins").to.equal(true);
      app.clock.advance(60_000);
      expect((await logIn(app, second.cookie)).trusted, "the third").to.equal(false);
    });

    it("is not forgotten where the answer was lost, and goes on with the secret that it was given again", async () => {
      const app = make();
      const first = await remembered(app);
      const lost = await logIn(app, first);
      app.clock.advance(29_999);
      const again = await logIn(app, first);
      expect(again).to.deep.equal(lost);
      app.clock.advance(DAY);
      expect((await logIn(app, again.cookie)).trusted).to.equal(true);
    });

    it("stands in for the last login that it may, also where that comes twice", async () => {
      const app = make({ logins: 1 });
      const first = await remembered(app);
      const answers = await Promise.all([logIn(app, first), logIn(app, first)]);
      expect(answers.map(({ trusted }) => trusted)).to.deep.equal([true, true]);
      expect((await logIn(app, answers[0].cookie)).trusted).to.equal(false);
    });

    it("is forgotten 30 seconds later: then an old secret is a copy; the grace is not prolonged by using it", async () => {
      const app = make();
      const first = await remembered(app);
      const second = await logIn(app, first);
      app.clock.advance(20_000);
      expect((await logIn(app, first)).trusted).to.equal(true);
      app.clock.advance(10_000);
      expect((await logIn(app, first)).trusted).to.equal(false);
      expect((await logIn(app, second.cookie)).trusted, "the copy has ended the device").to.equal(false);
    });

    it("takes the secret before, and none before that", async () => {
      const app = make();
      const first = await remembered(app);
      const second = await logIn(app, first);
      const third = await logIn(app, second.cookie);
      expect((await logIn(app, second.cookie)).cookie).to.equal(third.cookie);
      expect((await logIn(app, first)).trusted).to.equal(false);
      expect((await logIn(app, third.cookie)).trusted).to.equal(false);
    });

    it("outlives the app's secrets: a new one comes in, and the old one is taken out", async () => {
      const store = stores();
      const factors = (secret: string | string[]) => ({ tenant: "rotated", secret });
      const before = make({}, { store, factors: factors(SECRET) });
      const first = await remembered(before);
      const both = make({}, { store, factors: factors([NEWER, SECRET]) });
      const second = await logIn(both, first);
      expect(second.trusted).to.equal(true);
      expect((await logIn(both, first)).cookie).to.equal(second.cookie);
      const after = make({}, { store, factors: factors(NEWER) });
      const third = await logIn(after, second.cookie);
      expect(third.trusted).to.equal(true);
      const gone = make({}, { store, factors: factors("one more secret, of thirty-two characters") });
      // Nobody can make the current secret again: the browser keeps what it has, and is let in.
      expect(await logIn(gone, second.cookie)).to.deep.equal({ trusted: true, cookie: second.cookie });
      expect((await logIn(gone, third.cookie)).trusted).to.equal(true);
    });

    it("keeps a device that was remembered before secrets were made from its id", async () => {
      const store = stores();
      const app = make({}, { store });
      const cookie = await remembered(app);
      const { list, add } = store.trusted;
      const account = digestKey(["trusted", app.factors.tenant, "alice"]);
      const [device] = await list(account, app.clock());
      const { previous: _none, ...kept } = JSON.parse(device?.value ?? "") as Record<string, unknown>;
      // SHA-256 of "a-random-secret".
      const hash = "0cChhqMQ3shKYx8k6RnsG7YtqqzYhzA1_Sdg11TouFg";
      const limits = { most: 10, ttlMs: DAY };
      await add(account, device?.id as string, JSON.stringify({ ...kept, hash }), app.clock(), limits);
      const old = cookie.replace(/\.[^.]*$/, ".a-random-secret");
      const next = await logIn(app, old);
      expect(next.trusted).to.equal(true);
      expect((await logIn(app, old)).cookie).to.equal(next.cookie);
      expect((await logIn(app, next.cookie)).trusted).to.equal(true);
    });
  });
}
