import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { redisStore } from "../../lib/stores/redis.ts";
import type { VerifyRequest } from "../../lib/stores/store.ts";

// A process of its own: says that it is ready, then asks the same question many times at once and tells the outcomes.
const client = new Redis(process.argv[2] as string);
const store = redisStore(client);
await store.ping();

process.once("message", ({ request, times }: { request: VerifyRequest; times: number }) => {
  const ask = () => store.verify({ ...request, attempt: randomUUID() });
  void Promise.all(Array.from({ length: times }, ask)).then((answers) => {
    client.disconnect();
    process.send?.(answers.map(({ outcome }) => outcome));
    process.disconnect();
  });
});
process.send?.("ready");
