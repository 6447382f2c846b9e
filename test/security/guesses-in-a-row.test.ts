import { expect } from "chai";
import { backupCodes, memoryStore, redisStore, type Store } from "../../lib/index.ts";
import { makeApp, type TestApp } from "../support/app.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { passed, visitor, wrong, type Visitor } from "../support/visitor.ts";

const HOUR = 3_600_000;
const SENDS = { cooldownSeconds: [0], sendsPerHour: 100, sendsPerDay: 100, guessesInARow: 20 };

describe("wrong guesses in a row, with a store in memory", () => promises(() => memoryStore()));
describe("wrong guesses in a row, with a store in Redis", () => {
  const suite = redisOfSuite();
  let count = 0;
  promises(() => redisStore(suite.client, { prefix: `{row${++count}}` }));
});

function promises(store: () => Store): void {
  const make = (deviceCookie = true) =>
    makeApp({
      store: store(),
      sms: SENDS,
      more: [backupCodes({ guessesInARow: 20 })],
      factors: { deviceCookie, limits: { sendsPerIp: 1000, guessesPerIp: 1000 } },
    });
  const newDevice = async (app: TestApp) => {
    const me = visitor(app);
    await me.logIn("alice");
    return me;
  };
  const byPhone = async (app: TestApp, me: Visitor, guess: number) => {
    const sent = guess % 5 === 0 ? await me.send() : undefined;
    if (sent?.status === 403) return sent;
    return me.verify(wrong(app.outbox.code(), 1 + guess));
  };
  const byBackupCode = async (_app: TestApp, me: Visitor) =>
    me.post("/backup_code_verification", { backup_code: "0000-0000-0000-0000" });

  /** Ten an hour, until it is off; how many that took. */
  async function guessOn(app: TestApp, me: Visitor, guess: typeof byPhone): Promise<number> {
    for (let n = 0; n < 50; n++) {
      if (n % 10 === 0) {
        app.clock.advance(HOUR);
        await me.logIn("alice");
      }
      const { body } = await guess(app, me, n);
      if (body.code === "factor_disabled") return n;
    }
    throw new Error("never off");
  }

  for (const [name, guess] of [
    ["the phone", byPhone],
    ["backup codes", byBackupCode],
  ] as const)
    it(`[T55] [C2] of 20, 16 of strangers turn ${name} off for strangers, and 4 of a known device for known ones`, async () => {
      const app = make();
      const owner = await passed(app);
      const { codes } = (await owner.post("/backup_codes").expect(201)).body as { codes: string[] };
      const open = async (me: Visitor) => {
        await me.logIn("alice");
        if (guess === byPhone) return (await me.send()).status === 201;
        const { body } = await byBackupCode(app, me);
        return body.code === "invalid_code";
      };
      expect(await guessOn(app, await newDevice(app), guess)).to.equal(16);
      expect(await open(visitor(app))).to.equal(false);
      expect(await open(owner)).to.equal(true);
      if (guess === byPhone) await owner.verify(app.outbox.code()).expect(200);
      else await owner.post("/backup_code_verification", { backup_code: codes.pop() }).expect(200);
      expect(await open(visitor(app)), "the owner has passed").to.equal(true);

      expect(await guessOn(app, owner, guess)).to.equal(4);
      expect(await open(owner)).to.equal(false);
      expect(await open(visitor(app))).to.equal(true);
      // Looking whether backup codes are open was two guesses of strangers.
      const left = guess === byPhone ? 16 : 14;
      expect(await guessOn(app, await newDevice(app), guess)).to.equal(left);
      await app.factors.rebound("alice");
      if (guess === byPhone)
        for (const me of [owner, visitor(app)]) expect(await open(me), "bound anew").to.equal(true);
    });

  it("[C2] without device cookies there is one row", async () => {
    const app = make(false);
    await passed(app);
    expect(await guessOn(app, await newDevice(app), byPhone)).to.equal(20);
  });

  it("[T22] a new set of backup codes begins both rows anew", async () => {
    const app = make();
    const owner = await passed(app);
    await owner.post("/backup_codes").expect(201);
    await guessOn(app, await newDevice(app), byBackupCode);
    await guessOn(app, owner, byBackupCode);
    await owner.logIn("alice");
    await owner.send().expect(201);
    await owner.verify(app.outbox.code()).expect(200);
    await owner.post("/backup_codes").expect(201);
    app.clock.advance(HOUR);
    for (const me of [owner, visitor(app)]) {
      await me.logIn("alice");
      expect((await byBackupCode(app, me)).body.code).to.equal("invalid_code");
    }
  });
}
