import { rejects } from "node:assert/strict";
import { expect } from "chai";
import { Redis } from "ioredis";
import { auditTrail, redisStore } from "../../lib/index.ts";
import { makeApp, type TestApp } from "../support/app.ts";
import { startRedis, type RedisServer } from "../support/redis-server.ts";
import { totpApp, withTotp } from "../support/totp-scene.ts";
import { passed, refusedWith, visitor, withCode, wrong } from "../support/visitor.ts";

const HOUR = 3_600_000;

describe("the audit trail", () => {
  let server: RedisServer;
  let redis: Redis;
  before(async () => void (server = await startRedis()));
  after(() => server.stop());
  beforeEach(async () => {
    redis = new Redis(server.port, { maxRetriesPerRequest: 1 });
    redis.on("error", () => {});
    await redis.flushall();
  });
  afterEach(() => redis.disconnect());

  const withTrail = (app: TestApp, options = {}) => ({ app, audit: auditTrail(app.factors, redis, options) });

  it("keeps every attempt in order, and tells them by account", async () => {
    const { app, audit } = withTrail(makeApp({ store: redisStore(redis) }));
    const { me, code } = await withCode(app);
    await me.verify(wrong(code)).expect(400);
    await me.verify(code).expect(200);
    await withCode(app, "nora");
    const all = await audit.read();
    expect(all.map(({ name, account }) => [name, account])).to.deep.equal(
      app.events.map(({ name, event }) => [name, event.account]),
    );
    const { id: _id, name, ...event } = all[3] as (typeof all)[0];
    expect({ name, event }).to.deep.equal(app.events[3]);
    expect((await audit.read({ account: "nora" })).map((each) => each.purpose)).to.deep.equal([
      "phone",
      "phone",
    ]);
    expect(await audit.read({ account: "nobody" })).to.deep.equal([]);
  });

  it("[G10] keeps who put a factor on file, took it off, or was refused", async () => {
    const app = totpApp();
    const audit = auditTrail(app.factors, redis);
    const thief = visitor(app);
    await thief.logIn("alice");
    await thief.post("/security/totp").expect(401);
    const { me, id } = await withTotp(app, "nora");
    await me.register("(201) 555-0123", "US").expect(201);
    await me.verify(app.outbox.code()).expect(200);
    await me.post("/security/totp/remove", { id }).expect(200);
    const named = (await audit.read()).filter(({ name }) => name.startsWith("factor_"));
    expect(named.map(({ name, account, factor, reason }) => [name, account, factor, reason])).to.deep.equal([
      ["factor_enrolment_refused", "alice", "totp", "factor_required"],
      ["factor_added", "nora", "totp", undefined],
      ["factor_removed", "nora", "totp", undefined],
    ]);
    await audit.close();
  });

  it("is read in pages, and between two times", async () => {
    const { app, audit } = withTrail(makeApp());
    for (let i = 0; i < 3; i++) await passed(app, "alice").then(() => app.clock.advance(60_000));
    const all = await audit.read();
    const first = await audit.read({ limit: 5 });
    const rest = await audit.read({ after: first[4]?.id as string });
    expect([...first, ...rest]).to.deep.equal(all);
    const now = Date.now();
    expect(await audit.read({ since: now + 60_000 })).to.deep.equal([]);
    expect(await audit.read({ until: now - 60_000 })).to.deep.equal([]);
    expect(await audit.read({ since: now - 60_000, until: now + 60_000 })).to.deep.equal(all);
    for (const limit of [0, 1001, 1.5]) await rejects(audit.read({ limit }), /limit/);
  });

  it("[T11] [N1] [N2] holds no code and no number", async () => {
    const { app, audit } = withTrail(makeApp());
    const { me, code } = await withCode(app);
    await me.verify(code).expect(200);
    await audit.close();
    const raw = JSON.stringify(await redis.xrange("{factors}:audit", "-", "+"));
    expect(raw).to.include("phone_otp_verify_completed");
    expect(raw).not.to.include(code).and.not.include("912345678");
  });

  it("is bounded in length and in time, and the key itself expires", async () => {
    const app = makeApp({ sms: { cooldownSeconds: [0], sendsPerHour: 1000, sendsPerDay: 1000 } });
    const { audit } = withTrail(app, { maxEntries: 1000, keepDays: 1 });
    const now = Date.now();
    for (let i = 0; i < 200; i++)
      await redis.xadd("{factors}:audit", `${now - 25 * HOUR}-${i + 1}`, "e", "{}");
    await passed(app);
    await audit.read();
    const ttl = await redis.pttl("{factors}:audit");
    expect(ttl).to.be.within(24 * HOUR - 60_000, 24 * HOUR);
    expect(await redis.xlen("{factors}:audit")).to.be.lessThan(150);
    for (let i = 0; i < 1500; i++) await redis.xadd("{factors}:audit", "*", "e", "{}");
    await passed(app);
    await audit.read();
    expect(await redis.xlen("{factors}:audit")).to.be.within(1000, 1200);
    expect((await audit.read({ limit: 1000 })).every(({ id }) => Number.parseInt(id, 10) >= now)).to.equal(
      true,
    );
  });

  it("[N7] forgets an account when told to", async () => {
    const { app, audit } = withTrail(makeApp());
    await passed(app);
    await withCode(app, "nora");
    expect(await audit.erase("alice")).to.be.greaterThan(3);
    expect((await audit.read()).every(({ account }) => account === "nora")).to.equal(true);
    expect(await audit.erase("alice")).to.equal(0);
  });

  it("[T35] a Redis that is away holds nobody up: the loss is told, and the trail goes on when it is back", async () => {
    const { app, audit } = withTrail(makeApp());
    await server.kill();
    try {
      await passed(app);
      await audit.close();
    } finally {
      await server.start();
    }
    expect(app.told).to.have.length.at.least(1);
    expect(app.told.every(refusedWith("store_unavailable"))).to.equal(true);
    const again = auditTrail(app.factors, redis);
    app.clock.advance(60_000);
    const me = visitor(app);
    await me.logIn("alice");
    await me.send().expect(201);
    await again.close();
    expect((await again.read()).map(({ name }) => name)).to.include("phone_otp_send_delivery_completed");
  });

  it("refuses figures out of range, and what is no client", () => {
    const { factors } = makeApp();
    expect(() => auditTrail(factors, {})).to.throw(TypeError, /ioredis or node-redis client/);
    for (const bad of [{ maxEntries: 10 }, { keepDays: 0 }, { keepDay: 1 }])
      expect(() => auditTrail(factors, redis, bad as object)).to.throw(TypeError, Object.keys(bad)[0]);
  });
});
