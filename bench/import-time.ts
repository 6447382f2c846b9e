import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const TIMES = 11;

/** What an app imports anyway, and then what it waits for our main entry; each in a process of its own. */
const SCRIPT = `
import "express"; import "express-session"; import "passport"; import "ioredis";
const start = performance.now();
await import("passport-factors");
console.log(performance.now() - start);
`;

/** Milliseconds, the median of some runs. */
export async function importTime(): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < TIMES; i++) {
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", SCRIPT]);
    times.push(Number(stdout));
  }
  return times.sort((a, b) => a - b)[Math.floor(TIMES / 2)] as number;
}
