// What `npm test` runs, in this order; the first failure ends it. The build comes before lint and types, because
// the example app and the tests import the package by its name.
import { spawnSync } from "node:child_process";

/** @type {[name: string, ...command: string[]][]} */
const STEPS = [
  ["prerequisites", "node", "scripts/prerequisites.mjs"],
  ["format", "npm", "run", "--silent", "format:check"],
  ["build", "npm", "run", "--silent", "build"],
  ["lint", "npm", "run", "--silent", "lint"],
  ["types", "npm", "run", "--silent", "typecheck"],
  ["package", "npm", "run", "--silent", "check:package"],
  ["tests", "npm", "run", "--silent", "mocha"],
];

const times = [];
for (const [name, command, ...args] of STEPS) {
  // The tests come last, so that the last lines are mocha's own.
  if (name === "tests") console.log(`\n── ${times.join(", ")}`);
  console.log(`\n── ${name}`);
  const start = performance.now();
  const { status, signal, error } = spawnSync(command, args, { stdio: "inherit" });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (status !== 0) {
    const why = error?.message ?? signal ?? `exit code ${status}`;
    console.error(`\n── FAILED: ${name} after ${seconds} s (${why})`);
    process.exit(status || 1);
  }
  times.push(`${name} ${seconds} s`);
}
