import { rejects } from "node:assert/strict";
import { expect } from "chai";
import { sealedCredentials } from "../../lib/credentials/sealed-credentials.ts";
import { createSecretBox, memoryStore, storeCredentials, type CredentialStore } from "../../lib/index.ts";

const OLD = "the old secret of at least thirty-two characters";
const NEW = "the new secret of at least thirty-two characters";

interface Totp {
  secret: string;
  used?: number;
}

describe("credentials that are sealed", () => {
  let store: CredentialStore;
  beforeEach(() => (store = storeCredentials(memoryStore())));
  const sealed = (secret: string | string[] = OLD, tenant = "acme") =>
    sealedCredentials(store, createSecretBox(secret), tenant);
  const totps = (secret?: string | string[], tenant?: string) => sealed(secret, tenant).ofKind<Totp>("totp");

  it("go in and come out as JSON", async () => {
    expect(await totps().add("ann", "1", { secret: "JBSWY3DP" }, 1)).to.equal(true);
    expect(await totps().add("ann", "2", { secret: "more" }, 1)).to.equal(false);
    const [first] = await totps().list("ann");
    expect(first).to.deep.include({ id: "1", value: { secret: "JBSWY3DP" } });
    const found = await totps().find("1");
    expect(found).to.deep.include({ account: "ann", value: { secret: "JBSWY3DP" } });
    expect(await totps().find("2")).to.equal(undefined);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, used) => totps().replace("ann", first!, { secret: "JBSWY3DP", used })),
    );
    expect(answers.filter(Boolean)).to.have.length(1);
    expect((await totps().find("1"))?.value.used).to.equal(answers.indexOf(true));
    expect(await totps().remove("bob", "1")).to.equal(false);
    expect(await totps().remove("ann", "1")).to.equal(true);
    await totps().add("ann", "3", { secret: "x" }, 1);
    await sealed().removeAll("ann", ["passkey"]);
    expect(await totps().list("ann")).to.have.length(1);
    await sealed().removeAll("ann");
    expect(await totps().list("ann")).to.deep.equal([]);
  });

  it("[T11] show nothing of themselves to the store", async () => {
    await totps().add("ann", "1", { secret: "JBSWY3DPEHPK3PXP" }, 1);
    const { credentials } = await store.inTenant("acme").scan("");
    expect(credentials).to.have.length(1);
    expect(credentials[0]?.value).to.match(/^1\.[\w-]{40,}$/);
    expect(Buffer.from(credentials[0]!.value.slice(2), "base64url").toString("latin1")).not.to.include(
      "JBSWY3",
    );
  });

  it("never come back as they were: a value that was replaced by itself is another one", async () => {
    await totps().add("ann", "1", { secret: "x" }, 1);
    const [first] = await totps().list("ann");
    expect(await totps().replace("ann", first!, first!.value)).to.equal(true);
    expect(await totps().replace("ann", first!, first!.value)).to.equal(false);
  });

  it("[B5] do not open elsewhere: another account, id, kind or tenant, or a letter changed", async () => {
    await totps().add("ann", "1", { secret: "JBSWY3DP" }, 1);
    const value = (await store.inTenant("acme").find("totp", "1"))!.value;
    await totps().remove("ann", "1");
    const last = value.at(-1) === "A" ? "Q" : "A";
    const moved: [tenant: string, account: string, kind: string, id: string, text: string][] = [
      ["acme", "bob", "totp", "1", value],
      ["acme", "ann", "totp", "2", value],
      ["acme", "ann", "passkey", "1", value],
      ["other", "ann", "totp", "1", value],
      ["acme", "ann", "totp", "3", value.slice(0, 20) + last + value.slice(21)],
      ["acme", "ann", "totp", "4", value.slice(2)],
      ["acme", "ann", "totp", "5", `2.${value.slice(2)}`],
      ["acme", "ann", "totp", "6", "1."],
      ["acme", "ann", "totp", "7", '{"secret":"planted"}'],
    ];
    for (const [tenant, account, kind, id, text] of moved) {
      await store.inTenant(tenant).add(account, kind, id, text, 100);
      const factor = sealed(OLD, tenant).ofKind<Totp>(kind);
      await rejects(factor.find(id), /was sealed under a secret that is not set now, or was changed/, id);
    }
  });

  it("are an error, never 'not on file', where none of the secrets opens them; it shows nothing", async () => {
    await totps(OLD).add("ann", "the-id", { secret: "JBSWY3DP" }, 1);
    for (const asked of [() => totps(NEW).list("ann"), () => totps(NEW).find("the-id")])
      await rejects(asked, (error: Error) => {
        expect(error.message).to.equal(
          "credentials: what is on file for totp was sealed under a secret that is not set now, or was changed",
        );
        return true;
      });
    expect((await totps([NEW, OLD]).find("the-id"))?.value).to.deep.equal({ secret: "JBSWY3DP" });
  });

  it("are bounded, and are what JSON can say", async () => {
    const any = sealed().ofKind<unknown>("totp");
    for (const value of [undefined, () => 1, Symbol("s")])
      await rejects(any.add("ann", "1", value, 1), /^TypeError: credentials: value for totp must be/);
    await rejects(any.add("ann", "1", "x".repeat(16_384), 1), /^TypeError: credentials: value must be/);
    for (const value of [null, 0, "", [], { deep: [{ ü: "\0\ud800" }] }]) {
      await any.add("ann", "1", value, 1);
      expect((await any.find("1"))?.value).to.deep.equal(value);
      await any.remove("ann", "1");
    }
  });
});
