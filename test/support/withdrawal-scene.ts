import { Redis } from "ioredis";
import { expect } from "chai";
import { isFactorError } from "../../lib/errors.ts";
import type { Store } from "../../lib/stores/store.ts";
import { redisOfSuite } from "./redis-of-suite.ts";
import { startRedisProxy, type RedisProxy } from "./redis-proxy.ts";

/** A Redis of the suite's own behind a proxy that cuts replies, and clients of it that end with each test. */
export function withdrawalScene() {
  const suite = redisOfSuite();
  const scene = {
    suite,
    proxy: undefined as unknown as RedisProxy,
    connect(options: object = {}): Redis {
      const client = new Redis(scene.proxy.port, "127.0.0.1", options);
      client.on("error", () => {});
      clients.push(client);
      return client;
    },
    /** All that is kept, but for what withdrawals themselves keep for a minute. */
    async contents(): Promise<Record<string, unknown>> {
      const all: Record<string, unknown> = {};
      for (const key of (await suite.client.keys("*")).sort()) {
        // Credentials have no end.
        if (!key.startsWith("{factors}e")) expect(await suite.client.pttl(key), key).not.to.equal(-1);
        if (key.startsWith("{factors}x")) continue;
        const isHash = (await suite.client.type(key)) === "hash";
        all[key] = await (isHash ? suite.client.hgetall(key) : suite.client.get(key));
      }
      return all;
    },
  };
  const clients: Redis[] = [];
  before(async () => void (scene.proxy = await startRedisProxy(suite.server.port)));
  beforeEach(() => suite.client.flushall());
  afterEach(() => {
    suite.server.wake();
    for (const client of clients.splice(0)) client.disconnect();
  });
  after(() => scene.proxy.stop());
  return scene;
}

export async function unavailable(work: Promise<unknown>): Promise<void> {
  const error: unknown = await work.then(
    (answer) => new Error(`a refusal was expected, got ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (!isFactorError(error)) throw error;
  expect(error.code).to.equal("store_unavailable");
}

export const responds = (store: Store) =>
  store.ping().then(
    () => true,
    () => false,
  );
