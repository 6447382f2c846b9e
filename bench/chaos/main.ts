// What faults of Redis do to people who log in: `npm run chaos`, with `-- --quick` for one round of each fault. A steady crowd logs in on two
// processes, by text message and with authenticator apps, while Redis is killed, hung, paused, demoted, cut off and made to forget its scripts. Ends with 1
// where a code passed twice, a right code was lost, an answer was 5xx but 503 or took over 1.5 s, recovery took a second, or memory grew.
import { parseArgs } from "node:util";
import { startApp } from "./app-process.ts";
import { clusterRedis, sentinelRedis, singleRedis, type FaultyRedis } from "./backends.ts";
import { Crowd, newTally, type Tally } from "./people.ts";

const LINES = 16;
const CALM_MS = 1500;
const SERVED_WITHIN_MS = 1000;
/** Objects that a longer life brings along, such as compiled code. */
const HEAP_MAY_GROW = 16 * 2 ** 20;

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const rounds = values.quick ? 1 : 4;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Row extends Tally {
  what: string;
  servedMs: number;
}

async function inChaos(redis: FaultyRedis): Promise<{ rows: Row[]; grownBytes: number }> {
  const apps = await Promise.all([startApp(redis.backend), startApp(redis.backend)]);
  const crowd = new Crowd(apps);
  let running = true;
  try {
    await crowd.untilServed();
    const everybody = crowd.run(LINES, () => running);
    await wait(CALM_MS);
    const heap = async () =>
      (await Promise.all(apps.map((app) => app.heap()))).reduce((sum, each) => sum + each, 0);
    const before = await heap();
    const rows: Row[] = [];
    for (const fault of redis.faults) {
      const row: Row = { what: `${redis.name}: ${fault.name}`, servedMs: 0, ...newTally() };
      // A failover promotes the only replica; there is no second one.
      for (let round = 0; round < (fault.forgets ? 1 : rounds); round++) {
        await fault.happen();
        if (fault.forgets) crowd.forgottenBefore = performance.now();
        row.servedMs = Math.max(row.servedMs, await crowd.untilServed());
        await wait(CALM_MS);
      }
      add(row, crowd.takeTally());
      rows.push(row);
    }
    running = false;
    await everybody;
    add(rows.at(-1) as Row, crowd.takeTally());
    return { rows, grownBytes: (await heap()) - before };
  } finally {
    running = false;
    await Promise.all(apps.map((app) => app.stop()));
    await redis.stop();
  }
}

function add(row: Row, tally: Tally): void {
  for (const name of ["logins", "doubles", "lost", "faults", "hangs", "unavailable"] as const)
    row[name] += tally[name];
  row.notes.push(...tally.notes);
}

const isBad = ({ doubles, lost, faults, hangs, servedMs, logins }: Row) =>
  doubles + lost + faults + hangs > 0 || servedMs >= SERVED_WITHIN_MS || logins === 0;

let failed = false;
console.log(
  "| fault | logins | 503 | twice | lost | 5xx | over 1.5 s | served after |\n| --- | --- | --- | --- | --- | --- | --- | --- |",
);
for (const start of [singleRedis, sentinelRedis, clusterRedis]) {
  const { rows, grownBytes } = await inChaos(await start());
  for (const row of rows) {
    const { what, logins, unavailable, doubles, lost, faults, hangs, servedMs, notes } = row;
    console.log(
      `| ${[what, logins, unavailable, doubles, lost, faults, hangs, `${Math.round(servedMs)} ms`].join(" | ")} |`,
    );
    if (!isBad(row)) continue;
    failed = true;
    console.log(
      [...new Set(notes)]
        .slice(0, 12)
        .map((note) => `  - ${note}`)
        .join("\n"),
    );
  }
  const grew = grownBytes > HEAP_MAY_GROW;
  failed ||= grew;
  console.log(
    `live objects of both processes: ${grownBytes >= 0 ? "+" : ""}${(grownBytes / 2 ** 20).toFixed(1)} MB${grew ? ", too much" : ""}`,
  );
}
process.exitCode = failed ? 1 : 0;
