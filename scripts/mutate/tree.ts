import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { instrument } from "./instrument.ts";
import type { Mutant } from "./mutant.ts";
import { mutatedFiles, ROOT, TREE, WORK } from "./scope.ts";

/** What the mutants are made of, and by. */
const SOURCES = [
  "lib",
  "strategies",
  "example-app",
  "package-lock.json",
  ...["instrument", "lua", "lua-switch", "lua-texts", "scope"].map((name) => `scripts/mutate/${name}.ts`),
];

export interface Tree {
  mutants: Mutant[];
  /** What the mutants and the tests' own support are made of. */
  digest: string;
}

/** A copy of the repository with every mutant in it, made again where something in it has changed. */
export async function makeTree(): Promise<Tree> {
  const digest = digestOf(SOURCES);
  const stored = join(WORK, "mutants.json");
  const before = existsSync(stored) ? (JSON.parse(readFileSync(stored, "utf8")) as Tree) : undefined;
  if (before?.digest === digest) {
    copy("test");
    return before;
  }
  rmSync(WORK, { recursive: true, force: true });
  for (const name of readdirSync(ROOT)) if (!/^(node_modules|\.git|dist|\.mutation)$/.test(name)) copy(name);
  for (const name of ["node_modules", "dist"]) symlinkSync(join(ROOT, name), join(TREE, name));
  writeFileSync(join(TREE, "package.json"), asSources(readFileSync(join(ROOT, "package.json"), "utf8")));
  const switchAt = join(TREE, "scripts/mutate/lua-switch.ts");
  const { files, mutants, luaChanges } = await instrument(mutatedFiles(), switchAt);
  writeFileSync(join(dirname(switchAt), "lua-changes.json"), JSON.stringify(luaChanges));
  for (const { name, content } of files) writeFileSync(join(TREE, name), content);
  writeFileSync(stored, JSON.stringify({ mutants, digest } satisfies Tree));
  return { mutants, digest };
}

function copy(name: string): void {
  mkdirSync(TREE, { recursive: true });
  cpSync(join(ROOT, name), join(TREE, name), { recursive: true });
}

/** Who imports the package by its name gets the sources, which are mutated, and not what was built. */
const asSources = (packageJson: string) =>
  packageJson.replaceAll(/"\.\/dist\/([\w/-]+)\.m?js"/g, '"./$1.ts"');

export const digestOfTest = (tree: Tree, file: string): string =>
  createHash("sha256")
    .update(tree.digest + digestOf(["test/support"]))
    .update(readFileSync(join(ROOT, file)))
    .digest("hex")
    .slice(0, 20);

function digestOf(places: readonly string[]): string {
  const hash = createHash("sha256");
  for (const place of places) for (const file of filesAt(join(ROOT, place))) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 20);
}

function filesAt(place: string): string[] {
  if (!existsSync(place)) return [];
  if (/\.\w+$/.test(place)) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !relative(ROOT, file).startsWith("example-app/data"))
    .sort();
}
