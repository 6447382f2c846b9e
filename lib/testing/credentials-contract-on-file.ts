import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import { idsOf, type PromisingCredentials } from "./credentials-driver.ts";

/** What each verb does, one after the other. */
export function credentialsOnFile(promise: PromisingCredentials): ContractCase[] {
  return [
    promise("where nothing is on file, nothing is found, replaced or removed", async (credentials) => {
      assert.deepEqual(await credentials.list("ann", "totp"), []);
      assert.equal(await credentials.find("totp", "1"), undefined);
      assert.equal(await credentials.replace("ann", "totp", "1", "a", "x"), false);
      assert.equal(await credentials.remove("ann", "totp", "1"), false);
      await credentials.removeAll("ann");
      assert.deepEqual(await credentials.scan(""), { credentials: [], cursor: "" });
    }),
    promise("what was added is listed, and found with its account", async (credentials) => {
      assert.equal(await credentials.add("ann", "passkey", "1", "one", 2), true);
      assert.equal(await credentials.add("ann", "passkey", "2", "two", 2), true);
      const all = await credentials.list("ann", "passkey");
      assert.deepEqual(
        all.sort((a, b) => (a.id < b.id ? -1 : 1)),
        [
          { id: "1", value: "one" },
          { id: "2", value: "two" },
        ],
      );
      assert.deepEqual(await credentials.find("passkey", "2"), { account: "ann", value: "two" });
      assert.equal(await credentials.find("passkey", "3"), undefined);
    }),
    promise("an id that is on file is refused, also for another account", async (credentials) => {
      assert.equal(await credentials.add("ann", "passkey", "1", "one", 5), true);
      assert.equal(await credentials.add("ann", "passkey", "1", "again", 5), false);
      assert.equal(await credentials.add("bob", "passkey", "1", "his", 5), false);
      assert.deepEqual(await credentials.find("passkey", "1"), { account: "ann", value: "one" });
      assert.deepEqual(await credentials.list("bob", "passkey"), []);
    }),
    promise("more than `most` are refused until one is removed", async (credentials) => {
      for (const id of ["1", "2", "3"])
        assert.equal(await credentials.add("ann", "passkey", id, `value ${id}`, 3), true);
      assert.equal(await credentials.add("ann", "passkey", "4", "value 4", 3), false);
      assert.equal(await credentials.find("passkey", "4"), undefined);
      assert.equal(await credentials.remove("ann", "passkey", "2"), true);
      assert.equal(await credentials.add("ann", "passkey", "4", "value 4", 3), true);
      assert.equal(await credentials.add("ann", "passkey", "5", "value 5", 3), false);
      assert.deepEqual(await idsOf(credentials, "ann", "passkey"), ["1", "3", "4"]);
    }),
    promise("a `most` that was lowered or raised counts from then on", async (credentials) => {
      for (const id of ["1", "2", "3", "4", "5"])
        assert.equal(await credentials.add("ann", "passkey", id, id, 5), true);
      for (const id of ["1", "2"]) await credentials.remove("ann", "passkey", id);
      assert.equal(await credentials.add("ann", "passkey", "6", "6", 3), false);
      await credentials.remove("ann", "passkey", "3");
      assert.equal(await credentials.add("ann", "passkey", "6", "6", 3), true);
      assert.equal(await credentials.add("ann", "passkey", "7", "7", 3), false);
      assert.equal(await credentials.add("ann", "passkey", "7", "7", 4), true);
      assert.deepEqual(await idsOf(credentials, "ann", "passkey"), ["4", "5", "6", "7"]);
    }),
    promise("a value is replaced as it was read, and once", async (credentials) => {
      await credentials.add("ann", "totp", "1", "before", 1);
      assert.equal(await credentials.replace("ann", "totp", "1", "before", "after"), true);
      assert.equal(await credentials.replace("ann", "totp", "1", "before", "late"), false);
      assert.deepEqual(await credentials.find("totp", "1"), { account: "ann", value: "after" });
      assert.deepEqual(await credentials.list("ann", "totp"), [{ id: "1", value: "after" }]);
      assert.equal(await credentials.replace("ann", "totp", "1", "after", "after"), true);
    }),
    promise("a value that only looks alike is not the one", async (credentials) => {
      await credentials.add("ann", "totp", "1", "Before", 1);
      for (const alike of ["before", "BEFORE", "Before ", " Before", "Befor", "Before\n", "Béfore"])
        assert.equal(await credentials.replace("ann", "totp", "1", alike, "x"), false, alike);
      assert.deepEqual(await credentials.find("totp", "1"), { account: "ann", value: "Before" });
    }),
    promise("what was removed is not found, and its id is free", async (credentials) => {
      await credentials.add("ann", "passkey", "1", "one", 1);
      assert.equal(await credentials.remove("ann", "passkey", "1"), true);
      assert.equal(await credentials.find("passkey", "1"), undefined);
      assert.deepEqual(await credentials.list("ann", "passkey"), []);
      assert.equal(await credentials.remove("ann", "passkey", "1"), false);
      assert.equal(await credentials.replace("ann", "passkey", "1", "one", "back"), false);
      assert.equal(await credentials.add("bob", "passkey", "1", "his", 1), true);
      assert.deepEqual(await credentials.find("passkey", "1"), { account: "bob", value: "his" });
    }),
    promise("all of some kinds go, and no others", async (credentials) => {
      for (const kind of ["totp", "passkey", "passkey-2", "key", "email"])
        for (const id of ["1", "2"]) await credentials.add("ann", kind, id, id, 5);
      await credentials.add("bob", "passkey", "3", "3", 5);
      await credentials.removeAll("ann", []);
      assert.deepEqual(await idsOf(credentials, "ann", "totp"), ["1", "2"]);
      await credentials.removeAll("ann", ["passkey", "email", "none"]);
      assert.deepEqual(await idsOf(credentials, "ann", "passkey"), []);
      assert.deepEqual(await idsOf(credentials, "ann", "email"), []);
      assert.deepEqual(await idsOf(credentials, "ann", "totp"), ["1", "2"]);
      for (const kept of ["passkey-2", "key"])
        assert.deepEqual(await idsOf(credentials, "ann", kept), ["1", "2"]);
      assert.deepEqual(await idsOf(credentials, "bob", "passkey"), ["3"]);
      assert.equal(await credentials.find("passkey", "1"), undefined);
    }),
    promise("all of an account go, and their ids are free", async (credentials) => {
      for (const kind of ["totp", "passkey"])
        for (const id of ["1", "2"]) await credentials.add("ann", kind, id, id, 2);
      await credentials.add("bob", "totp", "3", "3", 2);
      await credentials.removeAll("ann");
      for (const kind of ["totp", "passkey"]) {
        assert.deepEqual(await credentials.list("ann", kind), []);
        assert.equal(await credentials.find(kind, "1"), undefined);
        assert.equal(await credentials.add("bob", kind, "1", "his", 2), true);
      }
      assert.deepEqual(await idsOf(credentials, "bob", "totp"), ["1", "3"]);
    }),
    promise("all are seen by going through them, whole", async (credentials) => {
      const all = Array.from({ length: 520 }, (_, n) => ({
        account: `account ${n % 260}`,
        kind: n % 3 === 0 ? "totp" : "passkey",
        id: `${n}`,
        value: `value ${n}`,
      }));
      await Promise.all(
        all.map(({ account, kind, id, value }) => credentials.add(account, kind, id, value, 2)),
      );
      const seen = new Set<string>();
      let cursor = "";
      do {
        const page = await credentials.scan(cursor);
        for (const { account, kind, id, value } of page.credentials)
          seen.add([account, kind, id, value].join());
        ({ cursor } = page);
      } while (cursor !== "");
      const expected = all.map(({ account, kind, id, value }) => [account, kind, id, value].join());
      assert.deepEqual([...seen].sort(), expected.sort());
    }),
  ];
}
