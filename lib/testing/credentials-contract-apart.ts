import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import { idsOf, type PromisingCredentials } from "./credentials-driver.ts";

/** Each differs from the others by little: in case, in a space, in a sign that a query language could read, in how it is composed. */
const ALIKE = [
  "a",
  "A",
  "a ",
  " a",
  "á",
  "a\u0301",
  "aa",
  "a:a",
  "a%",
  "a_",
  "a*",
  "a?",
  "[a]",
  "{a}",
  "a\\",
  "a'",
  'a"',
  "a;--",
  "a\n",
  "a\t",
  "ａ",
  "🔑",
  "ſ",
  "ß",
  "SS",
  "account",
  "__proto__",
  "constructor",
];

/** Whose is whose. */
export function credentialsApart(promise: PromisingCredentials): ContractCase[] {
  return [
    promise("equal ids of two kinds are two credentials", async (credentials) => {
      assert.equal(await credentials.add("ann", "totp", "1", "secret", 1), true);
      assert.equal(await credentials.add("ann", "passkey", "1", "key", 1), true);
      assert.equal(await credentials.add("bob", "email", "1", "address", 1), true);
      assert.deepEqual(await credentials.find("passkey", "1"), { account: "ann", value: "key" });
      assert.equal(await credentials.replace("ann", "totp", "1", "secret", "new"), true);
      assert.equal(await credentials.remove("ann", "passkey", "1"), true);
      assert.deepEqual(await credentials.list("ann", "totp"), [{ id: "1", value: "new" }]);
      assert.deepEqual(await credentials.find("email", "1"), { account: "bob", value: "address" });
    }),
    promise("`most` counts for one account and one kind", async (credentials) => {
      assert.equal(await credentials.add("ann", "key", "1", "x", 1), true);
      assert.equal(await credentials.add("ann", "key-2", "1", "x", 1), true);
      assert.equal(await credentials.add("ann", "ke", "1", "x", 1), true);
      assert.equal(await credentials.add("bob", "key", "2", "x", 1), true);
      assert.equal(await credentials.add("ann", "key", "3", "x", 1), false);
      assert.deepEqual(await idsOf(credentials, "ann", "key"), ["1"]);
    }),
    promise("another account's, or another kind's, is neither replaced nor removed", async (credentials) => {
      await credentials.add("ann", "totp", "1", "secret", 1);
      await credentials.add("bob", "totp", "2", "secret", 1);
      assert.equal(await credentials.replace("bob", "totp", "1", "secret", "x"), false);
      assert.equal(await credentials.replace("ann", "passkey", "1", "secret", "x"), false);
      assert.equal(await credentials.remove("bob", "totp", "1"), false);
      assert.equal(await credentials.remove("ann", "passkey", "1"), false);
      assert.deepEqual(await credentials.find("totp", "1"), { account: "ann", value: "secret" });
      assert.deepEqual(await credentials.list("bob", "totp"), [{ id: "2", value: "secret" }]);
    }),
    promise("[T8] one tenant's are not seen, counted, changed or removed in another", async (acme, other) => {
      assert.equal(await acme.add("ann", "totp", "1", "acme's", 1), true);
      assert.equal(await other.find("totp", "1"), undefined);
      assert.deepEqual(await other.list("ann", "totp"), []);
      assert.deepEqual((await other.scan("")).credentials, []);
      assert.equal(await other.replace("ann", "totp", "1", "acme's", "x"), false);
      assert.equal(await other.remove("ann", "totp", "1"), false);
      await other.removeAll("ann");
      assert.equal(await other.add("ann", "totp", "1", "other's", 1), true);
      assert.deepEqual(await acme.find("totp", "1"), { account: "ann", value: "acme's" });
      await other.removeAll("ann", ["totp"]);
      assert.deepEqual(await acme.list("ann", "totp"), [{ id: "1", value: "acme's" }]);
      assert.deepEqual(await acme.scan(""), {
        credentials: [{ account: "ann", kind: "totp", id: "1", value: "acme's" }],
        cursor: "",
      });
    }),
    promise("[T7] ids are what they are, to the letter", async (credentials) => {
      for (const id of ALIKE)
        assert.equal(await credentials.add("ann", "passkey", id, `<${id}>`, 100), true, id);
      for (const id of ALIKE)
        assert.deepEqual(await credentials.find("passkey", id), { account: "ann", value: `<${id}>` }, id);
      assert.deepEqual(await idsOf(credentials, "ann", "passkey"), [...ALIKE].sort());
      assert.equal(await credentials.remove("ann", "passkey", "a"), true);
      assert.deepEqual(await idsOf(credentials, "ann", "passkey"), ALIKE.filter((id) => id !== "a").sort());
      await credentials.removeAll("ann");
      assert.deepEqual(await credentials.list("ann", "passkey"), []);
    }),
    promise("[T7] accounts are who they are, to the letter", async (credentials) => {
      for (const account of ALIKE)
        assert.equal(await credentials.add(account, "totp", `id of ${account}`, account, 1), true, account);
      for (const account of ALIKE) {
        const own = [{ id: `id of ${account}`, value: account }];
        assert.deepEqual(await credentials.list(account, "totp"), own, account);
        assert.equal((await credentials.find("totp", `id of ${account}`))?.account, account);
      }
      await credentials.removeAll("a");
      assert.equal((await credentials.list("A", "totp")).length, 1);
      const { credentials: left } = await credentials.scan("");
      assert.deepEqual(
        left.map(({ account }) => account).sort(),
        ALIKE.filter((each) => each !== "a").sort(),
      );
    }),
    promise("texts come back as they were, up to the bounds", async (credentials) => {
      const [account, kind] = ["é".repeat(300), "k".repeat(32)];
      for (const [id, value] of [
        ["i".repeat(1400), "v".repeat(16_384)],
        ["鍵".repeat(466), "🔑".repeat(4096)],
        ["quotes", `{"it's":"\\"$1 ? :id %s \\n"}\r\n\t`],
      ] as const) {
        assert.equal(await credentials.add(account, kind, id, value, 5), true);
        assert.deepEqual(await credentials.find(kind, id), { account, value });
        assert.equal(await credentials.replace(account, kind, id, value, `${value.slice(0, -2)}!`), true);
        assert.equal(await credentials.remove(account, kind, id), true);
      }
    }),
  ];
}
