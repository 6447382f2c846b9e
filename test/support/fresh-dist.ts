import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * Mocha loads this first (.mocharc.json). What imports the package by its name is what was built: without a build it would fail for want of a module, and with
 * one of yesterday pass or fail on yesterday's code. So it is said, and only where such a test is among those to be run.
 */
const ROOT = resolve(import.meta.dirname, "../..");
const BUILT = join(ROOT, "dist/lib/index.mjs");
const IMPORTED = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g;

/** The test files of this run: each word of the command that names a file or a folder; of a pattern, the folder that it begins with. */
function specs(): string[] {
  const places = process.argv.slice(2).map((word) => resolve((word.split("*")[0] as string) || "-"));
  return places.filter(existsSync).flatMap((place) =>
    statSync(place).isFile()
      ? [place]
      : readdirSync(place, { recursive: true, encoding: "utf8" })
          .filter((name) => name.endsWith(".ts"))
          .map((name) => join(place, name)),
  );
}

function importsByName(file: string, seen: Set<string>): boolean {
  if (seen.has(file) || !existsSync(file)) return false;
  seen.add(file);
  const names = [...readFileSync(file, "utf8").matchAll(IMPORTED)].map(([, name]) => name as string);
  return names.some((name) =>
    name.startsWith(".")
      ? importsByName(join(dirname(file), name), seen)
      : name === "passport-factors" || name.startsWith("passport-factors/"),
  );
}

const newestIn = (folder: string): number =>
  Math.max(
    ...readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map(
      (name) => statSync(join(ROOT, folder, name)).mtimeMs,
    ),
  );

function whatIsWrong(): string | undefined {
  if (!existsSync(BUILT)) return "there is no dist";
  const built = statSync(BUILT).mtimeMs;
  return newestIn("lib") > built || newestIn("strategies") > built
    ? "dist is older than its sources"
    : undefined;
}

const seen = new Set<string>();
const wrong = specs().some((file) => importsByName(file, seen)) ? whatIsWrong() : undefined;
if (wrong !== undefined) {
  console.error(`A test imports passport-factors by its name, and ${wrong}: run "npm run build" first.`);
  process.exit(1);
}
