import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { packed, type Packed } from "../support/packed.ts";

const run = promisify(execFile);
const tsc = join(import.meta.dirname, "../../node_modules/typescript/bin/tsc");

/** The ways in which TypeScript apps resolve modules. */
const WAYS = [
  { name: "node16 from CommonJS", type: "commonjs", options: { module: "node16" } },
  { name: "nodenext from ESM", type: "module", options: { module: "nodenext" } },
  { name: "bundler", type: "module", options: { module: "preserve", moduleResolution: "bundler" } },
] as const;

describe("the types of the packed package", function () {
  this.timeout(60_000);
  let pack: Packed;
  before(async () => void (pack = await packed()));
  after(() => pack.remove());

  /** What tsc says of files in an app: nothing, when all is well. Our own declarations are checked too. */
  async function check(
    app: string,
    files: readonly string[],
    type: string,
    options: object,
  ): Promise<string> {
    const compilerOptions = {
      target: "es2022",
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      esModuleInterop: true,
      skipLibCheck: false,
      types: ["node"],
      noEmit: true,
      ...options,
    };
    await writeFile(join(app, "package.json"), JSON.stringify({ type }));
    await writeFile(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    return run(process.execPath, [tsc, "-p", app], { cwd: app }).then(
      () => "",
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    );
  }

  for (const { name, type, options } of WAYS) {
    it(`fit an app that uses the whole face: ${name}`, async () => {
      const app = await pack.consumer("express");
      await cp(join(import.meta.dirname, "consumer/face.ts"), join(app, "face.ts"));
      expect(await check(app, ["face.ts"], type, options)).to.equal("");
    });
  }

  it("need no ioredis, and nothing that the app imports beside them, at any of three doors", async () => {
    const app = await pack.consumer("express", ["ioredis", "connect-redis"]);
    const doors = ["passport-factors", "passport-factors/strategies", "passport-factors/testing"];
    const files = await Promise.all(
      doors.map(async (door, i) => {
        await writeFile(join(app, `lone-${i}.ts`), `export * from "${door}";\n`);
        return `lone-${i}.ts`;
      }),
    );
    expect(await check(app, files, "module", { module: "nodenext" })).to.equal("");
  });
});
