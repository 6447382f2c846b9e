import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as Record<
  string,
  unknown
>;
/** RFC 2606: a name that never resolves. */
const PLACEHOLDER = /example\.invalid/;

describe("package.json", () => {
  it("still has placeholders for who publishes it: whoever sets one takes it off this list", () => {
    const unset = Object.keys(manifest).filter((name) => PLACEHOLDER.test(JSON.stringify(manifest[name])));
    expect(unset).to.have.members(["author", "homepage", "repository", "bugs"]);
  });

  it("says who made it, where it is and where to tell of faults", () => {
    for (const name of ["author", "homepage", "repository", "bugs"])
      expect(JSON.stringify(manifest[name]), name).to.match(/https:\/\/\S/);
  });
});
