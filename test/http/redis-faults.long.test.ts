import { expect } from "chai";
import type { Response } from "supertest";
import { redisStore } from "../../lib/index.ts";
import { makeApp, type TestApp } from "../support/app.ts";
import { misbehaviours } from "../support/redis-misbehaves.ts";
import { until } from "../support/redis-server.ts";
import { visitor } from "../support/visitor.ts";
import { proxiedRedis } from "../support/proxied-redis.ts";

const LOGINS = 510;
const AT_ONCE = 85;
/** None of them in the way: what is counted is looked at itself. */
const LIMITS = { sendsPerIp: 1_000_000, guessesPerIp: 1_000_000 };

/** What became of one login, as the person saw it. */
interface Story {
  sends: number[];
  tries: number[];
}

describe("logins by a code while Redis misbehaves", function () {
  this.timeout(60_000);
  const redis = proxiedRedis({ retryStrategy: () => 5 });
  const { suite } = redis;

  const faults = misbehaviours(suite, () => redis.proxy, LOGINS);
  for (const [name, fault] of Object.entries(faults))
    it(`[T67] ${LOGINS} logins: none lost, none passed twice, no cooldown without a message, nothing counted for an address: ${name}`, async () => {
      const users = Object.fromEntries(
        Array.from({ length: LOGINS }, (_, i) => [`user${i}`, `+8869${String(10_000_000 + i * 1009)}`]),
      );
      const app = makeApp({ store: redisStore(redis.client), users, factors: { limits: LIMITS } });
      const stories = new Map<string, Story>();
      let left = LOGINS;
      const waiting = Object.keys(users);
      const worker = async () => {
        for (let user = waiting.pop(); user !== undefined; user = waiting.pop(), left -= 1)
          stories.set(user, await logIn(app, user, users[user] as string));
      };
      await Promise.all([fault(() => left), ...Array.from({ length: AT_ONCE }, worker)]);
      const told = [...stories.values()];
      const refused = told.flatMap(({ sends, tries }) => [...sends, ...tries]).filter((each) => each === 503);
      if (!name.startsWith("replies")) expect(refused.length, "503s").to.be.greaterThan(0);
      expect(tally(told.map(({ sends }) => sends.at(-1))), "sends").to.deep.equal({ 201: LOGINS });
      expect(tally(told.map(({ tries }) => tries.at(-1))), "tries").to.deep.equal({ 200: LOGINS });
      const passes = app.events.filter((each) => each.name === "phone_otp_verify_completed");
      const accounts = passes.map(({ event }) => event.account);
      expect([accounts.length, new Set(accounts).size]).to.deep.equal([LOGINS, LOGINS]);
      expect(app.outbox.messages.length, "messages").to.equal(LOGINS);
      const buckets = async () =>
        Promise.all(
          (await suite.client.keys("{factors}i*")).map(async (key) => Number(await suite.client.get(key))),
        );
      await until(async () => (await buckets()).every((count) => count <= LOGINS)).catch(async () =>
        expect(await buckets(), "counted for the address").to.deep.equal([LOGINS, LOGINS]),
      );
    });

  /** As a person would: whatever is answered 503 is tried again, and nothing else. */
  async function logIn(app: TestApp, user: string, phone: string): Promise<Story> {
    const me = visitor(app);
    const again = async (ask: () => PromiseLike<Response>): Promise<number[]> => {
      const seen: number[] = [];
      const end = performance.now() + 20_000;
      do seen.push((await ask()).status);
      while (seen.at(-1) === 503 && performance.now() < end);
      return seen;
    };
    await again(() => me.post("/login", { user }));
    const sends = await again(() => me.send());
    const message = app.outbox.messages.findLast(({ to }) => to === phone);
    return { sends, tries: await again(() => me.verify(message?.code)) };
  }
});

function tally(statuses: readonly (number | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of statuses) counts[String(each)] = (counts[String(each)] ?? 0) + 1;
  return counts;
}
