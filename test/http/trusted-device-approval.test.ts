import { expect } from "chai";
import { createFactors, memoryStore, redisStore, sms, trustedDevice } from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { accountsIn, SECRET } from "../support/app.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { visitor, type Visitor } from "../support/visitor.ts";
import { signedIn, waysApp, type WaysApp } from "../support/ways-scene.ts";

const MINUTE = 60_000;
const way = (app: WaysApp) => app.way("trusted-device");

async function asked(app: WaysApp, account = "alice", state?: unknown) {
  const begun = await way(app).begin(account, state);
  return { state: begun.state, number: begun.shown["number"] as string, seconds: begun.ttlSeconds };
}

const judged = (app: WaysApp, state: unknown, account = "alice") => way(app).judge(account, state, undefined);
const other = (number: string) => String((Number(number) + 1) % 1_000_000).padStart(6, "0");

async function waiting(me: Visitor): Promise<{ id: string }[]> {
  return (await me.get("/approve").expect(200)).body.waiting;
}

async function decide(me: Visitor, number: unknown, more: object = {}) {
  const [only] = await waiting(me);
  return me.post("/approve", { id: only?.id, approves: true, number, ...more });
}

for (const backend of ["memory", "Redis"] as const) {
  describe(`a remembered device on which somebody is signed in, with the ${backend} store`, () => {
    const suite = backend === "Redis" ? redisOfSuite() : undefined;
    let app: WaysApp;
    let me: Visitor;
    beforeEach(async () => {
      await suite?.client.flushall();
      app = waysApp({ store: suite === undefined ? memoryStore() : redisStore(suite.client) });
      me = await signedIn(app, "alice", true);
    });

    it("[G9] gives the way back by the number that is shown where it is asked for", async () => {
      const { state, number, seconds } = await asked(app);
      expect(number).to.match(/^\d{6}$/);
      expect(seconds).to.equal(300);
      expect(await judged(app, state)).to.equal("pending");
      const [only] = await waiting(me);
      expect(only).to.have.keys("id", "factor", "label", "requested_at", "expires_at");
      expect(JSON.stringify(only)).not.to.include(number);
      const typed = `${number.slice(0, 3)} ${number.slice(3)}`;
      expect((await decide(me, typed)).body).to.deep.equal({ approved: true });
      expect(await judged(app, state)).to.equal("right");
      expect(await waiting(me)).to.deep.equal([]);
      expect(app.events.map(({ name }) => name)).to.include("approval_given");
    });

    it("[G9] gives none without the number, which then costs nothing; nor by a wrong one, nor after a no", async () => {
      const { state, number } = await asked(app);
      for (const odd of [undefined, null, "", "12345", 123456, ["123456"], {}, "x".repeat(10_000)]) {
        const { body } = await decide(me, odd);
        expect(body).to.include({ code: "invalid_code", field: "number" });
      }
      expect(await judged(app, state)).to.equal("pending");
      expect((await decide(me, other(number))).body).to.include({ code: "invalid_code" });
      expect(await judged(app, state)).to.equal("wrong");
      expect(await waiting(me)).to.deep.equal([]);
      const next = await asked(app);
      const [only] = await waiting(me);
      const no = await me
        .post("/approve", { id: only?.id, approves: false, number: next.number })
        .expect(200);
      expect(no.body).to.deep.equal({ approved: false });
      expect(await judged(app, next.state)).to.equal("wrong");
      expect(
        (await me.post("/approve", { id: only?.id, approves: true, number: next.number })).status,
      ).to.equal(401);
      expect(await judged(app, next.state)).to.equal("wrong");
    });

    it("[G9] is decided once, of 20 at the same moment", async () => {
      const { state, number } = await asked(app);
      const [only] = await waiting(me);
      const all = Array.from({ length: 20 }, (_, i) =>
        me.post("/approve", { id: only?.id, approves: true, number: i % 2 === 0 ? number : other(number) }),
      );
      const answers = await Promise.all(all);
      const decided = answers.filter(({ body }) => body.approved === true || body.code === "invalid_code");
      expect(decided).to.have.length(1);
      const right = decided[0]?.body.approved === true;
      expect(await judged(app, state)).to.equal(right ? "right" : "wrong");
    });

    it("[G9] is asked once at a time, three times in ten minutes, five times a day", async () => {
      await asked(app);
      expect(await refusedWith(asked(app))).to.equal("too_many_requests 300");
      // The same attempt may give up its own, twice.
      const { state } = await asked(app, "alice", (await begunAgain(app)).state);
      expect(await refusedWith(asked(app, "alice", state))).to.match(/^too_many_requests/);
      expect(await refusedWith(asked(app, "bob"))).to.equal("nothing");
    });

    it("[T11] keeps no number in clear, and nothing without an end", async () => {
      const { number } = await asked(app);
      if (suite === undefined) return;
      const keys = await suite.client.keys("*");
      const values = await Promise.all(
        keys.map(async (key) => ((await suite.client.type(key)) === "string" ? suite.client.get(key) : "")),
      );
      expect(values.join("\n")).not.to.include(number);
      const lives = await Promise.all(keys.map((key) => suite.client.pttl(key)));
      expect(lives.filter((ms, i) => ms <= 0 && !keys[i]?.includes("credential"))).to.deep.equal([]);
    });
  });
}

/** As "try again" in one attempt: the one before gives way. */
async function begunAgain(app: WaysApp) {
  const request = (await way(app).kit.notes.read(JSON.stringify(["waiting", "alice"]))) as { id: string };
  return asked(app, "alice", { request: request.id });
}

