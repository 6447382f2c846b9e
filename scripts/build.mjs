// What `npm run build` makes: both builds and their types by tsc. The ES modules are then put together, one file for each door and what they share: an app
// that imports the package would else wait for four hundred files.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** @param {string} project */
function compile(project) {
  const { status } = spawnSync("npx", ["tsc", "-p", project], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

rmSync(join(root, "dist"), { recursive: true, force: true });
compile("tsconfig.build.json");
compile("tsconfig.cjs.json");
writeFileSync(join(root, "dist/cjs/package.json"), '{"type":"commonjs"}\n');

const doors = Object.values(manifest.exports).flatMap(
  (/** @type {any} */ each) => each.import?.default ?? [],
);
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [...doors, ...Object.values(manifest.bin)],
  outdir: "dist/esm",
  outbase: "dist/esm",
  chunkNames: "lib/shared/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  allowOverwrite: true,
  metafile: true,
  logLevel: "warning",
});
for (const name of readdirSync(join(root, "dist/esm"), { recursive: true, encoding: "utf8" })) {
  const file = `dist/esm/${name}`;
  if (file.endsWith(".js") && !(file in metafile.outputs)) rmSync(join(root, file));
}
