import { readFileSync, writeFileSync } from "node:fs";

/**
 * Makes lib/passwords/common-passwords.ts of the list of common passwords in @zxcvbn-ts/language-common (MIT), which is not a dependency:
 * npm pack @zxcvbn-ts/language-common@4.1.3 && tar xzf zxcvbn-ts-language-common-4.1.3.tgz
 * node --import=tsx scripts/make-common-passwords.ts package
 */
const [folder = "package"] = process.argv.slice(2);
const list = JSON.parse(readFileSync(`${folder}/src/passwords.json`, "utf8")) as string[];
const SHORTEST = 8;
const kept = [...new Set(list.map((each) => each.normalize("NFKC").toLowerCase()))].filter(
  (each) => Array.from(each).length >= SHORTEST && !each.includes("\n"),
);
const text = `/**
 * The ${kept.length} common passwords of ${SHORTEST} characters and more of @zxcvbn-ts/language-common 4.1.3, in lower case. Made by
 * scripts/make-common-passwords.ts. MIT licence: Copyright (c) 2012-2016 Dan Wheeler and Dropbox, Inc.; Copyright (c) 2021 @zxcvbn-ts.
 */
export const COMMON_PASSWORDS =
  ${JSON.stringify(kept.join("\n"))};
`;
writeFileSync(new URL("../lib/passwords/common-passwords.ts", import.meta.url), text);
process.stdout.write(`${kept.length} passwords, ${text.length} bytes\n`);
