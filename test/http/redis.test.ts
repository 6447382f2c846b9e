import { expect } from "chai";
import { Redis } from "ioredis";
import { redisStore } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { startRedis, type RedisServer } from "../support/redis-server.ts";
import { passed, visitor, withCode, wrong } from "../support/visitor.ts";

describe("the doors on a real Redis", () => {
  let server: RedisServer;
  let redis: Redis;
  before(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
    redis.on("error", () => {});
  });
  beforeEach(() => redis.flushall());
  after(async () => {
    redis.disconnect();
    await server.stop();
  });

  for (const express of versions) {
    describe(`on Express ${express}`, () => {
      const make = (options: Parameters<typeof makeApp>[0] = {}) =>
        makeApp({ express, store: redisStore(redis), ...options });

      it("[T41] of two sessions that register two first numbers at once, one does, and the other gets in nowhere", async () => {
        for (let i = 0; i < 5; i++) {
          await redis.flushall();
          const app = make();
          const [one, other] = [visitor(app), visitor(app)];
          await Promise.all([one.logIn("nora"), other.logIn("nora")]);
          await one.register("(201) 555-0123", "US").expect(201);
          await other.register("(201) 555-0124", "US").expect(201);
          const [mine, theirs] = ["+12015550123", "+12015550124"].map((to) => app.outbox.code(to));
          const answers = await Promise.all([one.verify(mine), other.verify(theirs)]);
          expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
          const chats = await Promise.all([one.get("/chat"), other.get("/chat")]);
          expect(chats.filter(({ status }) => status === 200)).to.have.length(1);
          const again = answers[0].status === 200 ? other.verify(theirs) : one.verify(mine);
          expect((await again.expect(401)).body.code).to.equal("code_expired");
        }
      });

      it("registers, verifies, signs in again and steps up", async () => {
        const app = make();
        await passed(app, "nora");
        const me = visitor(app);
        await me.logIn("nora");
        await me.send().expect(201);
        await me.verify(app.outbox.code()).expect(200);
        await me.get("/chat").expect(200);
        app.clock.advance(300_000);
        await me.get("/fresh").expect(401);
        await me.send().expect(201);
        await me.post("/code", { pin_number: app.outbox.code() }).expect(200);
        await me.get("/fresh").expect(200);
      });

      it("[C3] counts wrong codes down, and Retry-After is right", async () => {
        const app = make();
        const { me, code } = await withCode(app);
        expect((await me.send().expect(429)).headers["retry-after"]).to.equal("30");
        for (const left of [4, 3, 2, 1])
          expect((await me.verify(wrong(code)).expect(400)).body.attempts_remaining).to.equal(left);
        expect((await me.verify(wrong(code)).expect(400)).body.code).to.equal("attempts_exceeded");
        expect((await me.verify(code).expect(400)).body.code).to.equal("attempts_exceeded");
      });

      it("[T2] [T60] of 50 parallel right answers exactly one passes, and all end signed in", async () => {
        const app = make();
        const { me, code } = await withCode(app);
        const answers = await Promise.all(Array.from({ length: 50 }, () => me.verify(code)));
        expect(answers.map(({ status }) => status)).to.deep.equal(answers.map(() => 200));
        expect(app.events.filter(({ name }) => name === "phone_otp_verify_completed")).to.have.length(1);
        await me.get("/chat").expect(200);
      });

      it("[C2] a disabled factor can be bound anew", async () => {
        const app = make({ sms: { guessesInARow: 2 } });
        const before = await passed(app);
        const { me, code } = await withCode(app);
        for (let i = 0; i < 2; i++) await me.verify(wrong(code));
        await me.send().expect(403);
        await before.register("0978 000 111").expect(201);
        await before.verify(app.outbox.code("+886978000111")).expect(200);
        await me.send().expect(201);
      });

      it("[T11] [B1] a dump shows neither code nor number, and [T10] every key has an expiry", async () => {
        const { me, code } = await withCode(make());
        await me.verify(wrong(code)).expect(400);
        const keys = await redis.keys("*");
        expect(keys.length).to.be.greaterThan(2);
        for (const key of keys) {
          expect(await redis.pttl(key), key).to.be.within(1, 400 * 86_400_000 * 10);
          const dump = ((await redis.dumpBuffer(key)) ?? Buffer.alloc(0)).toString("latin1") + key;
          for (const secret of [code, "886912345678", "912345678", Buffer.from(code).toString("base64")])
            expect(dump, key).not.to.include(secret);
        }
      });
    });
  }

  it("[T35] [C14] Redis gone: 503 with Retry-After within a second, nobody is let in; back again, all works without a restart", async () => {
    const app = makeApp({ store: redisStore(redis) });
    const { me, code } = await withCode(app);
    await server.kill();
    const began = performance.now();
    const { headers } = await me.verify(code).expect(503);
    expect(headers["retry-after"]).to.match(/^[1-9]\d*$/);
    await me.send().expect(503);
    expect(performance.now() - began).to.be.lessThan(2000);
    await me.get("/chat").expect(401);
    await server.start();
    await new Promise<void>((resolve) =>
      redis.status === "ready" ? resolve() : redis.once("ready", () => resolve()),
    );
    const back = visitor(app);
    await back.logIn("alice");
    await back.send().expect(201);
    await back.verify(app.outbox.code()).expect(200);
  });
});
