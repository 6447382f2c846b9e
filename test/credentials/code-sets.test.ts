import { rejects } from "node:assert/strict";
import { randomInt } from "node:crypto";
import { createClient } from "@libsql/client";
import { expect } from "chai";
import { createCodeSets, remainingOf, type CodeSet, type CodeSets } from "../../lib/challenges/code-sets.ts";
import { sealedCredentials } from "../../lib/credentials/sealed-credentials.ts";
import {
  createSecretBox,
  credentialsMigration,
  memoryStore,
  redisStore,
  rotateCredentials,
  sqlCredentials,
  storeCredentials,
  type Credentials,
  type CredentialStore,
} from "../../lib/index.ts";
import { postgresOfSuite } from "../support/postgres-of-suite.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { until } from "../support/redis-server.ts";
import { libsqlQuery, pgQuery } from "../support/sql-queries.ts";

const OLD = "the old secret of at least thirty-two characters";
const NEW = "the new secret of at least thirty-two characters";
const WRONG = "0".repeat(16);

describe("sets of codes, in memory", () => promises(async () => storeCredentials(memoryStore())));

describe("sets of codes, on Redis", () => {
  const suite = redisOfSuite();
  beforeEach(() => suite.client.flushall());
  promises(async () => storeCredentials(redisStore(suite.client)));
});

describe("sets of codes, on SQLite", () => {
  promises(async () => {
    const client = createClient({ url: ":memory:" });
    await client.execute(credentialsMigration("sqlite"));
    return sqlCredentials({ query: libsqlQuery(client), dialect: "sqlite" });
  });
});

describe("sets of codes, on PostgreSQL", () => {
  const suite = postgresOfSuite();
  before(() => suite.pool.query(credentialsMigration("postgres")));
  beforeEach(() => suite.pool.query("TRUNCATE factor_credentials"));
  promises(async () => sqlCredentials({ query: pgQuery(suite.pool), dialect: "postgres" }));
});

