import { rejects } from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { rotateSecrets } from "../../lib/cli/rotate-secrets.ts";
import { phoneVault, redisStore, type PhoneVault } from "../../lib/index.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { until } from "../support/redis-server.ts";

const OLD = "the old secret of at least thirty-two characters";
const NEW = "the new secret of at least thirty-two characters";
const ALICE = "+886912345678";
const BOB = "+12015550123";
const run = promisify(execFile);

describe("rotate-secrets, the command", function () {
  this.timeout(30_000);
  const suite = redisOfSuite();
  beforeEach(() => suite.client.flushall());

  const root = join(import.meta.dirname, "../..");
  const rotate = async (env: Record<string, string>, args = ["rotate-secrets"]) =>
    run(process.execPath, [join(root, "dist/lib/cli/main.js"), ...args], {
      env: { PATH: process.env["PATH"], ...env },
    }).then(
      ({ stderr }) => ({ code: 0, stderr }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
    );
  const env = () => ({ REDIS_URL: suite.server.url, FACTORS_SECRET: `${NEW}, ${OLD}` });

  const THIRD = "the third secret of at least thirty-two characters";
  const fill = (vault: PhoneVault, many: number) =>
    Promise.all(Array.from({ length: many }, (_, n) => vault.register(`+1201555${1000 + n}`)));
  /** A run that ends after its first page. */
  const stopped = async (more: Record<string, string>) => {
    const stop = (line: string) => {
      if (line.includes("seen")) throw new Error("stopped");
    };
    await rejects(rotateSecrets(more, stop), /stopped/);
    const week = 7 * 24 * 3600;
    expect(await suite.client.ttl("{factors}:rotation")).to.be.within(week - 60, week);
  };

  it("seals every number anew, with progress, and once more does nothing", async () => {
    const ids = await fill(phoneVault(redisStore(suite.client), { secret: OLD }), 300);
    const first = await rotate(env());
    expect(first.code).to.equal(0);
    expect(first.stderr.trim().split("\n").length).to.be.greaterThan(2);
    expect(first.stderr).to.match(
      /300 seen, 300 sealed anew, 0 that none.*, 0 failed\ndone, for the tenant "default":/,
    );
    const vault = phoneVault(redisStore(suite.client), { secret: NEW });
    expect(await vault.reveal(ids[7] as string, "test")).to.equal("+12015551007");
    expect((await rotate(env())).stderr).to.match(/300 seen, 0 sealed anew/);
    expect(first.stderr).not.to.match(/555\d{4}|secret of at least/);
  });

  it("is not done, and fails, where a number is left that none of the secrets opens", async () => {
    await phoneVault(redisStore(suite.client), { secret: OLD }).register(BOB);
    await phoneVault(redisStore(suite.client), { secret: THIRD }).register(ALICE);
    const { code, stderr } = await rotate(env());
    expect(code).to.equal(1);
    expect(stderr).to.match(/2 seen, 1 sealed anew, 1 that none/);
    expect(stderr)
      .to.match(/^not done: 1 not sealed/m)
      .and.not.match(/^done/m);
  });

  it("says that there are numbers of other tenants, which it leaves to their own runs", async () => {
    await phoneVault(redisStore(suite.client), { secret: OLD, tenant: "acme" }).register(BOB);
    expect((await rotate(env())).stderr)
      .to.match(/^0 seen/m)
      .and.match(/^there are numbers of other tenants/m);
    const { stderr } = await rotate({ ...env(), FACTORS_TENANT: "acme" });
    expect(stderr)
      .to.match(/^1 seen, 1 sealed anew/m)
      .and.match(/^done, for the tenant "acme"/m)
      .and.not.include("other tenants");
  });

  it("goes on where a run was stopped, with what that one left", async () => {
    await fill(phoneVault(redisStore(suite.client), { secret: OLD }), 1000);
    await fill(phoneVault(redisStore(suite.client), { secret: THIRD }), 1000);
    await stopped(env());
    const { code, stderr } = await rotate(env());
    expect(stderr).to.include("going on where the last run was stopped");
    expect(stderr).to.match(/^not done: 1\d{3} not sealed/m);
    expect(code).to.equal(1);
    expect(await suite.client.exists("{factors}:rotation")).to.equal(0);
  });

  it("[B8] begins at the beginning where another rotation was stopped: no number is lost", async () => {
    const ids = await fill(phoneVault(redisStore(suite.client), { secret: OLD }), 1000);
    await stopped(env());
    const { code, stderr } = await rotate({ ...env(), FACTORS_SECRET: `${THIRD},${NEW},${OLD}` });
    expect(code).to.equal(0);
    expect(stderr)
      .to.match(/1\d{3} seen, 1000 sealed anew/)
      .and.not.include("going on");
    const vault = phoneVault(redisStore(suite.client), { secret: THIRD });
    await Promise.all(ids.map((id) => vault.reveal(id as string, "test")));
    await stopped({ ...env(), FACTORS_SECRET: `${NEW},${THIRD}` });
    const other = await rotate({ ...env(), FACTORS_SECRET: `${NEW},${THIRD}`, FACTORS_TENANT: "other" });
    expect(other.stderr).to.not.include("going on");
  });

  it("begins at the beginning where the run was stopped under a server that has started again since", async () => {
    await fill(phoneVault(redisStore(suite.client), { secret: OLD }), 1000);
    await stopped(env());
    const bookmark = (await suite.client.get("{factors}:rotation")) as string;
    await suite.server.kill();
    await suite.server.start();
    await until(async () => suite.client.status === "ready");
    await fill(phoneVault(redisStore(suite.client), { secret: OLD }), 1000);
    await suite.client.set("{factors}:rotation", bookmark);
    const { code, stderr } = await rotate(env());
    expect(code).to.equal(0);
    expect(stderr)
      .to.match(/1\d{3} seen, 1000 sealed anew/)
      .and.not.include("going on");
  });

  it("says in one line what is missing", async () => {
    expect((await rotate({}, [])).stderr).to.match(/^usage: /);
    for (const [wrong, words, exit] of [
      [{ ...env(), FACTORS_SECRET: NEW }, /^FACTORS_SECRET must hold the new secret and the old ones/, 2],
      [{ ...env(), REDIS_URL: "x" }, /^REDIS_URL must be/, 2],
      [{ ...env(), REDIS_URL: "redis://127.0.0.1:1" }, /^REDIS_URL does not answer: 127.0.0.1:1, /, 2],
      [{ ...env(), FACTORS_SECRET: "short,shorter" }, /^secret: at least 32/, 1],
    ] as const) {
      const { code, stderr } = await rotate(wrong);
      expect(code).to.equal(exit);
      expect(stderr).to.match(words);
      expect(stderr.trim().split("\n")).to.have.length(1);
    }
  });
});
