import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

/**
 * Makes lib/passwords/common-passwords.ts of the dictionary in @zxcvbn-ts/language-common, which is no dependency: install it in an empty folder, and name
 * that folder.
 *
 *   mkdir scratch && npm install --prefix scratch @zxcvbn-ts/language-common
 *   node scripts/make-common-passwords.mjs scratch
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("name the folder in which @zxcvbn-ts/language-common is installed");
const source = "@zxcvbn-ts/language-common";
const installed = join(process.cwd(), folder, "node_modules", source);
const { version } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
const { dictionary } = createRequire(join(installed, "package.json"))(source);
const license = readFileSync(join(installed, "LICENSE.txt"), "utf8").trim();

/** The shortest password that any policy here lets through; a shorter entry would never be looked for. */
const SHORTEST = 8;
const passwords = new Set();
for (const each of dictionary["passwords-common"]) {
  const password = each.normalize("NFKC").toLowerCase();
  if (Array.from(password).length >= SHORTEST && !/\s/.test(password)) passwords.add(password);
}

const compressed = brotliCompressSync(
  Array.from(passwords)
    .sort((a, b) => (a < b ? -1 : 1))
    .join(" "),
).toString("base64");
const text = `import { brotliDecompressSync } from "node:zlib";

/*!
 * Common passwords of ${SHORTEST} characters and more, in lower case, sorted, with spaces between. Made by scripts/make-common-passwords.mjs
 * of "passwords-common" in ${source} ${version}, whose licence is:
 *
${license
  .split("\n")
  .map((line) => ` * ${line}`.trimEnd())
  .join("\n")}
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  brotliDecompressSync(Buffer.from(${JSON.stringify(compressed)}, "base64")).toString().split(" "),
);
`;
writeFileSync(join(import.meta.dirname, "../lib/passwords/common-passwords.ts"), text);
console.log(`${passwords.size} passwords`);
