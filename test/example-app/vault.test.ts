import { rejects } from "node:assert/strict";
import { expect } from "chai";
import { createSecretBox, memoryStore, phoneVault, type PhoneVault } from "passport-factors";
import { createAccounts } from "../../example-app/accounts.ts";
import { openDatabase } from "../../example-app/database.ts";
import { createUsers, type User, type Users } from "../../example-app/users.ts";

const PHONE = "+12015550123";
const OTHER = "+886912345678";
const PROFILE = { email: "carol@example.org", nickname: "Carol", password: "correct horse battery" };
const away = () => Promise.reject(new Error("away"));

async function setting() {
  const database = await openDatabase("file::memory:");
  const users = createUsers(database, Date.now);
  const box = createSecretBox("s".repeat(32));
  const vault = phoneVault(memoryStore(), { secret: "s".repeat(32) });
  const make = async (email: string) => (await users.create({ email, nickname: email })) as User;
  return {
    database,
    users,
    vault,
    accounts: createAccounts(users, box, vault),
    /** The same with something that fails. */
    failing: (broken: { users?: Partial<Users>; vault?: Partial<PhoneVault> }) =>
      createAccounts({ ...users, ...broken.users }, box, { ...vault, ...broken.vault }),
    withoutVault: createAccounts(users, box),
    alice: await make("alice@example.org"),
    bob: await make("bob@example.org"),
    reload: async (user: User) => (await users.byId(user.id)) as User,
  };
}

const TENANT = "default";

describe("example app: its accounts, when the vault or the database fails", () => {
  it("a database that is away is no number that is taken; the number is free to who proves it next", async () => {
    const { accounts, failing, alice, bob } = await setting();
    const broken = failing({ users: { activateByVault: away, create: away } });
    await rejects(async () => broken.setPhone(alice, PHONE), /away/);
    await rejects(async () => broken.createFromPhone?.(OTHER, PROFILE, TENANT), /away/);
    expect(await accounts.phoneTaken(PHONE, bob)).to.equal(false);
    expect(await accounts.setPhone(bob, PHONE)).to.equal(true);
    expect(await accounts.phone(bob)).to.equal(PHONE);
    const carol = (await accounts.createFromPhone?.(OTHER, PROFILE, TENANT)) as User;
    expect(await accounts.phone(carol)).to.equal(OTHER);
  });

  it("a number whose row was written stays, though the answer was lost", async () => {
    const { users, accounts, failing, alice } = await setting();
    const activateByVault = async (user: User, authyId: string) => {
      await users.activateByVault(user, authyId);
      return away();
    };
    await rejects(async () => failing({ users: { activateByVault } }).setPhone(alice, PHONE), /away/);
    expect(await accounts.phone(alice)).to.equal(PHONE);
    expect(await accounts.setPhone(alice, PHONE)).to.equal(true);
  });

  it("a number that could not be erased is free", async () => {
    const { accounts, failing, bob } = await setting();
    const taken = { ...PROFILE, email: "alice@example.org" };
    await rejects(
      async () => failing({ vault: { delete: away } }).createFromPhone?.(PHONE, taken, TENANT),
      /away/,
    );
    expect(await accounts.setPhone(bob, PHONE)).to.equal(true);
  });

  it("[T41] of two that take over a number that nobody has, one gets it, and it stays", async () => {
    const { accounts, vault, alice, bob } = await setting();
    await vault.register(PHONE);
    const answers = await Promise.all([
      accounts.setPhone(alice, PHONE),
      accounts.setPhone(bob, PHONE),
      accounts.createFromPhone?.(PHONE, PROFILE, TENANT),
    ]);
    expect(answers.filter(Boolean)).to.have.length(1);
    expect(await accounts.phone((await accounts.byPhone?.(PHONE, TENANT)) as User)).to.equal(PHONE);
  });

  it("who has a number takes over another that nobody has, and the first is erased", async () => {
    const { accounts, vault, alice, reload } = await setting();
    await accounts.setPhone(alice, PHONE);
    const { authyId } = await reload(alice);
    await vault.register(OTHER);
    expect(await accounts.setPhone(alice, OTHER)).to.equal(true);
    expect(await accounts.phone(alice)).to.equal(OTHER);
    expect(await vault.reveal(authyId as string, "test")).to.equal(undefined);
  });

  it("an archived user's number is not taken over, and not erased", async () => {
    const { database, accounts, vault, alice, bob } = await setting();
    await accounts.setPhone(alice, PHONE);
    await database.execute({ sql: "UPDATE users SET archived = 1 WHERE id = ?", args: [alice.id] });
    expect(await accounts.setPhone(bob, PHONE)).to.equal(false);
    expect(await accounts.createFromPhone?.(PHONE, PROFILE, TENANT)).to.equal(undefined);
    expect(await vault.find(PHONE)).to.be.a("string");
  });

  it("nobody signs up with a number that was in the database before there was a vault", async () => {
    const { accounts, withoutVault, vault, alice } = await setting();
    await withoutVault.setPhone(alice, PHONE);
    expect(await accounts.createFromPhone?.(PHONE, PROFILE, TENANT)).to.equal(undefined);
    expect(await vault.find(PHONE)).to.equal(undefined);
    await vault.register(PHONE);
    expect(await accounts.byPhone?.(PHONE, TENANT)).to.include({ id: alice.id });
  });
});

describe("example app: its users", () => {
  it("a number is written over the one that was read only", async () => {
    const { users, accounts, withoutVault, alice, bob, reload } = await setting();
    const sealed = { sealed: "x", fingerprints: ["x"] };
    await accounts.setPhone(alice, PHONE);
    await withoutVault.setPhone(bob, OTHER);
    for (const stale of [alice, bob]) {
      const before = await reload(stale);
      expect(await users.activateByVault(stale, "another")).to.equal(false);
      expect(await users.activate(stale, sealed)).to.equal(false);
      expect(await reload(stale)).to.deep.equal(before);
    }
  });
});
