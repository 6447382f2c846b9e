import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const IMPORTED = /(\b(?:from|import\()\s*)"(\.[^"]+)\.ts"/g;
const COMMENT = /\/\*[\s\S]*?\*\//g;

/**
 * Leaves the declarations that an app can come to from the doors, under the names of what runs.
 * @param {string} dist @param {string[]} doors
 */
export function declarations(dist, doors) {
  /** @type {Map<string, string>} */
  const kept = new Map();
  /** @param {string} file */
  const keep = (file) => {
    if (kept.has(file)) return;
    const text = readFileSync(`${file}.d.ts`, "utf8");
    kept.set(file, text);
    for (const [, , path] of text.replaceAll(COMMENT, "").matchAll(IMPORTED)) {
      keep(join(dirname(file), /** @type {string} */ (path)));
    }
  };
  for (const door of doors) keep(join(dist, door));
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".d.ts")) continue;
    const file = join(dist, name);
    const text = kept.get(file.slice(0, -".d.ts".length));
    if (text === undefined) rmSync(file);
    else writeFileSync(file, text.replaceAll(IMPORTED, '$1"$2.js"'));
  }
}
