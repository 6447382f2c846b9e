import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");
/** Where the copy that is mutated, and what was measured on it, are kept from run to run. */
export const WORK = join(ROOT, ".mutation");
export const TREE = join(WORK, "tree");

/** What decides who gets in. Words are left out: what they say is held by other tests. */
const MUTATED =
  /^(lib\/(challenges|flows|factors|credentials|stores|limiters|vault|http)\/|strategies\/|lib\/routers\/require-factors\.ts)/;
const WORDS = /(-texts|question-catalogue|message-text)\.ts$/;

/** What reads sources, copies what was built, or starts a browser, a package manager or a load test notices nothing that others do not, or for far more. */
const NOT_RUN =
  /^test\/(bench|docs|e2e|package|locales)\/|^test\/(architecture|factor-names|option-names|mutation\/runner|email\/smtp-options)\.test\.ts$/;

function below(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`)
    .sort();
}

export const mutatedFiles = (): string[] =>
  ["lib", "strategies"].flatMap(below).filter((file) => MUTATED.test(file) && !WORDS.test(file));

export const testFiles = (): string[] =>
  below("test").filter((file) => {
    if (!file.endsWith(".test.ts") || NOT_RUN.test(file)) return false;
    // Of the long ones, those that lose answers in the middle of each script.
    if (file.endsWith(".long.test.ts") && !file.startsWith("test/stores/")) return false;
    return !/support\/(browser|packed)\.ts/.test(readFileSync(join(ROOT, file), "utf8"));
  });
