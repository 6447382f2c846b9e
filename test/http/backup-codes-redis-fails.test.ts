import { expect } from "chai";
import { backupCodes, redisStore } from "../../lib/index.ts";
import { makeApp, versions, type TestApp } from "../support/app.ts";
import { generate, spend } from "../support/backup-codes-scene.ts";
import { redisThatLoses } from "../support/redis-that-loses.ts";
import { passed, visitor } from "../support/visitor.ts";

/** More than one right code needs. */
const MOST_COMMANDS = 25;

describe("a backup code on a Redis that loses answers", function () {
  this.timeout(30_000);
  const redis = redisThatLoses();

  it("[T67] passes in its browser in the end, and once, whichever answer was lost", async () => {
    const names = Array.from({ length: MOST_COMMANDS }, (_, n) => `user${n}`);
    const users = Object.fromEntries(names.map((user, n) => [user, `+8869123456${10 + n}`]));
    const more = [backupCodes({ count: 2 })];
    const apps = versions.map((express) =>
      makeApp({ express, store: redisStore(redis.client), users, more, factors: { deviceCookie: false } }),
    );
    let lost = 0;
    for (const [n, user] of names.entries()) {
      const app = apps[n % apps.length] as TestApp;
      const [code] = await generate(await passed(app, user));
      const [me, other] = [visitor(app), visitor(app)];
      for (const each of [me, other]) await each.logIn(user);
      let wasLost = false;
      void redis.proxy.cutReplyTo("{factors}", n).then(() => (wasLost = true));
      const start = performance.now();
      const statuses: number[] = [];
      do statuses.push((await spend(me, code)).status);
      while (statuses.at(-1) === 503 && performance.now() - start < 10_000);
      const what = `answer ${n}: ${String(statuses)}`;
      expect(statuses.at(-1), what).to.equal(200);
      expect(performance.now() - start, what).to.be.below(2000);
      // Not for a request of its own.
      if (!wasLost) break;
      lost++;
      expect((await spend(other, code)).status, what).to.equal(400);
      await me.get("/chat").expect(200);
      expect((await me.get("/backup_codes").expect(200)).body.remaining, what).to.equal(1);
    }
    expect(lost).to.be.within(8, MOST_COMMANDS - 1);
  });
});
