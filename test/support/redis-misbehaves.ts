import type { SuiteRedis } from "./redis-of-suite.ts";
import type { RedisProxy } from "./redis-proxy.ts";
import { until } from "./redis-server.ts";

/** Each goes wrong while something is done `total` times; `left` says how many of them are left. */
export function misbehaviours(
  suite: SuiteRedis,
  proxy: () => RedisProxy,
  total: number,
  cut: readonly string[] = ["{factors}c", "{factors}n", "{factors}g"],
): Record<string, (left: () => number) => Promise<void>> {
  return {
    async "CLIENT PAUSE 800"(left) {
      for (const at of [0.9, 0.6, 0.3]) {
        await until(() => left() < total * at, 30_000);
        await suite.client.call("CLIENT", "PAUSE", "800");
      }
    },
    async "SIGSTOP for 3 s"(left) {
      await until(() => left() < total * 0.7, 30_000);
      suite.server.hang();
      const end = performance.now() + 3000;
      await until(() => performance.now() > end);
      suite.server.wake();
    },
    async "replies cut on the wire"(left) {
      for (const bytes of cut)
        for (let i = 0; i < 15 && left() > total / 25; i++)
          await Promise.race([proxy().cutReplyTo(bytes), until(() => left() < total / 25, 30_000)]);
    },
  };
}
