import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import { idsOf, type PromisingCredentials } from "./credentials-driver.ts";

const times = <Answer>(count: number, ask: (n: number) => Promise<Answer>) =>
  Promise.all(Array.from({ length: count }, (_, n) => ask(n)));
const yes = (answers: readonly boolean[]) => answers.filter(Boolean).length;

/** What holds whatever else runs at the same moment. */
export function credentialsAtOnce(promise: PromisingCredentials): ContractCase[] {
  return [
    promise("of 50 added at once, `most` are", async (credentials) => {
      const answers = await times(50, (n) => credentials.add("ann", "passkey", `id ${n}`, "x", 5));
      assert.equal(yes(answers), 5);
      assert.equal((await credentials.list("ann", "passkey")).length, 5);
      assert.equal(yes(await times(50, (n) => credentials.add("ann", "passkey", `more ${n}`, "x", 5))), 0);
      for (const n of answers.keys())
        assert.equal((await credentials.find("passkey", `id ${n}`)) !== undefined, answers[n]);
    }),
    promise("of 50 added at once where there is room for one, one is", async (credentials) => {
      await times(4, (n) => credentials.add("ann", "passkey", `id ${n}`, "x", 5));
      assert.equal(yes(await times(50, (n) => credentials.add("ann", "passkey", `more ${n}`, "x", 5))), 1);
      assert.equal((await credentials.list("ann", "passkey")).length, 5);
    }),
    promise("all who are added at once find their room where there is enough", async (credentials) => {
      assert.equal(yes(await times(30, (n) => credentials.add("ann", "passkey", `id ${n}`, "x", 30))), 30);
      assert.equal(
        yes(await times(20, (n) => credentials.add(`account ${n}`, "totp", `id ${n}`, "x", 1))),
        20,
      );
    }),
    promise("an id that 20 accounts add at once is on file for one of them", async (credentials) => {
      const answers = await times(20, (n) => credentials.add(`account ${n}`, "passkey", "same", `${n}`, 5));
      assert.equal(yes(answers), 1);
      const winner = answers.indexOf(true);
      assert.deepEqual(await credentials.find("passkey", "same"), {
        account: `account ${winner}`,
        value: `${winner}`,
      });
      const lists = await times(20, (n) => credentials.list(`account ${n}`, "passkey"));
      assert.deepEqual(
        lists.map(({ length }) => length === 1),
        answers,
      );
    }),
    promise("[T17] of 50 that replace one value at once, one does", async (credentials) => {
      await credentials.add("ann", "totp", "1", "before", 1);
      const answers = await times(50, (n) => credentials.replace("ann", "totp", "1", "before", `after ${n}`));
      assert.equal(yes(answers), 1);
      assert.deepEqual(await credentials.list("ann", "totp"), [
        { id: "1", value: `after ${answers.indexOf(true)}` },
      ]);
    }),
    promise("of 20 that remove one at once, one does", async (credentials) => {
      await credentials.add("ann", "totp", "1", "x", 1);
      assert.equal(yes(await times(20, () => credentials.remove("ann", "totp", "1"))), 1);
      assert.equal(await credentials.find("totp", "1"), undefined);
    }),
    promise("what is removed while it is replaced stays away", async (credentials) => {
      for (const id of ["1", "2", "3", "4", "5"]) {
        await credentials.add("ann", "totp", id, "before", 1);
        const answers = await Promise.all([
          credentials.replace("ann", "totp", id, "before", "after"),
          credentials.remove("ann", "totp", id),
          credentials.replace("ann", "totp", id, "before", "later"),
        ]);
        assert.equal(answers[1], true);
        assert.equal(await credentials.find("totp", id), undefined);
        assert.deepEqual(await credentials.list("ann", "totp"), []);
      }
    }),
    promise("all go at once, or were added after", async (credentials) => {
      await times(10, (n) => credentials.add("ann", "passkey", `old ${n}`, "x", 20));
      await Promise.all([
        credentials.removeAll("ann"),
        times(10, (n) => credentials.add("ann", "passkey", `new ${n}`, "x", 20)),
        credentials.removeAll("ann", ["passkey"]),
      ]);
      const left = await idsOf(credentials, "ann", "passkey");
      assert.deepEqual(
        left.filter((id) => id.startsWith("old")),
        [],
      );
      for (const id of left) assert.equal((await credentials.find("passkey", id))?.account, "ann");
      await credentials.removeAll("ann");
      assert.equal(yes(await times(10, (n) => credentials.add("bob", "passkey", `new ${n}`, "x", 20))), 10);
    }),
  ];
}
