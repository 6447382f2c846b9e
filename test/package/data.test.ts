import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8"));

/** Data files of a package: JSON that is more than its settings. */
function dataOf(name: string): string[] {
  const folder = join(root, "node_modules", name);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.json(\.js)?$/.test(file) && !file.includes("node_modules"))
    .filter((file) => statSync(join(folder, file)).size > 20_000);
}

describe("dependencies that carry data", () => {
  const dependencies = read("package.json").dependencies as Record<string, string>;
  const carriers = Object.keys(dependencies).filter((name) => dataOf(name).length > 0);

  it("[T80] are ranges, so that who installs this package gets new number plans without a release of it", () => {
    expect(carriers).to.include("libphonenumber-js");
    for (const name of carriers) expect(dependencies[name], name).to.match(/^\^[1-9]\d*\.\d+\.\d+$/);
    expect(read("package-lock.json").packages[""].dependencies).to.deep.equal(dependencies);
  });
});
