import { expect } from "chai";
import { rejects } from "node:assert/strict";
import { isFactorError } from "../../lib/index.ts";
import { ALICE, makeApp } from "../support/app.ts";
import { passed, refusedWith, visitor, withCode, wrong } from "../support/visitor.ts";

const HOUR = 3_600_000;
const NO_COOLDOWN = { cooldownSeconds: [0] };

describe("limits on sending", () => {
  it("[D2] [T36] waits 30 then 60 seconds, and Retry-After is the second from which it works", async () => {
    const app = makeApp();
    const { me } = await withCode(app);
    for (const wait of [30, 60, 60]) {
      const { headers } = await me.send().expect(429);
      expect(headers["retry-after"]).to.equal(String(wait));
      app.clock.advance(wait * 1000 - 1);
      expect((await me.send().expect(429)).headers["retry-after"]).to.equal("1");
      app.clock.advance(1);
      await me.send().expect(201);
    }
  });

  it("[T31] [D3] five sends an hour and ten a day to a number, with the right Retry-After; a refused one disturbs nothing", async () => {
    const app = makeApp({ sms: { ...NO_COOLDOWN, ttlSeconds: 600 } });
    const me = visitor(app);
    const five = async () => {
      await me.logIn("alice");
      for (let i = 0; i < 5; i++) await me.send().expect(201);
    };
    await five();
    expect((await me.send().expect(429)).body.retry_after).to.equal(3600);
    expect((await me.get("/sms_verification/challenge").expect(200)).body.attempts_remaining).to.equal(5);
    app.clock.advance(HOUR);
    await five();
    app.clock.advance(HOUR);
    await me.logIn("alice");
    const { body } = await me.send().expect(429);
    expect(body.retry_after).to.equal(22 * 3600);
    app.clock.advance(22 * HOUR);
    await me.logIn("alice");
    await me.send().expect(201);
  });

  it("[T31] a passed code lifts the cooldown, never the hourly cap", async () => {
    const app = makeApp();
    // The first makes it a known device, which has sends of its own.
    const me = await passed(app);
    for (let i = 0; i < 5; i++) {
      await me.logIn("alice");
      await me.send().expect(201);
      await me.verify(app.outbox.code()).expect(200);
    }
    await me.send().expect(429);
  });

  it("[T31] [D4] one account cannot text many numbers: five an hour, whichever", async () => {
    const app = makeApp({ sms: NO_COOLDOWN });
    const nora = visitor(app);
    await nora.logIn("nora");
    for (let i = 0; i < 5; i++) await nora.register(`0978 000 11${i}`).expect(201);
    await nora.register("0978 000 119").expect(429);
    expect(app.outbox.messages).to.have.length(5);
    const other = visitor(app);
    await other.logIn("alice");
    await other.send().expect(201);
  });

  it("[T31] one account cannot ask for ever whether numbers are taken", async () => {
    const app = makeApp();
    const nora = visitor(app);
    await nora.logIn("nora");
    for (let i = 0; i < 20; i++) await nora.register(ALICE).expect(400);
    await nora.register(ALICE).expect(429);
  });

  it("[T33] a number spelled five ways is one bucket", async () => {
    const app = makeApp({ users: { a: undefined, b: undefined, c: undefined, d: undefined, e: undefined } });
    const spellings = [
      ["TW", "0978 000 111"],
      ["886", "+886978000111"],
      ["+886", "978-000-111"],
      ["tw", "(0978) 000.111"],
      ["TW", "０９７８０００１１１"],
    ] as const;
    const statuses: number[] = [];
    for (const [i, [country, number]] of spellings.entries()) {
      const me = visitor(app);
      await me.logIn("abcde"[i] as string);
      statuses.push((await me.register(number, country)).status);
    }
    expect(statuses).to.deep.equal([201, 429, 429, 429, 429]);
  });

  it("[T31] [D4] twenty sends an hour from one address, refused ones counted; the others go on", async () => {
    const users = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`u${i}`, `+8869120000${10 + i}`]));
    const app = makeApp({ users, trustProxy: true });
    const from = (ip: string) => visitor(app, "json", { "X-Forwarded-For": ip });
    for (let i = 0; i < 10; i++) {
      const me = from("192.0.2.7");
      await me.logIn(`u${i}`);
      await me.send().expect(201);
      await me.send().expect(429);
    }
    const last = from("192.0.2.7");
    await last.logIn("u10");
    const { body } = await last.send().expect(429);
    expect(body.retry_after).to.be.within(3590, 3600);
    expect(app.outbox.messages).to.have.length(10);
    const elsewhere = from("192.0.2.8");
    await elsewhere.logIn("u11");
    await elsewhere.send().expect(201);
  });

  it("[T31] an IPv6 /64 is one address, and IPv4 in IPv6 is the IPv4 address", async () => {
    const app = makeApp({
      trustProxy: true,
      sms: NO_COOLDOWN,
      factors: { limits: { sendsPerIp: 2 } },
    });
    const send = async (ip: string) => {
      const me = visitor(app, "json", { "X-Forwarded-For": ip });
      await me.logIn("alice");
      return (await me.send()).status;
    };
    const seen = [];
    for (const ip of ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:0db8:0001:0002::3", "2001:db8:1:3::1"])
      seen.push(await send(ip));
    expect(seen).to.deep.equal([201, 201, 429, 201]);
    const mapped = makeApp({
      trustProxy: true,
      sms: NO_COOLDOWN,
      factors: { limits: { sendsPerIp: 1 } },
    });
    const me = visitor(mapped, "json", { "X-Forwarded-For": "::ffff:192.0.2.7" });
    await me.logIn("alice");
    await me.send().expect(201);
    const same = visitor(mapped, "json", { "X-Forwarded-For": "192.0.2.7" });
    await same.logIn("alice");
    await same.send().expect(429);
  });

  it("[T32] [C13] a spoofed X-Forwarded-For moves no bucket; behind a trusted proxy it does", async () => {
    for (const trustProxy of [undefined, true]) {
      const app = makeApp({ trustProxy, sms: NO_COOLDOWN, factors: { limits: { sendsPerIp: 1 } } });
      const statuses = [];
      for (const ip of ["192.0.2.1", "192.0.2.2"]) {
        const me = visitor(app, "json", { "X-Forwarded-For": ip });
        await me.logIn("alice");
        statuses.push((await me.send()).status);
      }
      expect(statuses).to.deep.equal(trustProxy === undefined ? [201, 429] : [201, 201]);
    }
  });

  it("[T32] [C13] a request without an address is not one bucket for everybody", async () => {
    const app = makeApp({ sms: NO_COOLDOWN, factors: { limits: { sendsPerIp: 1 } } });
    for (let i = 0; i < 3; i++) await app.factors.begin(bareRequest());
  });

  it("[T37] direct calls of factors.begin, register and verify are limited like the doors, and share their buckets", async () => {
    const app = makeApp();
    const { me, code } = await withCode(app);
    const request = bareRequest();
    const limited = await app.factors.begin(request).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(isFactorError(limited) && [limited.code, limited.details.retryAfter]).to.deep.equal([
      "too_many_requests",
      30,
    ]);
    app.clock.advance(30_000);
    await app.factors.begin(request);
    for (let i = 1; i <= 4; i++)
      await rejects(
        app.factors.verify(request, "sms", wrong(app.outbox.code())),
        refusedWith("invalid_code"),
      );
    await rejects(
      app.factors.verify(request, "sms", wrong(app.outbox.code())),
      refusedWith("attempts_exceeded"),
    );
    for (let i = 1; i <= 4; i++) await me.verify(wrong(code)).expect(400);
    await me.verify(wrong(code)).expect(400);
    expect((await me.verify(code).expect(429)).body.code, "ten in an hour, over both").to.equal(
      "too_many_requests",
    );
    const nora = bareRequest("nora");
    for (let i = 0; i < 5; i++)
      await app.factors.register(nora, { country_code: "TW", phone_number: `097800011${i}` });
    await rejects(
      app.factors.register(nora, { country_code: "TW", phone_number: "0978000119" }),
      refusedWith("too_many_requests"),
    );
  });

  it("[T15b] a limit of 0 means 0", async () => {
    for (const options of [
      { sms: { sendsPerHour: 0 } },
      { sms: { sendsPerDay: 0 } },
      { factors: { limits: { sendsPerIp: 0 } } },
    ]) {
      const app = makeApp(options);
      const me = visitor(app);
      await me.logIn("alice");
      await me.send().expect(429);
      expect(app.outbox.messages).to.have.length(0);
    }
  });

  it("[T38] [O10] no message before the password is right", async () => {
    const app = makeApp();
    const stranger = visitor(app);
    await stranger.agent.post("/login").send({ user: "mallory" }).expect(401);
    await stranger.send().expect(401);
    await stranger.register().expect(401);
    await stranger.verify("123456").expect(401);
    expect(app.outbox.messages).to.have.length(0);
    expect(app.events).to.have.length(0);
  });

  it("a refused send does not disturb the code that is alive, with resend: new either", async () => {
    for (const resend of ["same", "new"] as const) {
      const app = makeApp({ sms: { ...NO_COOLDOWN, resend }, factors: { limits: { sendsPerIp: 1 } } });
      const { me, code } = await withCode(app);
      await me.send().expect(429);
      await me.verify(code).expect(200);
    }
  });
});

/** A request as an app's own code would hand it in, with no HTTP in between. */
function bareRequest(user = "alice") {
  const session = { regenerate: (done: () => void) => done() };
  return {
    user: { id: user },
    headers: {},
    session,
    sessionID: `session of ${user} ${Math.floor(performance.now() * 1e6)}`,
  };
}
