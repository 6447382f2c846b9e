import { expect } from "chai";
import type { FactorsOptions, SendAttempt } from "../../lib/index.ts";
import { limitsFromEnv } from "../../lib/index.ts";
import { makeApp, type TestApp, type User } from "../support/app.ts";
import { passed, visitor, wrong } from "../support/visitor.ts";

type Limits = NonNullable<FactorsOptions["limits"]>;
const PLENTY: Limits = { sendsPerIp: 10_000, guessesPerIp: 10_000 };

/** Many people whose numbers are neighbours: +886 912 345 000 and on. */
function crowd(limits: Limits, more: Partial<FactorsOptions<User>> = {}, count = 60): TestApp {
  const users = Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`p${n}`, `+886912${345_000 + n}`]),
  );
  return makeApp({
    users: { ...users, us: "+12015550123" },
    factors: { limits: { ...PLENTY, ...limits }, ...more },
  });
}

async function sendTo(app: TestApp, user: string) {
  const me = visitor(app);
  await me.logIn(user);
  return { me, answer: await me.send() };
}

async function statuses(app: TestApp, from: number, count: number): Promise<number[]> {
  const all: number[] = [];
  for (let n = from; n < from + count; n++) all.push((await sendTo(app, `p${n}`)).answer.status);
  return all;
}

const some = (status: number, count: number) => Array.from({ length: count }, () => status);

describe("what sends may cost", () => {
  it("[O5] 30 sends to a block of 1000 neighbours in ten minutes, then 429 until the window ends", async () => {
    const app = crowd({ breaker: false });
    expect(await statuses(app, 0, 32)).to.deep.equal([...some(201, 30), 429, 429]);
    expect((await sendTo(app, "us")).answer.status).to.equal(201);
    const { body } = (await sendTo(app, "p40")).answer;
    app.clock.advance(body.retry_after * 1000);
    expect(await statuses(app, 41, 1)).to.deep.equal([201]);
  });

  it("[T31] [T15b] caps of a calling code by the hour hold, and 0 is 0; other calling codes go on", async () => {
    const app = crowd({ sendsPerCallingCodePerHour: 3 });
    expect(await statuses(app, 0, 4)).to.deep.equal([201, 201, 201, 429]);
    expect((await sendTo(app, "us")).answer.status).to.equal(201);
    expect(await statuses(crowd({ sendsPerCallingCodePerHour: 0 }), 0, 1)).to.deep.equal([429]);
  });

  it("sends that an address is refused use up nobody's budget, and cannot pause a calling code", async () => {
    const app = crowd({ sendsPerIp: 1, sendsPerDay: 10, breaker: { minimum: 5 } }, {}, 30);
    app.app.set("trust proxy", true);
    expect(await statuses(app, 0, 20)).to.deep.equal([201, ...some(429, 19)]);
    app.clock.advance(10 * 60_000);
    const victim = visitor(app, "json", { "X-Forwarded-For": "203.0.113.9" });
    await victim.logIn("p25");
    await victim.send().expect(201);
    expect(app.outbox.messages).to.have.length(2);
  });

  it("[O8] a budget for the day pauses sends with 503, per calling code and in total", async () => {
    const app = crowd({ sendsPerDay: 3, sendsPerCallingCodePerDay: 2 });
    expect(await statuses(app, 0, 3)).to.deep.equal([201, 201, 503]);
    expect((await sendTo(app, "us")).answer.status).to.equal(201);
    const { body, headers } = (await sendTo(app, "p9")).answer;
    expect(body.code).to.equal("sends_paused");
    expect(Number(headers["retry-after"])).to.be.within(1, 86_400);
    app.clock.advance(body.retry_after * 1000);
    expect(await statuses(app, 10, 1)).to.deep.equal([201]);
  });

  it("[O6] a calling code whose codes are not verified is paused, told, tried again, and opened by a code that passes", async () => {
    const app = crowd({ sendsPerBlock: 255, breaker: { minimum: 20, share: 0.1, pauseSeconds: 3600 } });
    expect(await statuses(app, 0, 25)).to.deep.equal(some(201, 25));
    app.clock.advance(600_000);
    const { body } = (await sendTo(app, "p30")).answer;
    expect(body).to.include({ status: 503, code: "sends_paused", retry_after: 3600 });
    expect((await sendTo(app, "us")).answer.status, "another calling code").to.equal(201);
    const paused = app.events.filter(({ name }) => name === "sends_paused");
    expect(paused).to.have.length(1);
    expect(paused[0]?.event).to.include({ calling_code: "886" });
    app.clock.advance(3600_000);
    const trial = await sendTo(app, "p31");
    expect(trial.answer.status).to.equal(201);
    expect((await sendTo(app, "p32")).answer.status, "beside the trial").to.equal(503);
    await trial.me.verify(app.outbox.code()).expect(200);
    expect(app.events.map(({ name }) => name)).to.include("sends_resumed");
    expect(await statuses(app, 33, 5)).to.deep.equal(some(201, 5));
  });

  it("[O6] people who verify keep their calling code open", async () => {
    const app = crowd({ sendsPerBlock: 255 });
    for (let n = 0; n < 30; n++) {
      const { me } = await sendTo(app, `p${n}`);
      if (n % 5 === 0) await me.verify(app.outbox.code()).expect(200);
    }
    app.clock.advance(600_000);
    expect(await statuses(app, 31, 2)).to.deep.equal([201, 201]);
  });

  it("[O9] [D16] the hook before each send is told what a captcha or a risk service needs, and can refuse", async () => {
    const asked: SendAttempt[] = [];
    let answer: boolean | undefined = false;
    const app = crowd({}, { beforeSend: (attempt) => (asked.push(attempt), answer) });
    const { me, answer: refused } = await sendTo(app, "p1");
    expect(refused.body).to.include({ status: 403, code: "send_refused" });
    expect(asked[0]).to.include({
      account: "p1",
      channel: "sms",
      purpose: "login",
      to: "+886912345001",
      calling_code: "886",
    });
    expect(app.outbox.messages).to.deep.equal([]);
    answer = undefined;
    await me.send().expect(201);
  });

  it("a hook that throws refuses, and its error is not shown", async () => {
    const app = crowd({}, { beforeSend: () => Promise.reject(new Error("risk service: secret detail")) });
    const { answer } = await sendTo(app, "p1");
    expect(answer.body.code).to.equal("send_refused");
    expect(JSON.stringify(answer.body)).not.to.include("risk service");
  });
});

