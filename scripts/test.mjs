// What `npm test` runs, in this order; the first failure ends it.
import { spawnSync } from "node:child_process";

/** @type {[name: string, command: string, args: string[]][]} */
const STEPS = [
  ["prerequisites", "node", ["scripts/prerequisites.mjs"]],
  ["format", "npm", ["run", "--silent", "format:check"]],
  ["build", "npm", ["run", "--silent", "build"]],
  ["lint", "npm", ["run", "--silent", "lint"]],
  ["types", "npm", ["run", "--silent", "typecheck"]],
  ["package", "npm", ["run", "--silent", "check:package"]],
  ["tests", "npm", ["run", "--silent", "mocha"]],
];

for (const [name, command, args] of STEPS) {
  const start = performance.now();
  console.log(`\n── ${name}`);
  const { status, signal } = spawnSync(command, args, { stdio: "inherit" });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (status !== 0) {
    console.error(`── ${name} failed after ${seconds} s${signal === null ? "" : ` (${signal})`}`);
    process.exit(status ?? 1);
  }
  console.log(`── ${name}: ${seconds} s`);
}
