import { Redis } from "ioredis";
import { createIpLimiter } from "../../lib/limiters/ip-limiter.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import { asker } from "./store-scene.ts";

// A process of its own: asks 2000 times a second of a Redis that hangs, and tells by how much its memory has grown: its heap, and what stands outside of it for it (buffers).
const [port, hangMs] = process.argv.slice(2).map(Number) as [number, number];
const client = new Redis(port, "127.0.0.1", { enableAutoPipelining: true });
const store = redisStore(client);
const limiter = createIpLimiter(
  store,
  { name: "send", points: 1e9, durationSeconds: 3600 },
  (who) => `key ${who}`,
);
const me = asker({ store, salt: "" });
const ask = () => me.issue({ admission: limiter.admit("203.0.113.7") }).catch(() => {});
const used = () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

for (let i = 0; i < 200; i++) await ask();
const before = used();
const admin = client.duplicate();
await admin.client("PAUSE", hangMs);
let asked = 0;
let most = 0;
const began = performance.now();
// As many as are due, however late the timer comes.
const every = setInterval(() => {
  for (const due = (performance.now() - began) * 2; asked < due; asked++) void ask();
}, 10);
const watch = setInterval(() => (most = Math.max(most, used())), 500);
while (performance.now() - began < hangMs - 100) await new Promise((resolve) => setTimeout(resolve, 50));
clearInterval(every);
clearInterval(watch);
most = Math.max(most, used());
process.stdout.write(JSON.stringify({ asked, grownBytes: most - before }));
client.disconnect();
admin.disconnect();
