// What `npm test` runs; the first failure ends it. The tests come last and alone. The checks before them run side by side, as each keeps one core busy; all but
// the format wait for the build, because the example app and the tests import the package by its name.
import { spawn } from "node:child_process";

/** @type {Readonly<Record<string, readonly [command: string, ...args: string[]]>>} */
const STEPS = {
  prerequisites: ["node", "scripts/prerequisites.mjs"],
  format: ["npm", "run", "--silent", "format:check"],
  build: ["npm", "run", "--silent", "build"],
  lint: ["npm", "run", "--silent", "lint"],
  types: ["npm", "run", "--silent", "typecheck"],
  package: ["npm", "run", "--silent", "check:package"],
  tests: ["npm", "run", "--silent", "mocha"],
};

/** @type {string[]} */
const times = [];
const start = performance.now();

/** A step beside another says what it has to say when it has ended; one that is alone says it at once. @param {string} name @param {{ alone?: boolean }} how */
async function step(name, { alone = false } = {}) {
  if (alone) console.log(`\n── ${name}`);
  const began = performance.now();
  const [command, ...args] = STEPS[name];
  const child = spawn(command, args, { stdio: alone ? "inherit" : ["ignore", "pipe", "pipe"] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (piece) => said.push(piece));
  const why = await new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code === 0 ? "" : (signal ?? `exit code ${code}`)));
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (!alone) process.stdout.write(`\n── ${name}\n${Buffer.concat(said).toString()}`);
  if (why !== "") {
    console.error(`\n── FAILED: ${name} after ${seconds} s (${why})`);
    process.exit(1);
  }
  times.push(`${name} ${seconds} s`);
}

await step("prerequisites", { alone: true });
const build = step("build");
const beside = async () => {
  await step("format");
  await build;
  await step("package");
};
const after = async () => {
  await build;
  await step("types");
  await step("lint");
};
await Promise.all([beside(), after()]);
// The tests come last, so that the last lines are mocha's own.
console.log(`\n── ${times.join(", ")}; ${((performance.now() - start) / 1000).toFixed(1)} s in all`);
await step("tests", { alone: true });
