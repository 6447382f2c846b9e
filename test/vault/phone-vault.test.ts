import { rejects } from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { Redis } from "ioredis";
import {
  memoryStore,
  phoneVault,
  redisStore,
  type PhoneVault,
  type Records,
  type Store,
  type VaultAct,
} from "../../lib/index.ts";
import { rotateSecrets } from "../../lib/cli/rotate-secrets.ts";
import { rotateVault } from "../../lib/vault/rotate.ts";
import { startRedis, type RedisServer } from "../support/redis-server.ts";

const OLD = "the old secret of at least thirty-two characters";
const NEW = "the new secret of at least thirty-two characters";
const ALICE = "+886912345678";
const BOB = "+12015550123";
const run = promisify(execFile);

let server: RedisServer;
let redis: Redis;
before(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
after(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(() => redis.flushall());

for (const [name, make] of [
  ["memory", () => memoryStore()],
  ["Redis", () => redisStore(redis)],
] as [string, () => Store][]) {
  describe(`the phone vault, on ${name}`, () => {
    it("keeps a number under an opaque id: register, reveal, find, change, delete", async () => {
      const vault = phoneVault(make(), { secret: NEW });
      const id = (await vault.register(ALICE)) as string;
      expect(id)
        .to.match(/^[\w-]{20,}$/)
        .and.not.include("912345678");
      expect(await vault.reveal(id, "test")).to.equal(ALICE);
      expect(await vault.find(ALICE)).to.equal(id);
      expect(await vault.change(id, BOB)).to.equal(true);
      expect(await vault.reveal(id, "test")).to.equal(BOB);
      expect(await vault.find(ALICE)).to.equal(undefined);
      expect(await vault.delete(id)).to.equal(true);
      expect(await vault.reveal(id, "test")).to.equal(undefined);
      expect(await vault.find(BOB)).to.equal(undefined);
      expect([await vault.delete(id), await vault.change(id, BOB)]).to.deep.equal([false, false]);
    });

    it("[T41] a number is one id's: of 20 that register it at once, one does", async () => {
      const vault = phoneVault(make(), { secret: NEW });
      const ids = await Promise.all(Array.from({ length: 20 }, () => vault.register(ALICE)));
      expect(ids.filter((each) => each !== undefined)).to.have.length(1);
      const other = (await vault.register(BOB)) as string;
      expect(await vault.change(other, ALICE)).to.equal(false);
      expect(await vault.reveal(other, "test")).to.equal(BOB);
      expect(await phoneVault(make(), { secret: NEW, tenant: "other" }).find(ALICE)).to.equal(undefined);
    });

    it("[T41] of two ids that change to one number at once, one does; parallel changes of one id leave one number", async () => {
      const vault = phoneVault(make(), { secret: NEW });
      const [a, b] = [await vault.register(ALICE), await vault.register(BOB)] as [string, string];
      const both = await Promise.all([vault.change(a, "+12015550199"), vault.change(b, "+12015550199")]);
      expect(both.filter(Boolean)).to.have.length(1);
      const numbers = ["+12015550111", "+12015550112", "+12015550113"];
      await Promise.all(numbers.map((each) => vault.change(a, each)));
      const held = await Promise.all(numbers.map((each) => vault.find(each)));
      expect(held.filter((each) => each === a)).to.have.length(1);
      expect(held.indexOf(a)).to.equal(numbers.indexOf((await vault.reveal(a, "test")) as string));
    });

    it("[B8] a rotated secret opens, finds and keeps unique what an older one sealed; a secret that is gone is said", async () => {
      const store = make();
      const id = (await phoneVault(store, { secret: OLD }).register(ALICE)) as string;
      const vault = phoneVault(store, { secret: [NEW, OLD] });
      expect(await vault.reveal(id, "test")).to.equal(ALICE);
      expect(await vault.find(ALICE)).to.equal(id);
      expect(await vault.register(ALICE)).to.equal(undefined);
      await rejects(phoneVault(store, { secret: NEW }).reveal(id, "test"), /secret that is not set/);
      for await (const step of rotateVault(store.records, { secret: [NEW, OLD] }))
        expect(step).to.include({ seen: 1, sealed: 1, unopened: 0 });
      expect(await phoneVault(store, { secret: NEW }).reveal(id, "test")).to.equal(ALICE);
      expect(await phoneVault(store, { secret: NEW }).find(ALICE)).to.equal(id);
      for await (const step of rotateVault(store.records, { secret: [NEW, OLD] }))
        expect(step.sealed).to.equal(0);
    });

    it("[B8] a tenant's rotation leaves the other tenants' numbers as they are: found, unique and sealed as before", async () => {
      const store = make();
      const [a, b] = ["a", "b"].map((tenant) => phoneVault(store, { secret: OLD, tenant }));
      const [mine, theirs] = [await a?.register(ALICE), await b?.register(BOB)];
      for await (const step of rotateVault(store.records, { secret: [NEW, OLD], tenant: "a" }))
        expect(step).to.include({ seen: 1, sealed: 1, unopened: 0 });
      expect(await phoneVault(store, { secret: NEW, tenant: "a" }).find(ALICE)).to.equal(mine);
      const after = phoneVault(store, { secret: [NEW, OLD], tenant: "b" });
      expect(await after.find(BOB)).to.equal(theirs);
      expect(await after.register(BOB)).to.equal(undefined);
      expect(await b?.reveal(theirs as string, "test")).to.equal(BOB);
    });

    it("[B8] a number that is changed under the old secret meanwhile is sealed anew too; one that is changed at each try is counted", async () => {
      const { records } = make();
      const old = phoneVault({ records }, { secret: [OLD, NEW] });
      const id = (await old.register(ALICE)) as string;
      const busy = (most: number): Records => ({
        ...records,
        async write(request) {
          if (most-- > 0) await old.change(id, most % 2 === 0 ? BOB : ALICE);
          return records.write(request);
        },
      });
      for await (const step of rotateVault(busy(100), { secret: [NEW, OLD] }))
        expect(step).to.include({ seen: 1, sealed: 0, unopened: 0, failed: 1 });
      for await (const step of rotateVault(busy(1), { secret: [NEW, OLD] }))
        expect(step).to.include({ seen: 1, sealed: 1, unopened: 0, failed: 0 });
      expect(await phoneVault({ records }, { secret: NEW }).reveal(id, "test")).to.equal(BOB);
    });

    it("a tenant reveals, changes and deletes no other tenant's number, even where it knows the id", async () => {
      const store = make();
      const id = (await phoneVault(store, { secret: NEW, tenant: "b" }).register(ALICE)) as string;
      const vault = phoneVault(store, { secret: NEW, tenant: "a" });
      expect(await vault.reveal(id, "test")).to.equal(undefined);
      expect([await vault.change(id, BOB), await vault.delete(id)]).to.deep.equal([false, false]);
      expect(await phoneVault(store, { secret: NEW, tenant: "b" }).reveal(id, "test")).to.equal(ALICE);
    });

    it("refuses at start more secrets than may be in use at once", () => {
      const secrets = ["a", "b", "c", "d", "e"].map((each) => each.repeat(40));
      expect(() => phoneVault(make(), { secret: secrets })).to.throw(TypeError, /^secret: at most 4/);
      expect(() => phoneVault(make(), { secret: secrets.slice(1) })).to.not.throw();
    });

    it("tells every act with its reason, and does nothing that could not be told", async () => {
      const acts: VaultAct[] = [];
      const store = make();
      const vault = phoneVault(store, { secret: NEW, audit: (act) => void acts.push(act) });
      const id = (await vault.register(ALICE, "sign-up")) as string;
      await vault.reveal(id, "second factor");
      await vault.change(id, BOB);
      await vault.delete(id, "account closed");
      expect(acts.map(({ act, reason }) => [act, reason])).to.deep.equal([
        ["register", "sign-up"],
        ["reveal", "second factor"],
        ["change", "changed"],
        ["delete", "account closed"],
      ]);
      expect(JSON.stringify(acts)).not.to.include("912345678");
      const id2 = (await phoneVault(store, { secret: NEW }).register(ALICE)) as string;
      const mute = phoneVault(store, { secret: NEW, audit: () => Promise.reject(new Error("log away")) });
      await rejects(mute.reveal(id2, "x"), /log away/);
      await rejects(mute.delete(id2), /log away/);
      expect(await vault.find(ALICE)).to.equal(id2);
    });

    it("refuses what is no number", async () => {
      const vault = phoneVault(make(), { secret: NEW });
      for (const bad of ["", "0912345678", "+12", "+886 912 345 678"])
        await rejects(vault.register(bad), TypeError);
    });
  });
}

describe("the phone vault in Redis", () => {
  it("[T11] [N2] shows no number, and every key expires", async () => {
    const vault = phoneVault(redisStore(redis), { secret: NEW });
    await vault.register(ALICE);
    for (const key of await redis.keys("*")) {
      expect(key + String(await redis.get(key))).not.to.include("912345678");
      expect(await redis.pttl(key)).to.be.greaterThan(0);
    }
  });

  it("erases every key that holds a number", async () => {
    const vault = phoneVault(redisStore(redis), { secret: NEW });
    const id = (await vault.register(ALICE)) as string;
    await vault.change(id, BOB);
    await vault.delete(id);
    expect(await redis.keys("*")).to.deep.equal([]);
  });

  describe("rotate-secrets, the command", function () {
    this.timeout(30_000);
    const root = join(import.meta.dirname, "../..");
    const rotate = async (env: Record<string, string>, args = ["rotate-secrets"]) =>
      run(process.execPath, [join(root, "dist/esm/lib/cli/main.js"), ...args], {
        env: { PATH: process.env["PATH"], ...env },
      }).then(
        ({ stderr }) => ({ code: 0, stderr }),
        ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
      );
    const env = () => ({ REDIS_URL: server.url, FACTORS_SECRET: `${NEW}, ${OLD}` });

    const THIRD = "the third secret of at least thirty-two characters";
    const fill = (vault: PhoneVault, many: number) =>
      Promise.all(Array.from({ length: many }, (_, n) => vault.register(`+1201555${1000 + n}`)));
    /** A run that ends after its first page. */
    const stopped = async (more: Record<string, string>) => {
      const stop = (line: string) => {
        if (line.includes("seen")) throw new Error("stopped");
      };
      await rejects(rotateSecrets(more, stop), /stopped/);
      expect(await redis.exists("{factors}:rotation")).to.equal(1);
    };

    it("seals every number anew, with progress, and once more does nothing", async () => {
      const ids = await fill(phoneVault(redisStore(redis), { secret: OLD }), 300);
      const first = await rotate(env());
      expect(first.code).to.equal(0);
      expect(first.stderr.trim().split("\n").length).to.be.greaterThan(2);
      expect(first.stderr).to.match(
        /300 seen, 300 sealed anew, 0 that none.*, 0 failed\ndone, for the tenant "default":/,
      );
      const vault = phoneVault(redisStore(redis), { secret: NEW });
      expect(await vault.reveal(ids[7] as string, "test")).to.equal("+12015551007");
      expect((await rotate(env())).stderr).to.match(/300 seen, 0 sealed anew/);
      expect(first.stderr).not.to.match(/555\d{4}|secret of at least/);
    });

    it("is not done, and fails, where a number is left that none of the secrets opens", async () => {
      await phoneVault(redisStore(redis), { secret: OLD }).register(BOB);
      await phoneVault(redisStore(redis), { secret: THIRD }).register(ALICE);
      const { code, stderr } = await rotate(env());
      expect(code).to.equal(1);
      expect(stderr).to.match(/2 seen, 1 sealed anew, 1 that none/);
      expect(stderr)
        .to.match(/^not done: 1 not sealed/m)
        .and.not.match(/^done/m);
    });

    it("says that there are numbers of other tenants, which it leaves to their own runs", async () => {
      await phoneVault(redisStore(redis), { secret: OLD, tenant: "acme" }).register(BOB);
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
      await fill(phoneVault(redisStore(redis), { secret: OLD }), 1000);
      await fill(phoneVault(redisStore(redis), { secret: THIRD }), 1000);
      await stopped(env());
      const { code, stderr } = await rotate(env());
      expect(stderr).to.include("going on where the last run was stopped");
      expect(stderr).to.match(/^not done: 1\d{3} not sealed/m);
      expect(code).to.equal(1);
      expect(await redis.exists("{factors}:rotation")).to.equal(0);
    });

    it("[B8] begins at the beginning where another rotation was stopped: no number is lost", async () => {
      const ids = await fill(phoneVault(redisStore(redis), { secret: OLD }), 1000);
      await stopped(env());
      const { code, stderr } = await rotate({ ...env(), FACTORS_SECRET: `${THIRD},${NEW},${OLD}` });
      expect(code).to.equal(0);
      expect(stderr)
        .to.match(/1\d{3} seen, 1000 sealed anew/)
        .and.not.include("going on");
      const vault = phoneVault(redisStore(redis), { secret: THIRD });
      await Promise.all(ids.map((id) => vault.reveal(id as string, "test")));
      await stopped({ ...env(), FACTORS_SECRET: `${NEW},${THIRD}` });
      const other = await rotate({ ...env(), FACTORS_SECRET: `${NEW},${THIRD}`, FACTORS_TENANT: "other" });
      expect(other.stderr).to.not.include("going on");
    });

    it("says in one line what is missing", async () => {
      expect((await rotate({}, [])).stderr).to.match(/^usage: /);
      for (const [wrong, words] of [
        [{ ...env(), FACTORS_SECRET: NEW }, /^FACTORS_SECRET must hold the new secret and the old ones/],
        [{ ...env(), REDIS_URL: "x" }, /^REDIS_URL must be/],
        [{ ...env(), REDIS_URL: "redis://127.0.0.1:1" }, /^REDIS_URL does not answer/],
        [{ ...env(), FACTORS_SECRET: "short,shorter" }, /^secret: at least 32/],
      ] as const) {
        const { code, stderr } = await rotate(wrong);
        expect(code).to.equal(1);
        expect(stderr).to.match(words);
        expect(stderr.trim().split("\n")).to.have.length(1);
      }
    });
  });
});
