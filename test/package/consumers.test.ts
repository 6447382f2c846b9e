import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
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

  it("has two factors of a stranger's that are counted, limited and told of like its own", async () => {
    const app = await pack.consumer("express");
    await cp(join(import.meta.dirname, "consumer"), app, { recursive: true });
    const { stdout } = await run(process.execPath, ["own-factors.mjs"], { cwd: app, timeout: 30_000 });
    expect(JSON.parse(stdout)).to.deep.equal({
      before: 401,
      offered: true,
      page: true,
      away: 503,
      wrong: 400,
      right: 200,
      inside: 200,
      registered: '{"display":"@l***"}',
      confirmed: 200,
      chatOffered: true,
      sent: 201,
      chatPage: true,
      tooSoon: 429,
      strategyWrong: 400,
      strategyRight: 200,
      byStrategy: 200,
      removed: 200,
      gone: 400,
      guesses: `${"400 ".repeat(10)}429`,
      locked: [429, true],
      events: [
        "factor_failed hardware-token",
        "factor_passed hardware-token",
        "factor_begun chat",
        "factor_added chat",
        "factor_passed chat",
        "factor_send_suppressed chat",
        "factor_removed chat",
        "account_locked hardware-token",
      ],
    });
  });

  it("says what to install for passkeys where their library is missing, by import and by require", async () => {
    const app = await pack.consumer("express", ["@simplewebauthn"]);
    const script = `
      const accounts = { id: String, phone() {}, phoneTaken: () => false, setPhone: () => true, byId: (id) => id };
      const factors = createFactors({ secret: "s".repeat(32), publicUrl: "http://localhost", accounts, factors: [passkey()], onError() {} });
      const session = { regenerate() {}, save: (done) => done() };
      factors.signIn.begin({ headers: {}, session, sessionID: "x" }, "passkey").catch(({ code, cause }) => console.log(code, cause.message));`;
    for (const [file, first] of [
      ["passkey.mjs", 'import { createFactors, passkey } from "passport-factors";'],
      ["passkey.cjs", 'const { createFactors, passkey } = require("passport-factors");'],
    ] as const) {
      await writeFile(join(app, file), first + script);
      const { stdout } = await run(process.execPath, [file], { cwd: app, timeout: 30_000 });
      expect(stdout).to.match(/^verifier_unavailable .*npm install @simplewebauthn\/server@14$/m);
    }
  });
});
