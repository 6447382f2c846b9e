import { Redis } from "ioredis";
import { createIpLimiter } from "../../lib/limiters/ip-limiter.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import { asker } from "./store-scene.ts";

// A process of its own: asks 2000 times a second of a Redis that hangs, and tells by how much its heap has grown.
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
const heap = () => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

for (let i = 0; i < 200; i++) await ask();
const before = heap();
const admin = client.duplicate();
await admin.client("PAUSE", hangMs);
let asked = 0;
let most = 0;
const end = performance.now() + hangMs - 100;
const every = setInterval(() => {
  for (let i = 0; i < 20; i++, asked++) void ask();
}, 10);
const watch = setInterval(() => (most = Math.max(most, heap())), 500);
while (performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
clearInterval(every);
clearInterval(watch);
most = Math.max(most, heap());
process.stdout.write(JSON.stringify({ asked, grownBytes: most - before }));
client.disconnect();
admin.disconnect();
