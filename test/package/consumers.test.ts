import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { packed, type Packed } from "../support/packed.ts";

const run = promisify(execFile);

describe("the packed package, in an app of a user", function () {
  this.timeout(60_000);
  let pack: Packed;
  before(async () => void (pack = await packed()));
  after(() => pack.remove());

  for (const [kind, file] of [
    ["CommonJS", "app.cjs"],
    ["ESM", "app.mjs"],
  ] as const) {
    for (const [version, express] of [
      [4, "express4"],
      [5, "express"],
    ] as const) {
      it(`registers, verifies and refuses on ${kind} and Express ${version}`, async () => {
        const app = await pack.consumer(express);
        await cp(join(import.meta.dirname, "consumer"), app, { recursive: true });
        const { stdout } = await run(process.execPath, [file], { cwd: app, timeout: 30_000 });
        expect(JSON.parse(stdout)).to.deep.equal({
          login: 200,
          chatBefore: 401,
          register: 201,
          malformedJson: 400,
          wrongCode: 400,
          rightCode: 200,
          chatAfter: 200,
          anotherCode: 201,
          strategyWrongCode: 400,
          strategyRightCode: 200,
          rejectingAccounts: 500,
        });
      });
    }
  }
});
