// What `npm run test:nodes` runs: the suite, but for what needs a browser, on every Node that the package says it runs on, and with the older of the packages
// that it works beside. Each in a copy of the repository, whose table it writes to docs/support.md. `-- --only=26` runs the rows whose name holds it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

/** @type {{ name: string, node: string, packages?: string[] }[]} */
const ROWS = [
  { name: "Node 20", node: "20" },
  { name: "Node 22", node: "22" },
  { name: "Node 24", node: "24" },
  { name: "Node 26", node: "26" },
  { name: "ioredis 5, Node 20", node: "20", packages: ["ioredis@5"] },
  { name: "Passport 0.6, Node 20", node: "20", packages: ["passport@0.6"] },
];

const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });
const root = join(import.meta.dirname, "..");
const work = mkdtempSync(join(tmpdir(), "factors-nodes-"));
const copy = join(work, "copy");

/** @param {string} command @param {string[]} args @param {{ cwd: string, path?: string }} where */
function run(command, args, { cwd, path }) {
  const env = {
    ...process.env,
    PATH: path === undefined ? process.env["PATH"] : `${path}:${process.env["PATH"]}`,
  };
  return spawnSync(command, args, { cwd, env, encoding: "utf8", maxBuffer: 2 ** 28 });
}

/** @param {ReturnType<typeof run>} done */
function orStop(done) {
  if (done.status !== 0) throw new Error(done.stderr || done.stdout);
  return done;
}

/** What starts a browser, or packs and installs the package with the npm of the machine, says nothing of a Node. */
function specs() {
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" });
  const tests = files.filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`);
  return tests.filter((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return !/support\/(browser|packed)\.ts/.test(text) && !/^test\/(bench|docs|package)\//.test(file);
  });
}

let failed = false;
const lines = [];
try {
  cpSync(root, copy, {
    recursive: true,
    filter: (source) => !/\/(node_modules|\.git|dist|example-app\/data)$/.test(source),
  });
  orStop(run("npm", ["ci"], { cwd: copy }));
  orStop(run("npm", ["run", "build"], { cwd: copy }));
  for (const { name, node, packages = [] } of ROWS.filter((row) => row.name.includes(values.only))) {
    const home = join(work, node);
    orStop(run("npm", ["install", "--prefix", home, `node@${node}`], { cwd: work }));
    const path = join(home, "node_modules/node/bin");
    const version = orStop(run("node", ["--version"], { cwd: copy, path })).stdout.trim();
    if (packages.length > 0) orStop(run("npm", ["install", "--no-save", ...packages], { cwd: copy }));
    const done = run("npx", ["mocha", "--parallel", "--jobs", "2", ...specs()], { cwd: copy, path });
    if (packages.length > 0) orStop(run("npm", ["ci"], { cwd: copy }));
    const [, passing = "0"] = /(\d+) passing/.exec(done.stdout) ?? [];
    const [, failing = "0"] = /(\d+) failing/.exec(done.stdout) ?? [];
    failed ||= done.status !== 0;
    lines.push(`| ${name} (${version}) | ${passing} | ${failing} |`);
    console.log(lines.at(-1));
    if (done.status !== 0) console.log(done.stdout.slice(done.stdout.indexOf("failing") - 20), done.stderr);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (values.only === "") {
  const redis = run("redis-server", ["--version"], { cwd: root }).stdout.split(" ")[2];
  writeFileSync(
    join(root, "docs/support.md"),
    `# Where it runs\n\n\`npm run test:nodes\` wrote this: the suite without a browser, on Redis (${redis}), Express 4 and 5 within it.\n\n| on | passing | failing |\n| --- | --- | --- |\n${lines.join("\n")}\n`,
  );
}
process.exitCode = failed ? 1 : 0;
