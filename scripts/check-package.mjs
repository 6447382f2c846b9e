// What `npm run check:package` looks at: the tarball as npm would publish it, made once, of what was built.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "factors-check-"));

/** @param {string[]} line */
function run(...line) {
  const [command, ...args] = line;
  const { status } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) process.exitCode = status || 1;
}

try {
  run("npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", folder);
  const [name] = readdirSync(folder);
  const tarball = join(folder, name);
  run("npx", "publint", "--strict", tarball);
  run("npx", "attw", tarball, "--exclude-entrypoints", "openapi.yaml");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
