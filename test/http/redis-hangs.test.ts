import { expect } from "chai";
import { backupCodes, redisStore } from "../../lib/index.ts";
import { makeApp, versions, type TestApp } from "../support/app.ts";
import { until } from "../support/redis-server.ts";
import { passed, visitor, type Visitor } from "../support/visitor.ts";
import { proxiedRedis } from "../support/proxied-redis.ts";

describe("the doors on a Redis that hangs or loses a reply", function () {
  this.timeout(30_000);
  const redis = proxiedRedis({ enableAutoPipelining: true, retryStrategy: () => 1 });
  const { suite } = redis;

  const awake = async (app: TestApp) => {
    suite.server.wake();
    await until(() =>
      app.factors.store.ping().then(
        () => true,
        () => false,
      ),
    );
  };
  const spend = (me: Visitor, backup_code: unknown) => me.post("/backup_code_verification", { backup_code });

  for (const express of versions) {
    describe(`on Express ${express}`, () => {
      const make = () => makeApp({ express, store: redisStore(redis.client), more: [backupCodes()] });
      const signedIn = async (app: TestApp) => {
        const me = visitor(app);
        await me.logIn("alice");
        return me;
      };

      it("[T67] a backup set that was refused does not replace the one on paper", async () => {
        const app = make();
        const owner = await passed(app);
        const { codes } = (await owner.post("/backup_codes").expect(201)).body as { codes: string[] };
        suite.server.hang();
        await owner.post("/backup_codes").expect(503);
        await owner.post("/backup_codes").expect(503);
        await awake(app);
        const me = await signedIn(app);
        await spend(me, codes[0]).expect(200);
      });

      it("[T67] a right backup code that was refused passes at the next try, and no guess is spent", async () => {
        const app = make();
        const owner = await passed(app);
        const { codes } = (await owner.post("/backup_codes").expect(201)).body as { codes: string[] };
        const me = await signedIn(app);
        suite.server.hang();
        for (let i = 0; i < 2; i++) await spend(me, codes[0]).expect(503);
        await me.get("/chat").expect(401);
        await awake(app);
        const stranger = await signedIn(app);
        const { body } = await spend(stranger, "0000-0000-0000-0000").expect(400);
        expect(body.attempts_remaining).to.equal(9);
        await spend(me, codes[0]).expect(200);
        await me.get("/chat").expect(200);
      });

      it("[T67] a backup set whose answer was lost on the wire is the one that is shown", async () => {
        const app = make();
        const owner = await passed(app);
        await owner.post("/backup_codes").expect(201);
        const cut = redis.proxy.cutReplyTo("backup-code:");
        const answer = owner.post("/backup_codes").expect(201);
        const [, { body }] = await Promise.all([cut, answer]);
        await spend(await signedIn(app), (body as { codes: string[] }).codes[3]).expect(200);
      });

      it("[T68] tries while Redis hangs use up no limit of the address", async () => {
        const app = make();
        const alice = await signedIn(app);
        const nora = visitor(app);
        await nora.logIn("nora");
        suite.server.hang();
        const answers = await Promise.all(Array.from({ length: 25 }, () => alice.send()));
        expect(new Set(answers.map(({ status }) => status))).to.not.include(201);
        expect(answers[0]?.status).to.equal(503);
        await awake(app);
        await nora.register("(201) 555-0123", "US").expect(201);
      });
    });
  }
});
