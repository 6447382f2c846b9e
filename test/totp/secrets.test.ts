import { rejects } from "node:assert/strict";
import { expect } from "chai";
import { sealedCredentials } from "../../lib/credentials/sealed-credentials.ts";
import { createSecretBox, memoryStore, redisStore, storeCredentials, type Store } from "../../lib/index.ts";
import { settableClock } from "../../lib/testing/settable-clock.ts";
import { hotp, stepAt } from "../../lib/totp/code.ts";
import { createEnrolments, PENDING_MS, type Enrolments } from "../../lib/totp/enrolments.ts";
import { bytesOf, createSecrets, type SecretOnFile, type Secrets } from "../../lib/totp/secrets.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";

const STEP = 30_000;
const box = createSecretBox("a secret of at least thirty-two characters");

for (const backend of ["memory", "Redis"] as const) {
  describe(`secrets of authenticator apps, with the ${backend} store`, () => {
    const suite = backend === "Redis" ? redisOfSuite() : undefined;
    let store: Store;
    let clock: ReturnType<typeof settableClock>;
    let secrets: Secrets;
    let enrolments: Enrolments;
    const reported: unknown[] = [];

    beforeEach(async () => {
      await suite?.client.flushall();
      store = suite === undefined ? memoryStore() : redisStore(suite.client);
      // Redis counts expiries in its own time.
      clock = settableClock(Math.floor(Date.now() / STEP) * STEP);
      reported.length = 0;
      ({ secrets, enrolments } = inTenant("acme"));
    });

    function inTenant(tenant: string, window = 1) {
      const onFile = sealedCredentials(storeCredentials(store), box, tenant).ofKind<SecretOnFile>("totp");
      const shared = { notes: store.notes, clock, tenant, window, box };
      const made = createSecrets({ ...shared, onFile, report: (error) => void reported.push(error) });
      return { onFile, secrets: made, enrolments: createEnrolments({ ...shared, secrets: made }) };
    }

    const codeOf = ({ secret }: SecretOnFile, steps = 0) => hotp(bytesOf(secret), stepAt(clock()) + steps);
    const ann = { account: "ann", binding: "session 1" };

    /** A secret that is on file, and has used its enrolment's code. */
    async function enrolled(who = ann, of = enrolments): Promise<SecretOnFile> {
      const secret = await of.begin(who);
      expect(await of.confirm(who, codeOf(secret))).to.include({ outcome: "added" });
      clock.advance(STEP);
      return secret;
    }

    it("[P1] have 160 bits, each its own", async () => {
      const made = await Promise.all(Array.from({ length: 20 }, () => enrolments.begin(ann)));
      for (const { secret } of made) expect(secret).to.match(/^[A-Z2-7]{32}$/);
      expect(new Set(made.map(({ secret }) => secret))).to.have.length(20);
    });

    it("[T17] pass each step once: of 200 at once, one", async () => {
      const secret = await enrolled();
      const judged = await Promise.all(
        Array.from({ length: 200 }, () => secrets.judge("ann", codeOf(secret))),
      );
      expect(judged.filter((each) => each === "passed")).to.have.length(1);
      expect(judged.filter((each) => each === "used")).to.have.length(199);
    });

    it("[T17] take no code again for as long as it is right, nor one of an earlier step", async () => {
      const secret = await enrolled();
      const code = codeOf(secret, 1);
      const earlier = codeOf(secret);
      expect(await secrets.judge("ann", code)).to.equal("passed");
      expect(await secrets.judge("ann", earlier)).to.equal("used");
      // Three steps of thirty seconds: from one before its own to one after.
      for (let seconds = 0; seconds < 89; seconds += 8) {
        expect(await secrets.judge("ann", code), `${seconds}`).to.equal("used");
        clock.advance(8000);
      }
      expect(await secrets.judge("ann", code)).to.equal("mismatch");
      expect(await secrets.judge("ann", codeOf(secret))).to.equal("passed");
    });

    it("[T17] do not take the code of the enrolment for a login", async () => {
      const secret = await enrolments.begin(ann);
      const code = codeOf(secret);
      const confirmed = await Promise.all(Array.from({ length: 50 }, () => enrolments.confirm(ann, code)));
      expect(confirmed.filter(({ outcome }) => outcome === "added")).to.have.length(1);
      expect(await secrets.judge("ann", code)).to.equal("used");
      expect(await secrets.judge("ann", codeOf(secret, 1))).to.equal("passed");
    });

    it("[T18] keep the old one until the new one is proven, and then not a code longer", async () => {
      const old = await enrolled();
      const next = await enrolments.begin(ann);
      expect(await enrolments.confirm(ann, codeOf(old, 1))).to.deep.equal({ outcome: "mismatch" });
      expect(await secrets.judge("ann", codeOf(next))).to.equal("mismatch");
      expect(await secrets.judge("ann", codeOf(old))).to.equal("passed");
      // In the same step: what was used of the old one is not used of the new.
      expect(await enrolments.confirm(ann, codeOf(next))).to.deep.equal({
        outcome: "added",
        id: next.id,
        replaced: true,
      });
      expect(await secrets.judge("ann", codeOf(old, 1))).to.equal("mismatch");
      expect(await secrets.judge("ann", codeOf(next, 1))).to.equal("passed");
      expect((await secrets.read("ann"))?.id).to.equal(next.id);
    });

    it("are pending for ten minutes, exactly", async () => {
      const first = await enrolments.begin(ann);
      clock.advance(PENDING_MS - 1);
      // Redis counts by its own clock.
      if (suite === undefined) {
        clock.advance(1);
        expect(await enrolments.confirm(ann, codeOf(first))).to.deep.equal({ outcome: "missing" });
      } else expect(await enrolments.confirm(ann, codeOf(first))).to.include({ outcome: "added" });
    });

    it("pending: begun anew replaces it, and two tabs cannot confirm each other's", async () => {
      const first = await enrolments.begin(ann);
      const second = await enrolments.begin(ann);
      expect(await enrolments.confirm(ann, codeOf(first))).to.deep.equal({ outcome: "mismatch" });
      expect(await enrolments.confirm(ann, codeOf(second), first.id)).to.deep.equal({ outcome: "missing" });
      expect(await enrolments.confirm(ann, codeOf(first), first.id)).to.deep.equal({ outcome: "missing" });
      expect(await enrolments.confirm(ann, codeOf(second), second.id)).to.include({ outcome: "added" });
      expect(await enrolments.read(ann)).to.equal(undefined);
    });

    it("pending in one session: no other session, account or tenant goes on with it", async () => {
      const secret = await enrolments.begin(ann);
      for (const [who, of] of [
        [{ ...ann, binding: "session 2" }, enrolments],
        [{ ...ann, account: "bob" }, enrolments],
        [ann, inTenant("other").enrolments],
      ] as const)
        expect(await of.confirm(who, codeOf(secret))).to.deep.equal({ outcome: "missing" });
      await enrolments.cancel(ann);
      expect(await enrolments.confirm(ann, codeOf(secret))).to.deep.equal({ outcome: "missing" });
    });

    it("two that are proven at once by one account leave one on file, and it is one that was told", async () => {
      const sessions = Array.from({ length: 10 }, (_, i) => ({ ...ann, binding: `session ${i}` }));
      const begun = await Promise.all(sessions.map((who) => enrolments.begin(who)));
      const told = await Promise.all(
        sessions.map((who, i) => enrolments.confirm(who, codeOf(begun[i] as SecretOnFile))),
      );
      const added = told.flatMap((each) => (each.outcome === "added" ? [each.id] : []));
      expect(added).to.include((await secrets.read("ann"))?.id);
      expect(await inTenant("acme").onFile.list("ann")).to.have.length(1);
    });

    it("are put in the place of the one that was seen there, and of no other", async () => {
      const next = await enrolments.begin(ann);
      const seen = await enrolled();
      expect(await secrets.put("ann", next, undefined)).to.equal(false);
      expect(await secrets.put("ann", next, "another")).to.equal(false);
      expect((await secrets.read("ann"))?.id).to.equal(seen.id);
      await secrets.judge("ann", codeOf(seen));
      expect(await secrets.put("ann", next, seen.id)).to.equal(true);
      expect((await secrets.read("ann"))?.id).to.equal(next.id);
    });

    it("of others do not pass: neither another account's nor another tenant's", async () => {
      const secret = await enrolled();
      await enrolled({ account: "bob", binding: "b" });
      expect(await secrets.judge("bob", codeOf(secret))).to.equal("mismatch");
      expect(await inTenant("other").secrets.judge("ann", codeOf(secret))).to.equal("missing");
      expect(await secrets.judge("ann", codeOf(secret))).to.equal("passed");
    });

    it("[G7] are removed by the one id that they have, at once", async () => {
      const secret = await enrolled();
      expect(await secrets.remove("ann", "another")).to.equal(false);
      expect(await secrets.remove("bob", secret.id)).to.equal(false);
      expect(await secrets.remove("ann", secret.id)).to.equal(true);
      expect(await secrets.remove("ann", secret.id)).to.equal(false);
      expect(await secrets.judge("ann", codeOf(secret))).to.equal("missing");
      expect(await secrets.read("ann")).to.equal(undefined);
    });

    it("say when they were added and last used, and never what they are", async () => {
      const secret = await enrolled();
      expect(await secrets.read("ann")).to.deep.equal({ id: secret.id, addedAt: clock() - STEP });
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
        const kept = { secret: secret.replace(/[^a-z2-7]/gi, "").toUpperCase() } as SecretOnFile;
        expect(await secrets.judge(account, codeOf(kept))).to.equal("passed");
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

    it("pass also where the time of use cannot be written, which is reported", async () => {
      const secret = await enrolled();
      const { onFile } = inTenant("acme");
      const readOnly = createSecrets({
        onFile: { ...onFile, replace: () => Promise.reject(new Error("read-only replica")) },
        notes: store.notes,
        clock,
        tenant: "acme",
        window: 1,
        report: (error) => void reported.push(error),
      });
      expect(await readOnly.judge("ann", codeOf(secret))).to.equal("passed");
      expect(reported.map(String)).to.deep.equal(["Error: read-only replica"]);
      expect(await readOnly.judge("ann", codeOf(secret))).to.equal("used");
    });
  });
}