function promises(make: () => Promise<CredentialStore>): void {
  let now: number;
  beforeEach(() => void (now = 1_800_000_000_000));
  const setsOn = (store: CredentialStore, count: number, secret: string | string[] = OLD): CodeSets =>
    createCodeSets(
      {
        credentials: sealedCredentials(store, createSecretBox(secret), "default").ofKind<CodeSet>("codes"),
        clock: () => now++,
        random: (below) => randomInt(below),
      },
      { count, length: 16 },
    );
  const left = async (sets: CodeSets) => remainingOf((await sets.read("ann")) as CodeSet);

  it("[T2] [T19] of 200 parallel right answers one passes", async () => {
    const sets = setsOn(await make(), 1);
    const [code] = (await sets.issue("ann")).codes as [string];
    const answers = await Promise.all(Array.from({ length: 200 }, () => sets.spend("ann", code)));
    expect(answers.filter((each) => each !== undefined).map(({ remaining }) => remaining)).to.deep.equal([0]);
  });

  it("[T4] [T20] all codes at once pass once each, whatever else is wrong at that moment", async () => {
    const sets = setsOn(await make(), 10);
    const { codes } = await sets.issue("ann");
    const typed = [...codes, WRONG, ...codes, WRONG];
    const answers = await Promise.all(typed.map((code) => sets.spend("ann", code)));
    const passed = answers.filter((each) => each !== undefined);
    expect(passed.map(({ remaining }) => remaining).sort((a, b) => a - b)).to.deep.equal([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect(typed.filter((code, i) => code === WRONG && answers[i] !== undefined)).to.deep.equal([]);
    expect(await left(sets)).to.equal(0);
  });

  it("[T22] a new set is the only one, whoever else makes one at that moment", async () => {
    const sets = setsOn(await make(), 2);
    const made = await Promise.all([1, 2, 3, 4].map(() => sets.issue("ann")));
    const good: string[] = [];
    for (const code of made.flatMap(({ codes }) => codes))
      if ((await sets.spend("ann", code)) !== undefined) good.push(code);
    expect(made.filter(({ codes }) => codes.every((code) => good.includes(code)))).to.have.length(1);
    expect(good).to.have.length(2);
  });

  it("are nobody else's, and no set's that is gone", async () => {
    const sets = setsOn(await make(), 2);
    const { codes } = await sets.issue("ann");
    const [code] = codes as [string];
    expect(await sets.spend("bob", code)).to.equal(undefined);
    const { id } = (await sets.read("ann")) as CodeSet;
    expect(await sets.remove("ann", "another")).to.equal(false);
    expect(await sets.remove("ann", id)).to.equal(true);
    expect(await sets.remove("ann", undefined)).to.equal(false);
    expect(await sets.spend("ann", code)).to.equal(undefined);
    expect(await sets.read("ann")).to.equal(undefined);
  });

  it("a code that is given back is good once more, in its own set only", async () => {
    const sets = setsOn(await make(), 3);
    const [first, second, third] = (await sets.issue("ann")).codes as [string, string, string];
    const spent = await sets.spend("ann", first);
    await sets.spend("ann", second);
    await Promise.all([spent?.giveBack(), spent?.giveBack()]);
    expect(await left(sets)).to.equal(2);
    expect(await sets.spend("ann", first)).to.include({ remaining: 1 });
    // It is somebody else's use by now.
    await spent?.giveBack();
    expect(await sets.spend("ann", first)).to.equal(undefined);
    expect(await sets.spend("ann", second)).to.equal(undefined);
    const last = await sets.spend("ann", third);
    await sets.issue("ann");
    await last?.giveBack();
    expect(await left(sets)).to.equal(3);
    expect(await sets.spend("ann", third)).to.equal(undefined);
  });

  it("a set that is given back leaves the one before, and nothing where there was none", async () => {
    const sets = setsOn(await make(), 2);
    await (await sets.issue("ann")).giveBack();
    expect(await sets.read("ann")).to.equal(undefined);
    const { codes } = await sets.issue("ann");
    const next = await sets.issue("ann");
    await next.giveBack();
    expect(await sets.spend("ann", next.codes[0] as string)).to.equal(undefined);
    expect(await sets.spend("ann", codes[0] as string)).to.include({ remaining: 1 });
    const last = await sets.issue("ann");
    await sets.issue("ann");
    await last.giveBack();
    expect(await left(sets)).to.equal(2);
  });

  it("[T67] what was carried out without an answer is undone", async () => {
    const store = await make();
    const sets = setsOn(store, 2);
    const [code] = (await sets.issue("ann")).codes as [string];
    const lossy = setsOn(losing(store), 2);
    await rejects(lossy.spend("ann", code), /lost/);
    await until(async () => (await left(sets)) === 2);
    await rejects(lossy.issue("ann"), /lost/);
    await until(async () => (await sets.spend("ann", code)) !== undefined);
    expect(await left(sets)).to.equal(1);
  });

  it("[B8] go on while they are sealed anew, and are read under the new secret alone", async () => {
    const store = await make();
    const both = setsOn(store, 10, [NEW, OLD]);
    const { codes } = await setsOn(store, 10, OLD).issue("ann");
    const rotation = (async () => {
      for (let i = 0; i < 3; i++)
        for await (const step of rotateCredentials(store, { secret: [NEW, OLD] }))
          expect(step.failed).to.equal(0);
    })();
    const answers = await Promise.all(codes.slice(0, 5).map((code) => both.spend("ann", code)));
    await rotation;
    expect(answers.filter((each) => each !== undefined)).to.have.length(5);
    const only = setsOn(store, 10, NEW);
    expect(await only.spend("ann", codes[9] as string)).to.include({ remaining: 4 });
    expect(await only.spend("ann", codes[0] as string)).to.equal(undefined);
  });
}

/** A store that carries out each `replace`, and loses every first answer. */
function losing(store: CredentialStore): CredentialStore {
  return {
    inTenant(tenant) {
      const credentials: Credentials = store.inTenant(tenant);
      let n = 0;
      return {
        ...credentials,
        async replace(...what) {
          const answer = await credentials.replace(...what);
          if (n++ % 2 === 0) throw new Error("the answer was lost");
          return answer;
        },
      };
    },
  };
}

describe("[T13] a guess at a set", () => {
  it("makes as many hashes where there is none, or where most are used up", async () => {
    const store = storeCredentials(memoryStore());
    const sets = createCodeSets(
      {
        credentials: sealedCredentials(store, createSecretBox(OLD), "default").ofKind<CodeSet>("codes"),
        clock: Date.now,
        random: (below) => randomInt(below),
      },
      { count: 10, length: 16 },
    );
    const { codes } = await sets.issue("ann");
    for (const code of (await sets.issue("bob")).codes.slice(1)) await sets.spend("bob", code);
    async function cost(account: string): Promise<number> {
      const { user, system } = process.cpuUsage();
      for (let i = 0; i < 10; i++) await sets.spend(account, WRONG);
      const spent = process.cpuUsage({ user, system });
      return spent.user + spent.system;
    }
    expect(codes).to.have.length(10);
    await cost("ann");
    const [full, low, none] = [await cost("ann"), await cost("bob"), await cost("nobody")];
    // One hash in place of ten is a tenth.
    for (const other of [low, none]) expect(other / full).to.be.within(0.5, 2);
  });
});
