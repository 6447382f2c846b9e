import assert from "node:assert/strict";
import type { Accounts } from "../accounts/accounts.ts";

/** One promise of a contract, for any test runner: `for (const { name, run } of accountsContract(make)) it(name, run)`. */
export interface ContractCase {
  /** What must hold. */
  name: string;
  /** Rejects where it does not hold. */
  run(): Promise<void>;
}

/** Two fresh accounts without a phone, and the users again as the app would load them on the next request. */
export interface AccountsUnderTest<User> {
  /** What is tested. */
  accounts: Accounts<User>;
  /** A user that is there. */
  alice: User;
  /** Another one. */
  bob: User;
  /** Reads a user anew. */
  reload(user: User): Promise<User>;
  /** Ends what was opened for the test. */
  close?(): Promise<void>;
}

const PHONE = "+12015550123";
const OTHER = "+886912345678";

/** What passport-factors relies on in an app's `Accounts`. */
export function accountsContract<User>(make: () => Promise<AccountsUnderTest<User>>): ContractCase[] {
  const promise = (
    name: string,
    check: (setting: AccountsUnderTest<User>) => Promise<void>,
  ): ContractCase => ({
    name,
    async run() {
      const setting = await make();
      try {
        await check(setting);
      } finally {
        await setting.close?.();
      }
    },
  });
  return [
    promise(
      "ids are stable, different, and 1 to 200 characters",
      async ({ accounts, alice, bob, reload }) => {
        const id = accounts.id(alice);
        assert.equal(typeof id, "string");
        assert.ok(id.length >= 1 && id.length <= 200);
        assert.equal(accounts.id(await reload(alice)), id);
        assert.notEqual(accounts.id(bob), id);
      },
    ),
    promise("byId, where it is there, finds an account by its id, and nobody by another", async (setting) => {
      const { accounts, alice } = setting;
      if (accounts.byId === undefined) return;
      const found = (await accounts.byId(accounts.id(alice), "default")) ?? undefined;
      assert.notEqual(found, undefined);
      assert.equal(accounts.id(found as User), accounts.id(alice));
      for (const none of ["nobody has this id", "", "'", "0"])
        assert.equal((await accounts.byId(none, "default")) ?? undefined, undefined);
    }),
    promise("a new account has no phone", async ({ accounts, alice }) => {
      assert.equal((await accounts.phone(alice)) ?? undefined, undefined);
      assert.equal(await accounts.phoneTaken(PHONE, alice), false);
    }),
    promise(
      "a phone that was set is on file, for this account only",
      async ({ accounts, alice, bob, reload }) => {
        assert.equal(await accounts.setPhone(alice, PHONE), true);
        assert.equal(await accounts.phone(await reload(alice)), PHONE);
        assert.equal((await accounts.phone(await reload(bob))) ?? undefined, undefined);
        assert.equal(await accounts.phoneTaken(PHONE, bob), true);
        assert.equal(
          await accounts.phoneTaken(PHONE, await reload(alice)),
          false,
          "one's own number is not taken",
        );
      },
    ),
    promise(
      "a user that was read before a phone was set, or changed, has it all the same",
      async ({ accounts, alice, reload }) => {
        assert.equal(await accounts.setPhone(await reload(alice), PHONE), true);
        assert.equal(await accounts.phone(alice), PHONE);
        assert.equal(await accounts.phoneTaken(PHONE, alice), false);
        assert.equal(await accounts.setPhone(alice, OTHER), true);
        assert.equal(await accounts.phone(alice), OTHER);
        assert.equal(await accounts.phone(await reload(alice)), OTHER);
      },
    ),
    promise(
      "setting the same phone again is fine, another one replaces it and frees the first",
      async ({ accounts, alice, bob, reload }) => {
        assert.equal(await accounts.setPhone(alice, PHONE), true);
        assert.equal(await accounts.setPhone(await reload(alice), PHONE), true);
        assert.equal(await accounts.setPhone(await reload(alice), OTHER), true);
        assert.equal(await accounts.phone(await reload(alice)), OTHER);
        assert.equal(await accounts.phoneTaken(PHONE, bob), false);
      },
    ),
    promise(
      "[T41] of two accounts that set one number at the same moment, one gets it",
      async ({ accounts, alice, bob, reload }) => {
        const answers = await Promise.all([accounts.setPhone(alice, PHONE), accounts.setPhone(bob, PHONE)]);
        assert.equal(answers.filter((saved) => saved).length, 1);
        const loser = answers[0] === true ? bob : alice;
        assert.equal((await accounts.phone(await reload(loser))) ?? undefined, undefined);
      },
    ),
  ];
}
