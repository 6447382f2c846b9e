import { rejects } from "node:assert/strict";
import { expect } from "chai";
import { createSecretBox, memoryStore, phoneVault } from "passport-factors";
import { accountsContract } from "passport-factors/testing";
import { createAccounts } from "../../example-app/accounts.ts";
import { openDatabase } from "../../example-app/database.ts";
import { createUsers, type User } from "../../example-app/users.ts";

const [OLD, NEW] = ["o".repeat(32), "n".repeat(32)];
const PHONE = "+12015550123";

async function setting() {
  const database = await openDatabase("file::memory:");
  const users = createUsers(database, Date.now);
  const make = async (email: string) => (await users.create({ email, nickname: email })) as User;
  const accounts = createAccounts(users, createSecretBox(OLD));
  const [alice, bob] = [await make("alice@example.org"), await make("bob@example.org")];
  const reload = async (user: User) => (await users.byId(user.id)) as User;
  return { database, users, accounts, alice, bob, reload, close: async () => database.close() };
}

async function withVault() {
  const made = await setting();
  const vault = phoneVault(memoryStore(), { secret: OLD });
  return { ...made, vault, accounts: createAccounts(made.users, createSecretBox(OLD), vault) };
}

describe("example app: its accounts, with the numbers in the vault", () => {
  for (const { name, run } of accountsContract(withVault)) it(name, run);

  it("hold an opaque id, and no number in any form", async () => {
    const { database, accounts, alice, reload, close, vault } = await withVault();
    await accounts.setPhone(alice, PHONE);
    const { authyId, phoneSealed } = await reload(alice);
    expect(authyId).to.equal(await vault.find(PHONE));
    expect(phoneSealed).to.equal(null);
    const dump = JSON.stringify((await database.execute("SELECT * FROM users")).rows);
    expect(dump).to.not.include(PHONE.slice(-7));
    await close();
  });

  it("never take a number that the vault has lost for none: a password could replace it", async () => {
    const { accounts, alice, reload, close, vault } = await withVault();
    await accounts.setPhone(alice, PHONE);
    const user = await reload(alice);
    await vault.delete(user.authyId as string);
    await rejects(async () => accounts.phone(user), /not in the vault/);
    await close();
  });

  it("leave no number behind for an account that could not be made", async () => {
    const { accounts, vault, close } = await withVault();
    const profile = { email: "alice@example.org", nickname: "x", password: "y" };
    const made = await accounts.createFromPhone?.(PHONE, profile, "default");
    expect(made).to.equal(undefined);
    expect(await vault.find(PHONE)).to.equal(undefined);
    await close();
  });

  it("know a number that was in the database before there was a vault", async () => {
    const { users, accounts, alice, bob, reload, close } = await withVault();
    await createAccounts(users, createSecretBox(OLD)).setPhone(alice, PHONE);
    expect(await accounts.phone(await reload(alice))).to.equal(PHONE);
    expect(await accounts.phoneTaken(PHONE, bob)).to.equal(true);
    expect(await accounts.setPhone(bob, PHONE)).to.equal(false);
    await close();
  });
});

describe("example app: its accounts", () => {
  for (const { name, run } of accountsContract(setting)) it(name, run);

  it("activate a user in the step that writes the number", async () => {
    const { accounts, alice, reload, close } = await setting();
    await accounts.setPhone(alice, PHONE);
    expect(await reload(alice)).to.include({ active: true, smsAuth: true });
    await close();
  });

  it("hold numbers unreadable, each sealed for its user", async () => {
    const { database, accounts, alice, bob, reload, close } = await setting();
    await accounts.setPhone(alice, PHONE);
    const dump = JSON.stringify((await database.execute("SELECT * FROM users")).rows);
    expect(dump).to.not.include(PHONE.slice(1)).and.not.include(PHONE.slice(-7));
    const { phoneSealed } = await reload(alice);
    await database.execute({
      sql: "UPDATE users SET phone_sealed = ? WHERE id = ?",
      args: [phoneSealed, bob.id],
    });
    await rejects(async () => accounts.phone(bob), /FACTORS_SECRET/);
    await close();
  });

  it("keep numbers unique and readable when the secret rotates", async () => {
    const { users, accounts, alice, bob, reload, close } = await setting();
    await accounts.setPhone(alice, PHONE);
    const rotated = createAccounts(users, createSecretBox([NEW, OLD]));
    expect(await rotated.phone(await reload(alice))).to.equal(PHONE);
    expect(await rotated.phoneTaken(PHONE, bob)).to.equal(true);
    expect(await rotated.setPhone(bob, PHONE)).to.equal(false);
    await close();
  });

  it("have every column of the old users table", async () => {
    const { database, close } = await setting();
    const columns = (await database.execute("PRAGMA table_info(users)")).rows.map((row) => row["name"]);
    const seed = [
      "id",
      "uid",
      "provider",
      "email",
      "name",
      "nickname",
      "user_token",
      "created_at",
      "updated_at",
      "active",
      "archived",
      "sign_in_count",
    ];
    const times = [
      "current_sign_in_at",
      "last_sign_in_at",
      "current_sign_in_ip",
      "last_sign_in_ip",
      "account_kit_id",
      "sms_auth",
      "authy_id",
    ];
    expect(columns).to.include.members([...seed, ...times]);
    await close();
  });

  it("count sign-ins, and remember this one and the one before", async () => {
    const { database, users, alice, close } = await setting();
    await users.noteSignIn(alice, "192.0.2.1");
    await users.noteSignIn(alice, "192.0.2.2");
    const row = (await database.execute("SELECT * FROM users WHERE email LIKE 'alice%'")).rows[0];
    expect(row).to.include({
      sign_in_count: 2,
      current_sign_in_ip: "192.0.2.2",
      last_sign_in_ip: "192.0.2.1",
    });
    await close();
  });
});
