// What `npm run test:nodes` runs: the suite, but for what needs a browser, on every Node that the package says it runs on, with the older of the packages that
// it works beside, and on Valkey where that is installed. Each in a copy of the repository, whose table it writes to docs/support.md. `-- --only=26` runs the rows
// whose name holds it, and writes nothing; `-- --part=test/http,test/strategies` runs the files whose names begin so, and the page says which.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

/** @type {{ name: string, node: string, packages?: string[], server?: string }[]} */
const ROWS = [
  { name: "Node 20", node: "20" },
  { name: "Node 22", node: "22" },
  { name: "Node 24", node: "24" },
  { name: "Node 26", node: "26" },
  { name: "ioredis 5, Node 20", node: "20", packages: ["ioredis@5"] },
  { name: "Passport 0.6, Node 20", node: "20", packages: ["passport@0.6"] },
  { name: "Valkey, Node 22", node: "22", server: "valkey-server" },
];

const text = { type: /** @type {const} */ ("string"), default: "" };
const { values } = parseArgs({ options: { only: text, part: text } });
const parts = values.part.split(",").filter((part) => part !== "");
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
    if (parts.length > 0 && !parts.some((part) => file.startsWith(part))) return false;
    const source = readFileSync(join(root, file), "utf8");
    return (
      !file.endsWith(".long.test.ts") &&
      !/support\/(browser|packed)\.ts/.test(source) &&
      !/^test\/(bench|docs|package)\//.test(file)
    );
  });
}

const found = (command) =>
  spawnSync("sh", ["-c", `command -v ${command}`], { encoding: "utf8" }).stdout.trim();
const first = (command) => run(command, ["--version"], { cwd: root }).stdout.trim();

/** A folder in which `redis-server` is this server. @param {string} server */
function inTheNameOfRedis(server) {
  const folder = join(work, server);
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, "redis-server"), { force: true });
  symlinkSync(found(server), join(folder, "redis-server"));
  return folder;
}

let failed = false;
const lines = [];
const left = ROWS.filter(({ server }) => server !== undefined && found(server) === "");
try {
  cpSync(root, copy, {
    recursive: true,
    filter: (source) => !/\/(node_modules|\.git|dist|example-app\/data)$/.test(source),
  });
  orStop(run("npm", ["ci"], { cwd: copy }));
  orStop(run("npm", ["run", "build"], { cwd: copy }));
  for (const row of ROWS.filter((each) => each.name.includes(values.only) && !left.includes(each))) {
    const { name, node, packages = [], server } = row;
    const home = join(work, node);
    orStop(run("npm", ["install", "--prefix", home, `node@${node}`], { cwd: work }));
    const path = [
      ...(server === undefined ? [] : [inTheNameOfRedis(server)]),
      join(home, "node_modules/node/bin"),
    ].join(":");
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
  const redis = /v=(\S+)/.exec(first("redis-server"))?.[1];
  const what =
    parts.length === 0
      ? "the suite without a browser"
      : `of the suite the files ${parts.map((part) => `\`${part}*\``).join(", ")}`;
  writeFileSync(
    join(root, "docs/support.md"),
    `# Where it runs

\`npm run test:nodes\` wrote this on ${new Date().toISOString().slice(0, 10)}: ${what}, on Redis ${redis}, with Express 4 and 5 in each row.

| on | passing | failing |
| --- | --- | --- |
${lines.join("\n")}
${left.map(({ name }) => `\nNot run: ${name}, which is not installed here.\n`).join("")}`,
  );
  run("npx", ["prettier", "--write", "docs/support.md"], { cwd: root });
}
process.exitCode = failed ? 1 : 0;
