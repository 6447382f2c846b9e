import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What an app imports anyway, and then what it waits for our main entry; each in a process of its own. */
const SCRIPT = `
import "express"; import "express-session"; import "passport"; import "ioredis";
// The loader's own first dynamic import is nobody's.
await import("data:text/javascript,");
const start = performance.now();
await import("passport-factors");
console.log(performance.now() - start);
`;

/** Milliseconds, the median of some runs. */
export async function importTime(times: number): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", SCRIPT]);
    taken.push(Number(stdout));
  }
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)] as number;
}
