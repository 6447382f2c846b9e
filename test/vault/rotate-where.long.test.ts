import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { Cluster, Redis } from "ioredis";
import { phoneVault, redisStore, type PhoneVault } from "../../lib/index.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { startSentinelSet } from "../support/redis-sentinel.ts";
import { until } from "../support/redis-server.ts";

const OLD = "the old secret of at least thirty-two characters";
const NEW = "the new secret of at least thirty-two characters";
const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

/** `npx passport-factors`, with nothing in its environment but this. */
const passportFactors = (env: Record<string, string>, ...args: string[]) =>
  run(process.execPath, ["--import=tsx", join(root, "lib/cli/main.ts"), ...args], {
    cwd: root,
    env: { PATH: process.env["PATH"], FACTORS_SECRET: `${NEW},${OLD}`, ...env },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
const rotate = (env: Record<string, string>, ...args: string[]) =>
  passportFactors(env, "rotate-secrets", ...args);

const fill = (vault: PhoneVault, many: number) =>
  Promise.all(Array.from({ length: many }, (_, n) => vault.register(`+1201555${1000 + n}`)));

describe("[T72] where rotate-secrets looks", function () {
  this.timeout(60_000);
  const suite = redisOfSuite();
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "factors-rotate-"));
  });
  beforeEach(() => suite.client.flushall());
  after(() => rm(dir, { recursive: true, force: true }));

  const module = async (text: string) => {
    const file = join(dir, `${Math.random().toString(36).slice(2)}.mjs`);
    const ioredis = pathToFileURL(join(root, "node_modules/ioredis/built/index.js")).href;
    await writeFile(file, `import { Redis } from "${ioredis}";\n${text}\n`);
    return file;
  };

  it("is never done with nothing seen: it says what it looked for, without the password", async () => {
    await fill(phoneVault(redisStore(suite.client), { secret: OLD }), 3);
    const { port, url } = suite.server;
    for (const [env, words] of [
      [{ REDIS_URL: `${url}/1` }, /database 1, client keyPrefix ""/],
      [{ REDIS_URL: url, FACTORS_PREFIX: "{other}" }, /prefix "\{other\}" \(FACTORS_PREFIX\)/],
      [{ REDIS_URL: url, FACTORS_TENANT: "acme" }, /tenant "acme" \(FACTORS_TENANT\)/],
      [{ REDIS_URL: `redis://:hunter2@127.0.0.1:${port}/0?keyPrefix=app:` }, /client keyPrefix "app:"/],
    ] as const) {
      const { code, stderr } = await rotate(env);
      expect(code, stderr).to.equal(1);
      expect(stderr)
        .to.match(/^not done: neither a number nor a credential found; looked for tenant/m)
        .and.match(words)
        .and.include(`127.0.0.1:${port}`)
        .and.not.match(/^done|hunter2/m);
    }
  });

  it("finds what an app wrote behind a keyPrefix, by URL and by the app's own client", async () => {
    const { url } = suite.server;
    const app = new Redis(url, { keyPrefix: "app[1]:" });
    const ids = await fill(phoneVault(redisStore(app), { secret: OLD }), 150);
    app.disconnect();
    const byUrl = await rotate({ REDIS_URL: `${url}?keyPrefix=app[1]:` });
    expect(byUrl.stderr).to.match(/150 seen, 150 sealed anew, 0 that none.*\ndone/);
    const file = await module(`export const client = new Redis("${url}", { keyPrefix: "app[1]:" });`);
    const { code, stderr } = await rotate({}, "--client", file);
    expect(stderr).to.match(/150 seen, 0 sealed anew.*\ndone/);
    expect(code).to.equal(0);
    const again = new Redis(url, { keyPrefix: "app[1]:" });
    const vault = phoneVault(redisStore(again), { secret: NEW });
    expect(await vault.reveal(ids[7] as string, "test")).to.equal("+12015551007");
    again.disconnect();
  });

  for (const [version, name] of Object.entries({ "node-redis 5": "redis5", "node-redis 6": "redis" }))
    it(`takes the app's own ${version} client, and says where it is`, async () => {
      const { url } = suite.server;
      await fill(phoneVault(redisStore(suite.client), { secret: OLD }), 150);
      const redis = pathToFileURL(join(root, "node_modules", name, "dist/index.js")).href;
      const file = async (options: string, then = "") =>
        module(
          `import redis from "${redis}";\nconst client = redis.createClient(${options});\n${then}\nexport default client;`,
        );
      const other = await rotate({}, "--client", await file(`{ url: "${url}/1" }`));
      expect(other.stderr).to.include(`127.0.0.1:${suite.server.port}, database 1, client keyPrefix ""`);
      expect(other.code).to.equal(1);
      const { code, stderr } = await rotate(
        {},
        "--client",
        await file(`{ url: "${url}" }`, "await client.connect();"),
      );
      expect(stderr).to.match(/150 seen, 150 sealed anew, 0 that none.*\ndone/);
      expect(code).to.equal(0);
    });

  it("goes through every master of a cluster", async () => {
    const servers = await startRedisCluster();
    const cluster = new Cluster(servers.nodes);
    try {
      await until(() => cluster.status === "ready");
      for (const prefix of ["{a}", "{b}", "{factors}"]) {
        await fill(phoneVault(redisStore(cluster, { prefix }), { secret: OLD }), 120);
        const REDIS_URL = `redis+cluster://${servers.ports.map((port) => `127.0.0.1:${port}`).join()}`;
        const { code, stderr } = await rotate({ REDIS_URL, FACTORS_PREFIX: prefix });
        expect(stderr).to.match(/120 seen, 120 sealed anew, 0 that none.*\ndone/);
        expect(code).to.equal(0);
      }
      const wrong = await rotate({
        REDIS_URL: `redis+cluster://127.0.0.1:${servers.ports[0]}`,
        FACTORS_PREFIX: "{x}",
      });
      expect(wrong.code).to.equal(1);
      for (const port of servers.ports) expect(wrong.stderr).to.include(`127.0.0.1:${port}`);
    } finally {
      cluster.disconnect();
      await servers.stop();
    }
  });

  it("asks a Sentinel for the master", async () => {
    const set = await startSentinelSet();
    const client = new Redis(set.master.port, "127.0.0.1");
    try {
      await fill(phoneVault(redisStore(client), { secret: OLD }), 20);
      const { host, port } = set.sentinel;
      const found = await rotate({ REDIS_URL: `redis+sentinel://${host}:${port}/0#${set.name}` });
      expect(found.stderr).to.match(/20 seen, 20 sealed anew.*\ndone/);
      const wrong = await rotate({ REDIS_URL: `redis+sentinel://${host}:${port}/2#${set.name}` });
      expect(wrong.stderr).to.match(new RegExp(`sentinel ${host}:${port}#${set.name}, database 2`));
      expect([found.code, wrong.code]).to.deep.equal([0, 1]);
    } finally {
      client.disconnect();
      await set.stop();
    }
  });

  it("names what is wrong with how it was called, and shows no password", async () => {
    const empty = await module("export default {};");
    for (const [args, env, words] of [
      [["--client", empty], {}, /^--client: .* must export an ioredis or node-redis client/],
      [["--client", "nowhere.mjs"], {}, /^--client: nowhere.mjs cannot be loaded/],
      [["--clint", "x"], {}, /--clint/],
      [["now"], {}, /no argument "now"/],
      [[], { REDIS_URL: "redis+sentinel://:hunter2@h:1" }, /#name, the name of the master/],
      [[], { REDIS_URL: "redis+cluster://:hunter2@h:1/3" }, /no database but 0/],
      [[], { REDIS_URL: "redis+cluster://h:one" }, /"h:one" is no host:port/],
      [[], { REDIS_URL: "https://:hunter2@h" }, /^REDIS_URL must be/],
      [[], {}, /^REDIS_URL must be/],
    ] as const) {
      const { code, stderr } = await rotate(env, ...args);
      expect(stderr).to.match(words).and.not.include("hunter2");
      expect(code, stderr).to.equal(2);
    }
    expect((await passportFactors({}, "rotate")).stderr).to.match(/unknown command "rotate"/);
    const help = await passportFactors({}, "--help");
    expect(help.code).to.equal(0);
    for (const word of ["--client", "FACTORS_TENANT", "redis[s]+cluster", "exit code"])
      expect(help.stdout).to.include(word);
  });
});
