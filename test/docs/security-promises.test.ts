import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

describe("the promises of SECURITY.md", () => {
  const [, promised = ""] = /## What the package promises\n([\s\S]*?)\n## /.exec(read("SECURITY.md")) ?? [];
  const promises = promised.split("\n").filter((line) => line.startsWith("- "));

  it("each name a test, which is there under that title", () => {
    expect(promises).to.have.length(7);
    const missing = promises.flatMap((promise) => {
      const links = [...promise.matchAll(/\[\d+\]\((test\/\S+) "([^"]+)"\)/g)];
      if (links.length === 0) return [promise];
      return links
        .filter(([, file, title]) => !titlesIn(read(file as string)).includes(title as string))
        .map(([link]) => link);
    });
    expect(missing).to.deep.equal([]);
  });
});

/** Of the tests that run: what is skipped holds nothing. */
const titlesIn = (text: string): string[] =>
  [...text.matchAll(/\bit\(\s*"([^"]+)"/g)].map(([, title]) => title as string);
