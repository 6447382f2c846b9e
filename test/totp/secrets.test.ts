import { rejects } from "node:assert/strict";
import { expect } from "chai";
import { memoryStore, redisStore, type Store } from "../../lib/index.ts";
import { settableClock } from "../../lib/testing/settable-clock.ts";
import { hotp, stepAt } from "../../lib/totp/code.ts";
import {
  bytesOf,
  createSecrets,
  newSecret,
  type SecretOnFile,
  type Secrets,
  type SecretsKit,
} from "../../lib/totp/secrets.ts";
import { kitsOn } from "../support/factor-kit.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";

const STEP = 30_000;

for (const backend of ["memory", "Redis"] as const) {
  describe(`secrets of authenticator apps, with the ${backend} store`, () => {
    const suite = backend === "Redis" ? redisOfSuite() : undefined;
    let store: Store;
    let clock: ReturnType<typeof settableClock>;
    let secrets: Secrets;

    beforeEach(async () => {
      await suite?.client.flushall();
      store = suite === undefined ? memoryStore() : redisStore(suite.client);
      clock = settableClock(Math.floor(Date.now() / STEP) * STEP);
      secrets = createSecrets(kitOf("acme"), 1);
    });

    const kitOf = (tenant: string) => kitsOn(store, { clock, tenant })("totp") as unknown as SecretsKit;
    const codeOf = ({ secret }: Pick<SecretOnFile, "secret">, steps = 0) =>
      hotp(bytesOf(secret), stepAt(clock()) + steps);

    /** A secret that is on file, and has used its first code. */
    async function enrolled(account = "ann"): Promise<SecretOnFile> {
      const secret = newSecret(clock());
      expect(await secrets.confirm(account, secret, codeOf(secret))).to.equal("right");
      clock.advance(STEP);
      return secret;
    }

    it("[P1] have 160 bits, each its own", () => {
      const made = Array.from({ length: 20 }, () => newSecret(0));
      for (const { secret } of made) expect(secret).to.match(/^[A-Z2-7]{32}$/);
      expect(new Set(made.map(({ secret }) => secret))).to.have.length(20);
      expect(new Set(made.map(({ id }) => id))).to.have.length(20);
    });

    it("[P3][T17] pass each step once: of 200 at once, one", async () => {
      const secret = await enrolled();
      const code = codeOf(secret);
      const judged = await Promise.all(Array.from({ length: 200 }, () => secrets.judge("ann", code)));
      expect(judged.filter((each) => each === "right")).to.have.length(1);
      expect(judged.filter((each) => each === "used")).to.have.length(199);
    });

    it("[T17] take no code again for as long as it is right, nor one of an earlier step", async () => {
      const secret = await enrolled();
      const code = codeOf(secret, 1);
      const earlier = codeOf(secret);
      expect(await secrets.judge("ann", code)).to.equal("right");
      expect(await secrets.judge("ann", earlier)).to.equal("used");
      // Three steps of thirty seconds: from one before its own to one after.
      for (let seconds = 0; seconds < 89; seconds += 8) {
        expect(await secrets.judge("ann", code), `${seconds}`).to.equal("used");
        clock.advance(8000);
      }
      expect(await secrets.judge("ann", code)).to.equal("wrong");
      expect(await secrets.judge("ann", codeOf(secret))).to.equal("right");
    });

    it("[T17] do not take the code of the enrolment for a login, and of 50 confirmations one", async () => {
      const secret = newSecret(clock());
      const code = codeOf(secret);
      const confirmed = await Promise.all(
        Array.from({ length: 50 }, () => secrets.confirm("ann", secret, code)),
      );
      expect(confirmed.filter((each) => each === "right")).to.have.length(1);
      expect(await secrets.judge("ann", code)).to.equal("used");
      expect(await secrets.judge("ann", codeOf(secret, 1))).to.equal("right");
    });

    it("[P6][T18] keep the old one until the new one is proven, and then not a code longer", async () => {
      const old = await enrolled();
      const next = newSecret(clock());
      expect(await secrets.confirm("ann", next, codeOf(old, 1))).to.equal("wrong");
      expect(await secrets.judge("ann", codeOf(next))).to.equal("wrong");
      expect(await secrets.judge("ann", codeOf(old))).to.equal("right");
      // In the same step: what was used of the old one is not used of the new.
      expect(await secrets.confirm("ann", next, codeOf(next))).to.equal("right");
      expect(await secrets.judge("ann", codeOf(old, 1))).to.equal("wrong");
      expect(await secrets.judge("ann", codeOf(next, 1))).to.equal("right");
      expect((await secrets.read("ann"))?.id).to.equal(next.id);
    });

    it("that are proven at once by one account leave one on file, and all others were told so", async () => {
      const all = Array.from({ length: 10 }, () => newSecret(clock()));
      const told = await Promise.all(all.map((each) => secrets.confirm("ann", each, codeOf(each))));
      const added = all.filter((_, i) => told[i] === "right").map(({ id }) => id);
      expect(added).to.deep.equal([(await secrets.read("ann"))?.id]);
    });

    it("of others do not pass: neither another account's nor another tenant's", async () => {
      const secret = await enrolled();
      await enrolled("bob");
      expect(await secrets.judge("bob", codeOf(secret))).to.equal("wrong");
      expect(await createSecrets(kitOf("other"), 1).judge("ann", codeOf(secret))).to.equal("none");
      expect(await secrets.judge("ann", codeOf(secret))).to.equal("right");
    });

    it("[G7] are removed by the one id that they have, at once", async () => {
      const secret = await enrolled();
      expect(await secrets.remove("ann", "another")).to.equal(false);
      expect(await secrets.remove("bob", secret.id)).to.equal(false);
      expect(await secrets.remove("ann", secret.id)).to.equal(true);
      expect(await secrets.remove("ann", undefined)).to.equal(false);
      expect(await secrets.judge("ann", codeOf(secret))).to.equal("none");
      expect(await secrets.read("ann")).to.equal(undefined);
      await enrolled();
      expect(await secrets.remove("ann", undefined)).to.equal(true);
    });

    it("say when they were added and last used", async () => {
      const secret = await enrolled();
      expect(await secrets.read("ann")).to.deep.equal({ ...secret, addedAt: clock() - STEP });
      await secrets.judge("ann", codeOf(secret));
      expect((await secrets.read("ann"))?.lastUsedAt).to.equal(clock());
    });

    it("of other systems are taken where none is on file: 80 bits and more, as people write them", async () => {
      for (const [account, secret] of [
        ["a", "jbsw y3dp ehpk 3pxp"],
        ["b", "JBSWY3DP-EHPK3PXP-JBSWY3DP-EHPK3PXP"],
        ["c", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ===="],
      ] as const) {
        expect(await secrets.import(account, secret)).to.equal(true);
        const plain = secret.replace(/[^a-z2-7]/gi, "").toUpperCase();
        expect(await secrets.judge(account, codeOf({ secret: plain }))).to.equal("right");
      }
      const { id } = (await secrets.read("a")) as { id: string };
      expect(await secrets.import("a", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")).to.equal(false);
      expect((await secrets.read("a"))?.id).to.equal(id);
    });

    it("of other systems that are none are refused by what is wrong, without showing them", async () => {
      for (const [secret, why] of [
        ["JBSWY3DPEHPK", /80 to 512 bits.* it has 56/],
        ["JBSWY3DPEHPK3PX0", /character 16 is none/],
        ["JBSWY3DPEHPK3PXPJ", /cut off/],
        ["A".repeat(200), /it has 1000/],
        ["", /empty/],
        [undefined, /a text/],
        [12, /a text/],
        [{}, /a text/],
      ] as const)
        await rejects(secrets.import("ann", secret as string), (error: Error) => {
          expect(error).to.be.instanceOf(TypeError);
          expect(error.message).to.match(/^importTotp: secret /);
          expect(error.message).to.match(why);
          expect(error.message).not.to.include("JBSW");
          return true;
        });
      expect(await secrets.read("ann")).to.equal(undefined);
    });

    it("pass also where the time of use cannot be written", async () => {
      const secret = await enrolled();
      const kit = kitOf("acme");
      const replace = () => Promise.reject(new Error("read-only replica"));
      const readOnly = createSecrets({ ...kit, credentials: { ...kit.credentials, replace } }, 1);
      expect(await readOnly.judge("ann", codeOf(secret))).to.equal("right");
      expect(await readOnly.judge("ann", codeOf(secret))).to.equal("used");
    });

    it("are replaced also where a login notes its use at that moment", async () => {
      const secret = await enrolled();
      const next = newSecret(clock());
      const kit = kitOf("acme");
      let first = true;
      const list: typeof kit.credentials.list = async (account) => {
        const listed = await kit.credentials.list(account);
        if (!first) return listed;
        first = false;
        expect(await secrets.judge("ann", codeOf(secret))).to.equal("right");
        return listed;
      };
      const racing = createSecrets({ ...kit, credentials: { ...kit.credentials, list } }, 1);
      expect(await racing.confirm("ann", next, codeOf(next))).to.equal("right");
      expect((await secrets.read("ann"))?.id).to.equal(next.id);
    });
  });
}
