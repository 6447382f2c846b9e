import { expect } from "chai";
import { backupCodes, redisStore } from "../../lib/index.ts";
import { makeApp, type TestApp } from "../support/app.ts";
import { generate, spend } from "../support/backup-codes-scene.ts";
import { misbehaviours } from "../support/redis-misbehaves.ts";
import { proxiedRedis } from "../support/proxied-redis.ts";
import { until } from "../support/redis-server.ts";
import { visitor, type Visitor } from "../support/visitor.ts";

const SETS = 510;
const AT_ONCE = 20;
/** None of them in the way. */
const LIMITS = { sendsPerIp: 1_000_000, guessesPerIp: 1_000_000 };

interface Owner {
  user: string;
  me: Visitor;
  /** What is on paper. */
  codes: string[];
}

describe("sets of backup codes while Redis misbehaves", function () {
  this.timeout(240_000);
  const redis = proxiedRedis({ retryStrategy: () => 5 });
  const { suite } = redis;

  async function ownerOf(app: TestApp, user: string, phone: string): Promise<Owner> {
    const me = visitor(app);
    await me.logIn(user);
    await me.send().expect(201);
    await me.verify(app.outbox.messages.findLast(({ to }) => to === phone)?.code).expect(200);
    return { user, me, codes: await generate(me) };
  }

  async function atOnce<Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<void> {
    const waiting = [...items];
    const worker = async () => {
      for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await run(item);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  for (const [name, fault] of Object.entries(misbehaviours(suite, () => redis.proxy, SETS, ["{factors}ea"])))
    it(`[T67] of ${SETS} sets none is replaced unseen, and each that was shown is the one that counts: ${name}`, async () => {
      const users = Object.fromEntries(
        Array.from({ length: SETS }, (_, i) => [`user${i}`, `+8869${String(10_000_000 + i * 1009)}`]),
      );
      const store = redisStore(redis.client);
      const app = makeApp({ store, users, more: [backupCodes()], factors: { limits: LIMITS } });
      const owners: Owner[] = [];
      await atOnce(Object.entries(users), async ([user, phone]) => {
        owners.push(await ownerOf(app, user, phone as string));
      });
      let left = SETS;
      const shown: [Owner, before: string[]][] = [];
      const replacing = atOnce(owners, async (owner) => {
        const { status, body } = await owner.me.post("/backup_codes");
        left -= 1;
        expect(status).to.be.oneOf([201, 503]);
        if (status === 503) return;
        shown.push([owner, owner.codes]);
        owner.codes = (body as { codes: string[] }).codes;
      });
      await Promise.all([fault(() => left), replacing]);
      // What is taken back is sent again until it is answered.
      await until(async () => (await store.ping().catch(() => "away")) === undefined);
      await until(() => redis.client.listenerCount("ready") === 0, 65_000);
      expect(shown.length, "shown").to.be.above(0);
      if (!name.startsWith("replies")) expect(shown.length, "some were refused").to.be.below(SETS);
      const lost: string[] = [];
      await atOnce(owners, async ({ user, codes }) => {
        const again = visitor(app);
        await again.logIn(user);
        if ((await spend(again, codes[0])).status !== 200) lost.push(user);
      });
      expect(lost).to.deep.equal([]);
      const both: string[] = [];
      await atOnce(shown, async ([{ user }, before]) => {
        const again = visitor(app);
        await again.logIn(user);
        if ((await spend(again, before[1])).status !== 400) both.push(user);
      });
      expect(both).to.deep.equal([]);
    });
});
