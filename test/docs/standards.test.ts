import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { LEVELS } from "./standards-rows.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** A row of docs/standards.md; `tests` are files and the ids that stand in a title there. */
interface Row {
  id: string;
  level: string;
  state: string;
  tests: { file: string; id: string }[];
}

const WITHOUT_TEST = /^(held: |held, without a test: |in part: |not held: |the app's)/;
const TITLE = /\b(?:it|describe|promise)\(\s*(["`])((?:\\.|(?!\1)[^\\])*)\1/g;

const rows: Row[] = [...read("docs/standards.md").matchAll(/^\| ([A-PV][\d.-]+) .*$/gm)].map(([line]) => {
  const [id, level, , state, tests] = line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()) as [string, string, string, string, string]; // prettier-ignore
  const links = [...tests.matchAll(/\[[\w/-]+(?: ([\w.]+))?\]\(\.\.\/([^)]+)\)/g)];
  return {
    id,
    level: level.replace("\\", ""),
    state,
    tests: links.map(([, named, file]) => ({ file: file as string, id: named ?? id })),
  };
});

function titlesOf(file: string): string[] {
  if (!existsSync(join(root, file))) return [];
  return [...read(file).matchAll(TITLE)].map(([, , title]) => title as string);
}

describe("docs/standards.md", () => {
  it("has every row once, at its level", () => {
    const wanted = Object.entries(LEVELS).flatMap(([level, ids]) =>
      ids
        .trim()
        .split(/\s+/)
        .map((id) => `${id} ${level}`),
    );
    expect(wanted).to.have.length(176 + 66);
    expect(rows.map(({ id, level }) => `${id} ${level}`)).to.have.members(wanted);
  });

  it("links to tests that have the row in their title", () => {
    const gone = rows.flatMap(({ id: row, tests }) =>
      tests
        .filter(({ file, id }) => !titlesOf(file).some((title) => title.includes(`[${id}]`)))
        .map(({ file, id }) => `${row}: ${id} in ${file}`),
    );
    expect(gone).to.deep.equal([]);
    expect(rows.filter(({ tests }) => tests.length > 0)).to.have.length.greaterThan(190);
  });

  it("says of each row without a test why", () => {
    const silent = rows.filter(({ tests, state }) => tests.length === 0 && !WITHOUT_TEST.test(state));
    expect(silent).to.deep.equal([]);
    // What a standard demands and this package does not do is known by name.
    const open = rows.filter(({ level, state }) => level.startsWith("MUST") && state.startsWith("not held"));
    expect(open.map(({ id }) => id)).to.have.members(["J6", "O7"]);
  });

  it("[P11] typed codes are called phishing-resistant on no page and in no text", () => {
    const files = ["README.md", "SECURITY.md", ...namesIn("docs", ".md"), ...namesIn("lib/locales", ".ts")];
    const claims = files.flatMap((file) =>
      read(file)
        .split(/(?<=[.:!?|])\s/)
        .filter((sentence) => /phishing.resistant/i.test(sentence))
        .filter((sentence) => !/\bnot\b|passkey|security ?key|option/i.test(sentence))
        .map((sentence) => `${file}: ${sentence}`),
    );
    expect(claims).to.deep.equal([]);
  });
});

function namesIn(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);
}
