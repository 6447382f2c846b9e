import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { packed, type Packed } from "../support/packed.ts";

const run = promisify(execFile);

describe("the weight of the packed package", function () {
  this.timeout(60_000);
  let pack: Packed;
  before(async () => void (pack = await packed()));
  after(() => pack.remove());

  it("is under 460 kB as a tarball and 1.5 MB unpacked, in fewer than 250 files, with no map", () => {
    expect(pack.size.tarball).to.be.lessThan(460_000);
    expect(pack.size.unpacked).to.be.lessThan(1_500_000);
    expect(pack.files).to.have.length.lessThan(250);
    expect(pack.files.filter((file) => file.endsWith(".map"))).to.deep.equal([]);
  });

  it("is code once and declarations once", () => {
    const code = pack.files.filter((file) => file.endsWith(".js") && file.startsWith("dist/shared/"));
    expect(code.filter((file) => file.endsWith("/lib/index.js"))).to.have.length(1);
    const names = pack.files
      .filter((file) => file.endsWith(".d.ts"))
      .map((file) => file.replace("dist/", ""));
    expect(new Set(names).size).to.equal(names.length);
    expect(names.filter((name) => name.endsWith("lib/index.d.ts"))).to.have.length(1);
  });

  it("is not all there when an app starts: number plans come with the first number, once for require and import together", async () => {
    const app = await pack.consumer("express");
    await writeFile(
      join(app, "plans.mjs"),
      `import { createRequire } from "node:module";
      import * as imported from "passport-factors";
      const require = createRequire(import.meta.url);
      const required = require("passport-factors");
      const names = [/metadata\\.\\w+\\.json/, /libphonenumber/, /nodemailer|simplewebauthn|[/]jose[/]|[/]twilio[/]|graphql/, /common-passwords/, /rate-limiter-flexible/];
      const loaded = () => names.map((name) => Object.keys(require.cache).filter((file) => name.test(file.split("node_modules").at(-1))).length);
      const before = loaded();
      for (const each of [imported, required]) each.sms({ transport: each.disabledTransport(), countries: { allow: ["TW"] } });
      console.log(JSON.stringify([before, loaded()[0]]));`,
    );
    const { stdout } = await run(process.execPath, ["plans.mjs"], { cwd: app });
    const [[plans, library, heavy, passwords, limiters], after] = JSON.parse(stdout) as [number[], number];
    expect({ plans, library, heavy, passwords }).to.deep.equal({
      plans: 0,
      library: 0,
      heavy: 0,
      passwords: 0,
    });
    expect(limiters, "files of rate-limiter-flexible").to.be.within(1, 15);
    expect(after).to.equal(1);
  });
});

describe("the order of a stack trace", () => {
  it("names our functions: they are not renamed", () => {
    const { consoleTransport, createFactors } = createRequire(import.meta.url)(
      "passport-factors",
    ) as typeof import("passport-factors");
    expect(consoleTransport.name).to.equal("consoleTransport");
    expect(() => createFactors({} as never))
      .to.throw(TypeError)
      .with.property("stack")
      .that.match(/at createFactors /);
  });
});