describe("the operations' window from the environment", () => {
  it("sets sends and guesses per address, over the defaults", async () => {
    const limits = limitsFromEnv({
      AUTH_OTP_RATE_LIMIT_WINDOW_MS: "60000",
      AUTH_OTP_RATE_LIMIT_MAX_REQUESTS: "2",
    });
    expect(limits).to.deep.equal({ windowMs: 60_000, sendsPerIp: 2, guessesPerIp: 2 });
    const app = crowd({ ...limits });
    expect(await statuses(app, 0, 3)).to.deep.equal([201, 201, 429]);
    const guessing = crowd({ ...limits });
    const { me } = await sendTo(guessing, "p9");
    for (const status of [400, 400, 429]) await me.verify(wrong(guessing.outbox.code())).expect(status);
  });

  it("names what is wrong; unset and empty are the defaults; the prefix is an option", () => {
    expect(limitsFromEnv({ AUTH_OTP_RATE_LIMIT_WINDOW_MS: " " })).to.deep.equal({});
    expect(limitsFromEnv({ X_RATE_LIMIT_MAX_REQUESTS: "0" }, { prefix: "X_" })).to.deep.equal({
      sendsPerIp: 0,
      guessesPerIp: 0,
    });
    for (const value of ["1.5", "-1", "1e3", "ten", "0x10", "999"])
      expect(() => limitsFromEnv({ AUTH_OTP_RATE_LIMIT_WINDOW_MS: value })).to.throw(
        TypeError,
        /AUTH_OTP_RATE_LIMIT_WINDOW_MS must be an integer from 1000 to 86400000/,
      );
  });
});

describe("test numbers", () => {
  const NUMBER = { phone: "+886912345000", code: "424242", until: new Date(1_800_000_600_000) };

  it("[O11] take a fixed code until their end, and nothing is sent to them", async () => {
    const app = crowd({}, { testNumbers: [NUMBER] });
    const { me, answer } = await sendTo(app, "p0");
    expect(answer.status).to.equal(201);
    expect(app.outbox.messages).to.deep.equal([]);
    await me.verify(wrong(NUMBER.code)).expect(400);
    await me.verify(NUMBER.code).expect(200);
    app.clock.advance(600_000);
    const later = await sendTo(app, "p0");
    expect(app.outbox.messages).to.have.length(1);
    await later.me.verify(NUMBER.code).expect(400);
  });

  it("[O11] are refused in production unless named, and each mistake by its name", () => {
    const before = process.env["NODE_ENV"];
    process.env["NODE_ENV"] = "production";
    try {
      expect(() => crowd({}, { testNumbers: [NUMBER] })).to.throw(
        /testNumbers\[0\]: refused under NODE_ENV=production/,
      );
      expect(() => crowd({}, { testNumbers: [{ ...NUMBER, production: true }] })).not.to.throw();
    } finally {
      process.env["NODE_ENV"] = before;
      if (before === undefined) delete process.env["NODE_ENV"];
    }
    expect(() => crowd({}, { testNumbers: [{ ...NUMBER, code: "1234" }] })).to.throw(/code must be 6 digits/);
    expect(() => crowd({}, { testNumbers: [{ ...NUMBER, phone: "0912" }] })).to.throw(/phone must be E.164/);
    expect(() => crowd({}, { testNumbers: [{ ...NUMBER, until: "soon" }] })).to.throw(/until must be a date/);
  });
});

it("[M1] [G3] a change of the number is told with the number that was replaced", async () => {
  const told: unknown[] = [];
  const app = makeApp({ factors: { notify: (notice) => void told.push(notice) } });
  const me = await passed(app);
  await me.register("(201) 555-0123", "US").expect(201);
  await me.verify(app.outbox.code()).expect(200);
  expect(told).to.have.length(1);
  expect(told[0]).to.include({ kind: "phone_changed", previous_phone: "+886912345678" });
});
