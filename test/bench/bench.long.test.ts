import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

describe("the benchmark", () => {
  it("runs through the real routers and prints ratios, round trips and bytes", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--import=tsx",
      "bench/main.ts",
      "--quick",
    ]);
    const rows = [
      ...stdout.matchAll(
        /^(send|verify, wrong code|verify, right code) +\d\.\d\d \(\d\.\d\d to \d\.\d\d\) +(\d+)/gm,
      ),
    ];
    assert.equal(rows.length, 6, stdout);
    // Without sessions, in the first three rows, every request waits for Redis once.
    assert.deepEqual(
      rows.slice(0, 3).map(([, , roundTrips]) => roundTrips),
      ["1", "1", "1"],
      stdout,
    );
    assert.match(stdout, /^by email +4 +\d+ +\d+ +\d+\.\d ms$/m);
    assert.match(stdout, /^by passkey +4 +\d+ +\d+ +\d+\.\d ms$/m);
    assert.match(stdout, /^10000 +\d+\.\d\d .* +\d+$/m);
  });
});
