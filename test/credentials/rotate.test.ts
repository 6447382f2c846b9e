import { rejects } from "node:assert/strict";
import { createClient } from "@libsql/client";
import { expect } from "chai";
import { sealedCredentials } from "../../lib/credentials/sealed-credentials.ts";
import { rotateSecrets } from "../../lib/cli/rotate-secrets.ts";
import {
  createSecretBox,
  credentialsMigration,
  memoryStore,
  phoneVault,
  redisStore,
  rotateCredentials,
  sqlCredentials,
  storeCredentials,
  type CredentialRotation,
  type CredentialStore,
} from "../../lib/index.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { libsqlQuery } from "../support/sql-queries.ts";

const OLD = "the old secret of at least thirty-two characters";
const NEW = "the new secret of at least thirty-two characters";
const THIRD = "the third secret of at least thirty-two characters";

const totps = (store: CredentialStore, secret: string, tenant = "default") =>
  sealedCredentials(store, createSecretBox(secret), tenant).ofKind<{ n: number }>("totp");

async function fill(store: CredentialStore, many: number, secret = OLD, tenant = "default"): Promise<void> {
  const all = Array.from({ length: many }, (_, n) => n);
  await Promise.all(
    all.map((n) => totps(store, secret, tenant).add(`${secret.slice(4, 7)}${n}`, `${secret}${n}`, { n }, 1)),
  );
}

async function rotated(
  store: CredentialStore,
  secret: string[],
  more: object = {},
): Promise<CredentialRotation[]> {
  const steps: CredentialRotation[] = [];
  for await (const step of rotateCredentials(store, { secret, ...more })) steps.push(step);
  return steps;
}

const STORES: Record<string, () => Promise<CredentialStore>> = {
  "in memory": async () => storeCredentials(memoryStore()),
  "on SQLite": async () => {
    const client = createClient({ url: ":memory:" });
    await client.execute(credentialsMigration("sqlite"));
    return sqlCredentials({ query: libsqlQuery(client), dialect: "sqlite" });
  },
};

for (const [where, make] of Object.entries(STORES))
  describe(`rotateCredentials ${where}`, () => {
    let store: CredentialStore;
    beforeEach(async () => (store = await make()));

    it("[B8] seals every credential under the first secret, and once more does nothing", async () => {
      await fill(store, 250);
      expect((await rotated(store, [NEW, OLD])).at(-1)).to.deep.equal({
        seen: 250,
        sealed: 250,
        unopened: 0,
        failed: 0,
        cursor: "",
      });
      expect((await totps(store, NEW).list("old7"))[0]?.value).to.deep.equal({ n: 7 });
      await rejects(totps(store, OLD).list("old7"), /under a secret that is not set now/);
      expect((await rotated(store, [NEW])).at(-1)).to.include({ seen: 250, sealed: 0, unopened: 0 });
    });

    it("leaves what none of the secrets opens, what was changed by hand, and other tenants'", async () => {
      await fill(store, 3);
      await fill(store, 2, THIRD);
      await fill(store, 4, OLD, "other");
      await store.inTenant("default").add("ann", "totp", "planted", "1.AAAA", 1);
      expect((await rotated(store, [NEW, OLD])).at(-1)).to.include({
        seen: 6,
        sealed: 3,
        unopened: 3,
        failed: 0,
      });
      expect((await totps(store, THIRD).list("thi1"))[0]?.value).to.deep.equal({ n: 1 });
      expect((await totps(store, OLD, "other").list("old1"))[0]?.value).to.deep.equal({ n: 1 });
      const other = { tenant: "other" };
      expect((await rotated(store, [NEW, OLD], other)).at(-1)).to.include({
        seen: 4,
        sealed: 4,
        unopened: 0,
      });
    });

    it("loses nothing that is changed, removed or added while it runs", async () => {
      await fill(store, 1);
      const busy: CredentialStore = {
        inTenant(tenant) {
          const credentials = store.inTenant(tenant);
          return {
            ...credentials,
            async replace(account, kind, id, before, after) {
              const [now] = await totps(store, OLD)
                .list(account)
                .catch(() => []);
              if (now !== undefined && now.value.n < 2)
                await totps(store, OLD).replace(account, now, { n: now.value.n + 1 });
              return credentials.replace(account, kind, id, before, after);
            },
          };
        },
      };
      expect((await rotated(busy, [NEW, OLD])).at(-1)).to.include({ seen: 1, sealed: 1, failed: 0 });
      expect((await totps(store, NEW).list("old0"))[0]?.value).to.deep.equal({ n: 2 });
    });

    it("says how many were changed by others at every try, and takes what is gone for done", async () => {
      await fill(store, 2);
      const deaf = (gone: boolean): CredentialStore => ({
        inTenant: (tenant) => ({
          ...store.inTenant(tenant),
          replace: async () => false,
          ...(gone ? { find: async () => undefined } : {}),
        }),
      });
      expect((await rotated(deaf(false), [NEW, OLD])).at(-1)).to.include({ seen: 2, sealed: 0, failed: 2 });
      expect((await rotated(deaf(true), [NEW, OLD])).at(-1)).to.include({ seen: 2, sealed: 0, failed: 0 });
    });
  });

