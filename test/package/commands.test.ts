import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

interface Locked {
  optionalDependencies?: Record<string, string>;
}

describe("the README's two commands", () => {
  const commands = [...read("README.md").matchAll(/^npm ci && npm \w+$/gm)].map(([line]) => line);

  it("are a start and a test", () => {
    expect(commands).to.have.members(["npm ci && npm start", "npm ci && npm test"]);
  });

  it("are scripts that the package defines", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    for (const command of commands) expect(scripts).to.have.property(command.split(" ").at(-1) as string);
  });

  it("are what CI runs: the test command, and nothing else", () => {
    const lines = read(".ci/run")
      .split("\n")
      .filter((line) => line !== "" && !/^(#|set |cd )/.test(line));
    expect(lines).to.deep.equal(["npm ci && npm test"]);
  });

  it("install on every platform: npm ci refuses a lock in which an optional package is missing", () => {
    const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
    const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`node_modules/${name}` in packages) && !(`${place}/node_modules/${name}` in packages),
      ),
    );
    expect(missing).to.deep.equal([]);
  });

  it("need no registry but the one that npm is set to", () => {
    expect(read("package-lock.json")).not.to.match(/"resolved"/);
  });
});