describe("a remembered device", () => {
  it("[G9] has five minutes, and five requests a day", async () => {
    const app = waysApp();
    const me = await signedIn(app, "alice", true);
    const begun: unknown[] = [];
    for (let i = 0; i < 5; i++) {
      const { state, number } = await asked(app);
      begun.push(state);
      app.clock.advance(5 * MINUTE - 1);
      expect(await judged(app, state)).to.equal("pending");
      app.clock.advance(1);
      expect(await judged(app, state)).to.equal("wrong");
      expect(await waiting(me)).to.deep.equal([]);
      expect((await me.post("/approve", { id: "x", approves: true, number })).status).to.equal(401);
    }
    expect(await refusedWith(asked(app))).to.match(/^too_many_requests 8\d{4}$/);
    app.clock.advance(86_400_000);
    await asked(app);
  });

  it("[G9] must be remembered, wholly signed in, and the account's own", async () => {
    const app = waysApp();
    await signedIn(app, "alice", true);
    const { state, number } = await asked(app);
    const notRemembered = await signedIn(app, "alice");
    expect((await notRemembered.get("/approve").expect(400)).body.code).to.equal("not_enrolled");
    expect((await notRemembered.post("/approve", { id: "x", approves: true, number })).body.code).to.equal(
      "not_enrolled",
    );
    const half = visitor(app);
    await half.logIn("alice");
    expect((await half.get("/approve").expect(401)).body.code).to.equal("factor_required");
    const bob = await signedIn(app, "bob", true);
    expect(await waiting(bob)).to.deep.equal([]);
    await visitor(app).get("/approve").expect(401);
    expect(await judged(app, state)).to.equal("pending");
  });

  it("[G9] is known by its secret, not by the id that a list shows", async () => {
    const app = waysApp();
    const me = await signedIn(app, "alice", true);
    await asked(app);
    const { devices } = (await me.get("/trusted_devices").expect(200)).body as { devices: { id: string }[] };
    const thief = await signedIn(app, "alice");
    const access = { domain: "127.0.0.1", path: "/", secure: true, script: false };
    const own = (me.agent.jar.getCookies(access as never) as unknown as { name: string }[]).find(({ name }) =>
      name.startsWith("factors_trusted"),
    );
    expect(own).not.to.equal(undefined);
    thief.agent.jar.setCookie(`${own?.name}=${devices[0]?.id}.${"A".repeat(22)}; path=/`, "127.0.0.1");
    expect((await thief.get("/approve").expect(400)).body.code).to.equal("not_enrolled");
    await me.get("/approve").expect(200);
  });

  it("[T30] approves nothing while its session ends, or once it is forgotten", async () => {
    const app = waysApp();
    const me = await signedIn(app, "alice", true);
    const { state, number } = await asked(app);
    expect((await decide(me, number, { ends: true })).status).to.equal(401);
    expect(await judged(app, state)).to.equal("pending");
    const again = await signedIn(app, "alice", true);
    await app.factors.devices.revokeAll("alice");
    expect((await again.get("/approve").expect(400)).body.code).to.equal("not_enrolled");
  });

  it("[H19][T43] is asked for in the same way where there is none: a number that nobody can type", async () => {
    const app = waysApp();
    await signedIn(app, "alice", true);
    const [known, unknown] = [await asked(app), await asked(app, "decoy x")];
    expect(Object.keys(unknown)).to.deep.equal(Object.keys(known));
    expect(unknown.number).to.match(/^\d{6}$/);
    expect(await judged(app, unknown.state, "decoy x")).to.equal("pending");
    expect(await judged(app, unknown.state, "alice")).to.equal("wrong");
    expect(await refusedWith(asked(app, "decoy x"))).to.equal(await refusedWith(asked(app)));
    app.clock.advance(5 * MINUTE);
    expect(await judged(app, unknown.state, "decoy x")).to.equal("wrong");
  });

  it("[A3] shows numbers of which each is as likely", async () => {
    const app = waysApp();
    const counts = Array.from({ length: 10 }, () => 0);
    const runs = 1000;
    for (let i = 0; i < runs; i++) {
      const { number } = await asked(app, `decoy ${i}`);
      for (const digit of number) counts[Number(digit)]!++;
    }
    const expected = (runs * 6) / 10;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // Nine degrees of freedom: one run in ten million is above it.
    expect(chiSquare).to.be.below(48);
  });

  it("proves nothing at a login, and demands nothing", async () => {
    const app = waysApp();
    const me = visitor(app);
    await me.logIn("alice");
    await me.post("/trusted_device_verification/challenge").expect(404);
    expect((await me.get("/second_factor").expect(200)).body.factors).to.have.length(1);
  });

  it("is shown at the settings, by its name", async () => {
    const app = waysApp();
    const me = await signedIn(app, "alice", true);
    const { factors } = (await me.get("/security").expect(200)).body as {
      factors: { factor: string; id: unknown }[];
    };
    expect(factors.find(({ factor }) => factor === "trusted-device")).to.include({ id: null, label: "?" });
  });

  it("needs devices to be remembered at all", () => {
    const build = () =>
      createFactors({
        secret: SECRET,
        accounts: accountsIn(new Map()),
        factors: [sms({ transport: outbox() }), trustedDevice()],
      });
    expect(build).to.throw(TypeError, "rememberDevice must be on");
  });
});

async function refusedWith(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "nothing";
  } catch (error) {
    const { code, details } = error as { code: string; details: { retryAfter: number } };
    return `${code} ${details.retryAfter}`;
  }
}
