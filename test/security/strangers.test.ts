import { expect } from "chai";
import type { Store } from "../../lib/index.ts";
import { memoryStore, redisStore } from "../../lib/index.ts";
import type { AppOptions, TestApp } from "../support/app.ts";
import { ALICE } from "../support/app.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { allDoors, far, graph, rest, signUp, stranger, strangerAs } from "../support/strangers.ts";
import { passed } from "../support/visitor.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ALICES = "0912 345 678";
const NEW = "0978 000 111";

describe("strangers, with a store in memory", () => promises(() => memoryStore()));
describe("strangers, with a store in Redis", () => {
  const suite = redisOfSuite();
  let count = 0;
  promises(() => redisStore(suite.client, { prefix: `{app${++count}}` }));
});

/** What the last suppressed send was suppressed by. */
const suppressedBy = (app: TestApp) =>
  app.events.findLast(({ name }) => name === "phone_otp_send_suppressed")?.event.limit;

function promises(store: () => Store): void {
  const make = (more: AppOptions = {}) => allDoors(store(), more);
  const login = async (app: TestApp, user = "alice") => (await strangerAs(app, user)).send();
  const crowd = Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [`m${n}`, undefined as string | undefined]),
  );

  it("[T54] unverified sign-ups pause sign-ups of a calling code, and neither logins nor registrations, and take no trial of theirs", async () => {
    const app = make({ users: crowd });
    for (let n = 0; n < 25; n++) await signUp(stranger(app), far(n)).expect(201);
    app.clock.advance(10 * MINUTE);
    await signUp(stranger(app), far(99)).expect(503);
    expect(suppressedBy(app)).to.equal("breaker");
    expect(app.events.find(({ name }) => name === "sends_paused")?.event).to.include({
      purpose: "signup",
      calling_code: "886",
      limit: "breaker",
    });
    for (let hour = 1; hour <= 4; hour++) {
      expect((await login(app)).status, `hour ${hour}`).to.equal(201);
      await (await strangerAs(app, `m${hour}`)).register(far(500 + hour)).expect(201);
      app.clock.advance(HOUR);
      await signUp(stranger(app), far(100 + hour)).expect(201);
      await signUp(stranger(app), far(200 + hour)).expect(503);
    }
  });

  it("[T54] unverified registrations pause registrations, not logins; unverified logins no known device", async () => {
    const mallorys = Object.fromEntries(
      Array.from({ length: 25 }, (_, n) => [`own${n}`, `+886${far(300 + n).slice(1)}`]),
    );
    const app = make({ users: { ...crowd, ...mallorys } });
    const owner = await passed(app);
    for (let n = 0; n < 25; n++) {
      await (await strangerAs(app, `m${n}`)).register(far(n)).expect(201);
      await (await strangerAs(app, `own${n}`)).send().expect(201);
    }
    app.clock.advance(10 * MINUTE);
    await (await strangerAs(app, "m29")).register(far(99)).expect(503);
    expect((await login(app, "own0")).status).to.equal(503);
    await owner.logIn("alice");
    await owner.send().expect(201);
    await owner.verify(app.outbox.code()).expect(200);
  });

  it("[T54] strangers' sends to the neighbours of a number do not hold up its owner", async () => {
    const app = make({ users: crowd });
    const neighbour = (n: number) => `0912 345 ${String(n).padStart(3, "0")}`;
    for (let n = 0; n < 30; n++) await signUp(stranger(app), neighbour(n)).expect(201);
    await signUp(stranger(app), neighbour(30)).expect(429);
    expect(suppressedBy(app)).to.equal("block");
    await (await strangerAs(app, "m1")).register(neighbour(31)).expect(201);
    expect((await login(app)).status).to.equal(201);
  });

  it("[T55] who knows a number cannot use up its owner's sends, nor its owner's registration, nor the other way round", async () => {
    const app = make({ users: crowd, sms: { cooldownSeconds: [0] } });
    for (let round = 0; round < 2; round++) {
      for (const number of [ALICES, NEW])
        for (let n = 0; n < 5; n++) await signUp(stranger(app), number).expect(201);
      expect(await graph(stranger(app), "sign up", ALICE)).to.equal("too_many_requests");
      await rest(stranger(app), "signup/send", { phone_number: ALICE }).expect(429);
      expect(suppressedBy(app)).to.equal("number");
      app.clock.advance(HOUR);
    }
    await signUp(stranger(app), ALICES).expect(429);
    expect((await login(app)).status).to.equal(201);
    const nora = await strangerAs(app, "m0");
    for (let n = 0; n < 5; n++) await nora.register(NEW).expect(201);
    await nora.register(NEW).expect(429);
    await signUp(stranger(app), NEW).expect(429);
    app.clock.advance(22 * HOUR);
    await signUp(stranger(app), NEW).expect(201);
  });

  it("[T55] that somebody has just asked for a code shows at no other door", async () => {
    const app = make({ users: crowd });
    const cooldown = async () => {
      await signUp(stranger(app), ALICES).expect(429);
      expect(suppressedBy(app)).to.equal("cooldown");
    };
    expect((await login(app)).status).to.equal(201);
    const { body } = await signUp(stranger(app), ALICES).expect(201);
    expect(body.resend_after_seconds).to.equal(30);
    await cooldown();
    await (await strangerAs(app, "m1")).register(NEW).expect(201);
    await signUp(stranger(app), NEW).expect(201);
    app.clock.advance(2 * MINUTE);
    await signUp(stranger(app), ALICES).expect(201);
    expect((await login(app)).body.resend_after_seconds).to.equal(60);
    const owner = await passed(make());
    await owner.logIn("alice");
    expect((await owner.send().expect(201)).body.resend_after_seconds).to.equal(30);
  });

  it("[T54] of a budget that the app sets, sign-ups and registrations have half", async () => {
    for (const limit of ["sendsPerDay", "sendsPerCallingCodePerDay", "sendsPerCallingCodePerHour"] as const) {
      const app = make({ users: crowd, factors: { limits: { [limit]: 6, breaker: false } } });
      await signUp(stranger(app), far(1)).expect(201);
      await (await strangerAs(app, "m1")).register(far(2)).expect(201);
      await signUp(stranger(app), far(3)).expect(201);
      const refused = limit === "sendsPerCallingCodePerHour" ? 429 : 503;
      await signUp(stranger(app), far(4)).expect(refused);
      await (await strangerAs(app, "m2")).register(far(5)).expect(refused);
      const names = { sendsPerDay: "day", sendsPerCallingCodePerDay: "calling_code_day" };
      expect(suppressedBy(app)).to.equal(
        { ...names, sendsPerCallingCodePerHour: "calling_code_hour" }[limit],
      );
      const owner = await passed(app);
      await owner.logIn("alice");
      await owner.send().expect(201);
      await owner.verify(app.outbox.code()).expect(200);
    }
  });

  it("[T56] whether a number is taken is told twenty times an hour to one address, whichever accounts ask", async () => {
    const users = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`s${n}`, undefined]));
    for (const door of ["pages", "graphql", "rest"] as const) {
      const app = make({ users });
      const told: string[] = [];
      const refusals: string[] = [];
      const ask = async (n: number) => {
        const me = stranger(app);
        await me.logIn(`s${n}`);
        const from = { "X-Forwarded-For": "203.0.113.7" };
        if (door === "pages") return (await me.register(ALICES).set(from)).body.code as string;
        if (door === "rest")
          return (await rest(me, "beginSetup", { email: `s${n}@example.com`, phone_number: ALICE }).set(from))
            .body.code as string;
        const query = `mutation { sendPhoneOtp(phoneNumber: "${ALICE}") }`;
        return (await me.post("/graphql", { query }).set(from)).body.errors[0].extensions.code as string;
      };
      for (let n = 0; n < 30; n++) {
        const code = await ask(n);
        (code === "phone_taken" ? told : refusals).push(code);
      }
      expect(told, door).to.have.length(20);
      expect(new Set(refusals)).to.deep.equal(new Set(["too_many_requests"]));
      expect(suppressedBy(app)).to.equal("address");
    }
  });

  it("[T56] and to one account, from however many addresses; a refused look counts for no number", async () => {
    const app = make({ users: crowd });
    const told: string[] = [];
    for (let n = 0; n < 30; n++)
      told.push((await (await strangerAs(app, "m0")).register(ALICES)).body.code as string);
    expect(told.filter((code) => code === "phone_taken")).to.have.length(20);
    expect(suppressedBy(app)).to.equal("account");
    expect((await login(app)).status).to.equal(201);
  });
}
