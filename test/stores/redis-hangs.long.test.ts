import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { redisOfSuite } from "../support/redis-of-suite.ts";

const run = promisify(execFile);
const HANG_MS = 5000;

describe("the memory of a process whose Redis hangs", function () {
  this.timeout(60_000);
  const suite = redisOfSuite();

  it("[T70] grows by less than 10 MB in 5 s at 2000 requests a second", async () => {
    const script = new URL("../support/hang-process.ts", import.meta.url).pathname;
    const args = ["--import=tsx", "--expose-gc", script, String(suite.server.port), String(HANG_MS)];
    const { stdout } = await run(process.execPath, args);
    const { asked, grownBytes } = JSON.parse(stdout) as { asked: number; grownBytes: number };
    expect(asked).to.be.at.least(2 * (HANG_MS - 500));
    expect(grownBytes, `${asked} asked`).to.be.lessThan(10_000_000);
  });
});
