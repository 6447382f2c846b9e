// What a request costs, beside the least that it could cost: `npm run bench`, with `-- --quick` for a look and
// `-- --profile=folder` for a CPU profile of the server. Only ratios of one run mean anything.
import { parseArgs } from "node:util";
import { startRedis } from "../test/support/redis-server.ts";
import { growth } from "./growth.ts";
import { importTime } from "./import-time.ts";
import { recoveryCosts } from "./recovery.ts";
import { growthTable, ratioTable, recoveryTable } from "./report.ts";
import { alternate, countRoundTrips, type Bench } from "./rounds.ts";
import { startServer } from "./server-process.ts";
import { weight } from "./weight.ts";

const FULL = {
  rounds: 7,
  requests: 5000,
  sizes: [1000, 10_000, 100_000, 1_000_000],
  growthRounds: 7,
  growthRequests: 2000,
  recoveries: 200,
  imports: 11,
};
const QUICK = {
  rounds: 1,
  requests: 300,
  sizes: [1000, 10_000],
  growthRounds: 1,
  growthRequests: 100,
  recoveries: 10,
  imports: 3,
};
const CONNECTIONS = 50;

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, profile: { type: "string" } },
});
const plan = values.quick ? QUICK : FULL;
console.log(
  `import of the main entry, beyond express, passport and ioredis: ${(await importTime(plan.imports)).toFixed(0)} ms`,
);
console.log(await weight());
const redis = await startRedis();
const server = startServer(redis.port, values.profile);
try {
  for (const [database, sessions, title] of [
    [0, "plain", "no session store"],
    [1, "redis", "express-session, connect-redis"],
  ] as const) {
    const { port } = await server.open({ database, sessions });
    const bench: Bench = { server, port, withCookies: sessions === "redis", connections: CONNECTIONS };
    const pairs = await alternate(bench, plan.rounds, plan.requests);
    const roundTrips = await countRoundTrips(bench, (plan.rounds + 1) * plan.requests);
    console.log(`\n${ratioTable(title, pairs, roundTrips)}`);
  }
  console.log(`\n${recoveryTable(await recoveryCosts(redis.port, plan.recoveries))}`);
  console.log(
    `\n${growthTable(await growth(server, plan.sizes, plan.growthRounds, plan.growthRequests, CONNECTIONS))}`,
  );
} finally {
  await server.stop();
  await redis.stop();
}
