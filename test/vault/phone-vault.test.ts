import { rejects } from "node:assert/strict";
import { expect } from "chai";
import {
  memoryStore,
  phoneVault,
  redisStore,
  type Records,
  type Store,
  type VaultAct,
} from "../../lib/index.ts";
import { rotateVault } from "../../lib/vault/rotate.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";

const OLD = "the old secret of at least thirty-two characters";
const NEW = "the new secret of at least thirty-two characters";
const ALICE = "+886912345678";
const BOB = "+12015550123";

const suite = redisOfSuite();
beforeEach(() => suite.client.flushall());

for (const [name, make] of [
  ["memory", () => memoryStore()],
  ["Redis", () => redisStore(suite.client)],
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
      const state = await Promise.all(numbers.map((each) => vault.find(each)));
      expect(state.filter((each) => each === a)).to.have.length(1);
      expect(state.indexOf(a)).to.equal(numbers.indexOf((await vault.reveal(a, "test")) as string));
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
    const vault = phoneVault(redisStore(suite.client), { secret: NEW });
    await vault.register(ALICE);
    for (const key of await suite.client.keys("*")) {
      expect(key + String(await suite.client.get(key))).not.to.include("912345678");
      expect(await suite.client.pttl(key)).to.be.greaterThan(0);
    }
  });

  it("erases every key that holds a number", async () => {
    const vault = phoneVault(redisStore(suite.client), { secret: NEW });
    const id = (await vault.register(ALICE)) as string;
    await vault.change(id, BOB);
    await vault.delete(id);
    // For a minute more it is known that these steps were made, and nothing of what they wrote.
    const left = (await suite.client.keys("*")).filter((key) => !key.startsWith("{factors}x"));
    expect(left).to.deep.equal([]);
  });
});
