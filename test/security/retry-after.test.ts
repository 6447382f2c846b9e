import { expect } from "chai";
import type { Response } from "supertest";
import { backupCodes, signup } from "../../lib/index.ts";
import { makeApp, type AppOptions, type TestApp } from "../support/app.ts";
import { call, NORA, restApp } from "../support/rest.ts";
import { passed, visitor, wrong } from "../support/visitor.ts";
import { until } from "../support/redis-server.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The test's clock begins here: on an hour, and so long before the end of a day. */
const LEFT_OF_DAY = DAY - ((1_800_000_000_000 / 1000) % DAY);

const FREE = { cooldownSeconds: [0], sendsPerHour: 99, sendsPerDay: 99 };
/** Two neighbours in one country. */
const users = { alice: "+886912345678", bob: "+886912345679", nora: undefined };

const sendAs = (user: string) => async (app: TestApp) => {
  const me = visitor(app);
  await me.logIn(user);
  return me.send();
};
const registerAs = (number: string) => async (app: TestApp) => {
  const me = visitor(app);
  await me.logIn("nora");
  return me.register(number);
};
const signUp = async (app: TestApp) =>
  visitor(app).post("/phone_signup", { country_code: "TW", phone_number: "0978 000 111" });
const routes: AppOptions["routes"] = (app, { factors }) => void app.use("/phone_signup", signup(factors));

interface Case {
  options: AppOptions;
  /** Uses it up. */
  before(app: TestApp): Promise<unknown>;
  /** Is refused for so many seconds. */
  ask(app: TestApp): Promise<Response>;
  seconds: number;
  status?: 503;
  /** What is answered once it works again, where it is not a success. */
  after?: 400 | 401;
}

/** As many wrong codes as an account has in an hour. */
async function guessTen(app: TestApp): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const me = visitor(app);
    await me.logIn("alice");
    await me.send().expect(201);
    for (let k = 0; k < 5; k++) await me.verify(wrong(app.outbox.code())).expect(400);
  }
}

const first = sendAs("alice");
const limits = (more: object): AppOptions => ({ users, sms: FREE, factors: { limits: more } });

const CASES: Record<string, Case> = {
  "the cooldown": { options: {}, before: first, ask: first, seconds: 30 },
  "the number's hour": {
    options: { sms: { ...FREE, sendsPerHour: 1 } },
    before: first,
    ask: first,
    seconds: HOUR,
  },
  "the number's day": {
    options: { sms: { ...FREE, sendsPerDay: 1 } },
    before: first,
    ask: first,
    seconds: DAY,
  },
  "the account's new numbers": {
    options: { sms: { ...FREE, sendsPerHour: 2 } },
    before: async (app) => [await registerAs("0978 000 111")(app), await registerAs("0978 000 112")(app)],
    ask: registerAs("0978 000 113"),
    seconds: HOUR,
  },
  "the lockout": {
    options: { sms: FREE },
    before: guessTen,
    ask: first,
    seconds: HOUR,
  },
  "the lockout, at a code": {
    options: { sms: FREE },
    before: async (app) => {
      await guessTen(app);
      app.clock.advance(1000);
    },
    ask: async (app) => {
      const me = visitor(app);
      await me.logIn("alice");
      return me.post("/sms_verification", { pin_number: "000000" });
    },
    seconds: HOUR - 1,
    // There is no code any more.
    after: 401,
  },
  "the lockout, at a backup code": {
    options: { sms: FREE, more: [backupCodes()] },
    before: async (app) => {
      await (await passed(app)).post("/backup_codes").expect(201);
      await guessTen(app);
    },
    ask: async (app) => {
      const me = visitor(app);
      await me.logIn("alice");
      return me.post("/backup_code_verification", { backup_code: "0000-0000-0000-0000" });
    },
    seconds: HOUR,
    after: 400,
  },
  "the block": {
    options: limits({ sendsPerBlock: 1 }),
    before: first,
    ask: sendAs("bob"),
    seconds: 10 * MINUTE,
  },
  "the breaker": {
    options: limits({ breaker: { minimum: 1, share: 1, pauseSeconds: 5 * MINUTE } }),
    before: async (app) => {
      await first(app);
      app.clock.advance(10 * MINUTE * 1000);
    },
    ask: sendAs("bob"),
    seconds: 5 * MINUTE,
    status: 503,
  },
  "a calling code's hour": {
    options: limits({ sendsPerCallingCodePerHour: 1 }),
    before: first,
    ask: sendAs("bob"),
    seconds: HOUR,
  },
  "a calling code's day": {
    options: limits({ sendsPerCallingCodePerDay: 1 }),
    before: first,
    ask: sendAs("bob"),
    seconds: LEFT_OF_DAY,
    status: 503,
  },
  "the app's day": {
    options: limits({ sendsPerDay: 1 }),
    before: first,
    ask: sendAs("bob"),
    seconds: LEFT_OF_DAY,
    status: 503,
  },
  "a sign-up": { options: { routes }, before: signUp, ask: signUp, seconds: 30 },
};

describe("[L2][T36] Retry-After is the second from which it works", () => {
  for (const [what, { options, before, ask, seconds, status = 429, after }] of Object.entries(CASES))
    it(`${what}: refused for ${seconds} s, also one millisecond before, and let in at it`, async () => {
      const app = makeApp(options);
      await before(app);
      await sure(app, ask, seconds, status, after);
    });

  it("a REST call: the same", async () => {
    const app = restApp(5)({ users: { nora: "+12015550123" } });
    const ask = async () => call(app, "requestCode", NORA);
    expect((await ask()).status).to.equal(200);
    await sure(app, ask, 30, 429);
  });

  it("an address, at a send and at a guess, by the clock of the world: not a second early, and no later than told", async () => {
    const app = makeApp({
      users,
      sms: FREE,
      factors: { limits: { windowMs: 1000, sendsPerIp: 1, guessesPerIp: 1 } },
    });
    const [sender, guesser] = [visitor(app), visitor(app)];
    await sender.logIn("alice");
    await guesser.logIn("alice");
    for (const ask of [() => sender.send(), () => guesser.verify("000000")]) {
      expect((await ask()).status).not.to.equal(429);
      const counted = performance.now();
      expect((await ask()).headers["retry-after"]).to.equal("1");
      await until(async () => (await ask()).status !== 429);
      expect(performance.now() - counted, "not before the second is over").to.be.at.least(950);
    }
  });
});

async function sure(
  app: TestApp,
  ask: Case["ask"],
  seconds: number,
  status: number,
  works?: number,
): Promise<void> {
  const refused = async (left: number) => {
    const { status: got, headers, body } = await ask(app);
    expect([got, headers["retry-after"], body.retry_after]).to.deep.equal([status, String(left), left]);
  };
  await refused(seconds);
  app.clock.advance(seconds * 1000 - 1);
  await refused(1);
  app.clock.advance(1);
  const { status: now } = await ask(app);
  if (works === undefined) expect(now).to.be.below(300);
  else expect(now).to.equal(works);
}