describe("rotateCredentials page by page", () => {
  it("goes on from its cursor", async () => {
    const store = await (STORES["on SQLite"] as () => Promise<CredentialStore>)();
    await fill(store, 250);
    const rotation = rotateCredentials(store, { secret: [NEW, OLD] });
    const { value: first } = (await rotation.next()) as { value: CredentialRotation };
    await rotation.return(undefined);
    expect(first).to.include({ seen: 100, sealed: 100 });
    const rest = (await rotated(store, [NEW, OLD], { cursor: first.cursor })).at(-1);
    expect(rest).to.include({ seen: 150, sealed: 150, cursor: "" });
    expect((await rotated(store, [NEW])).at(-1)).to.include({ seen: 250, unopened: 0 });
  });
});

describe("rotate-secrets and credentials", () => {
  const suite = redisOfSuite();
  beforeEach(() => suite.client.flushall());
  const env = () => ({ REDIS_URL: suite.server.url, FACTORS_SECRET: `${NEW},${OLD}` });
  async function run(more: Record<string, string> = {}): Promise<{ done: boolean; lines: string }> {
    const lines: string[] = [];
    const done = await rotateSecrets({ ...env(), ...more }, (line) => void lines.push(line));
    return { done, lines: lines.join("\n") };
  }

  it("[B8] seals numbers and credentials under the new secret, in one run", async () => {
    const redis = redisStore(suite.client);
    const store = storeCredentials(redis);
    const id = (await phoneVault(redis, { secret: OLD }).register("+12015550123")) as string;
    await fill(store, 30);
    const { done, lines } = await run();
    expect(done).to.equal(true);
    expect(lines)
      .to.match(/^1 seen, 1 sealed anew/m)
      .and.match(/^credentials: 30 seen, 30 sealed anew, 0 that none of the secrets opens, 0 failed$/m)
      .and.match(/^done, for the tenant "default"/m);
    expect(await phoneVault(redis, { secret: NEW }).reveal(id, "test")).to.equal("+12015550123");
    expect((await totps(store, NEW).list("old7"))[0]?.value).to.deep.equal({ n: 7 });
    expect(lines).not.to.match(/secret of at least|old7/);
  });

  it("is not done where a credential is left under another secret", async () => {
    await fill(storeCredentials(redisStore(suite.client)), 2, THIRD);
    const { done, lines } = await run();
    expect(done).to.equal(false);
    expect(lines)
      .to.match(/^credentials: 2 seen, 0 sealed anew, 2 that none/m)
      .and.match(/^not done: 2 not sealed/m);
  });

  it("says nothing of credentials where there are none, and rotates those of its tenant and prefix", async () => {
    const prefix = "app[1]*:{factors}";
    const store = storeCredentials(redisStore(suite.client, { prefix }));
    await fill(store, 3, OLD, "acme");
    expect((await run()).lines).not.to.include("credentials:");
    expect((await run({ FACTORS_TENANT: "acme" })).lines).not.to.include("credentials:");
    const { lines } = await run({ FACTORS_TENANT: "acme", FACTORS_PREFIX: prefix });
    expect(lines).to.match(/^credentials: 3 seen, 3 sealed anew/m);
  });
});
