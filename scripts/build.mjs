// What `npm run build` makes. The code is there once, as CommonJS in dist/shared: what each door has for itself, and what they share. A door is a name beside its
// types: `.js` to require it, `.mjs` to import it, so an app that comes both ways has one of each class and of each map. The client is both, for it runs in browsers.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { build, transform } from "esbuild";
import { declarations } from "./declarations.mjs";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const required = Object.values(manifest.exports).flatMap(
  (/** @type {any} */ each) => each.require?.default ?? [],
);
const doors = required.map((/** @type {string} */ file) => file.slice("./dist/".length, -".js".length));
const commands = Object.values(manifest.bin).map((/** @type {any} */ file) =>
  file.slice("./dist/".length, -".js".length),
);
const IN_BROWSERS = "lib/client/index";

/** Names stay, for stack traces. */
const LEAN = /** @type {const} */ ({ minifyWhitespace: true, minifySyntax: true, charset: "utf8" });

/** @param {string} name @param {string} text */
function write(name, text) {
  const file = join(dist, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** @param {string[]} names @param {import("esbuild").BuildOptions} options */
async function bundle(names, options) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => `${name}.ts`),
    outdir: "dist",
    outbase: ".",
    bundle: true,
    format: "esm",
    packages: "external",
    metafile: true,
    write: false,
    logLevel: "warning",
    ...LEAN,
    ...options,
  });
  return outputFiles.map(({ path, text }) => {
    const name = relative(dist, path);
    return { name, text, exports: metafile.outputs[`dist/${name}`]?.exports ?? [] };
  });
}

/** A file that loads something when it is used has a `require` of its own in its ES module; here that is everybody's, which bundlers can follow. @param {string} text */
function withPlainRequire(text) {
  const [found, name] = /(\w+) ?= ?createRequire\(import\.meta\.url\)/.exec(text) ?? [];
  return found === undefined
    ? text
    : text.replace(found, `${name}=require`).replaceAll(new RegExp(`\\b${name}\\("`, "g"), 'require("');
}

rmSync(dist, { recursive: true, force: true });
const { status } = spawnSync("npx", ["tsc", "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
declarations(dist, doors);

write("package.json", '{"type":"commonjs"}\n');
const code = await bundle([...doors, ...commands], { platform: "node", target: "node20", splitting: true });
for (const { name, text, exports } of code) {
  const options = /** @type {const} */ ({ format: "cjs", platform: "node", target: "node20" });
  const made = await transform(withPlainRequire(text), { ...options, ...LEAN });
  write(`shared/${name}`, made.code.replace(/^#!.*\n/, ""));
  const door = name.slice(0, -".js".length);
  const shared = relative(dirname(name), `shared/${name}`);
  const beside = `./${name.slice(name.lastIndexOf("/") + 1)}`;
  if (commands.includes(door)) write(name, `#!/usr/bin/env node\nrequire("${shared}");\n`);
  if (!doors.includes(door)) continue;
  const names = exports.toSorted();
  // Written out, for who imports this: Node looks for the names in the text, and would else read all the code for them.
  write(
    name,
    `"use strict";\nconst all = require("${shared}");\n${names.map((each) => `exports.${each} = all.${each};\n`).join("")}`,
  );
  write(`${door}.mjs`, `export { ${names.join(", ")} } from "${beside}";\n`);
  write(`${door}.d.mts`, `export * from "${beside}";\n`);
}
for (const { name, text } of await bundle([IN_BROWSERS], { platform: "neutral", target: "es2022" }))
  write(name.replace(/\.js$/, ".mjs"), text);
