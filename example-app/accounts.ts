import { randomUUID } from "node:crypto";
import type { Accounts, PhoneVault, SecretBox } from "passport-factors";
import { hashPassword } from "./passwords.ts";
import type { User, Users } from "./users.ts";

/**
 * The app's users as passport-factors sees them. Numbers are in the vault where there is one (on Redis), and the database holds their ids; else they are in
 * the database, sealed for their user and found by fingerprint.
 */
export function createAccounts(users: Users, box: SecretBox, vault?: PhoneVault): Accounts<User> {
  const sealedFor = (id: string, phone: string) => ({
    sealed: box.seal(phone, contextOf({ id })),
    fingerprints: box.fingerprints(phone),
  });

  /** The row as it is now: the user of a request was read before its body had come, and that may take a while. */
  async function fresh({ id }: User): Promise<User> {
    const user = await users.byId(id);
    if (user === undefined) throw new Error("an account is gone that was there a moment ago");
    return user;
  }

  async function phoneOf(user: User): Promise<string | undefined> {
    if (user.authyId === null) return sealedPhoneOf(user, box);
    const phone = await vault?.reveal(user.authyId, "second factor");
    if (phone === undefined) throw new Error("a phone number is not in the vault that should be there");
    return phone;
  }

  /** Who was there before the vault has a number in the database still. */
  async function byPhone(phone: string): Promise<User | undefined> {
    const authyId = await vault?.find(phone);
    const user = authyId === undefined ? undefined : await users.byAuthyId(authyId);
    return user ?? users.byPhone(box.fingerprints(phone));
  }

  /** Whether another user has the number, an archived one too. That it is in the vault is not enough: who died on the way left it there. */
  async function taken(phone: string, id: string): Promise<boolean> {
    const authyId = await vault?.find(phone);
    const holder = authyId === undefined ? undefined : await users.holderOf(authyId);
    return (holder ?? id) !== id || users.holdsPhone(box.fingerprints(phone), id);
  }

  /**
   * Has the number in the vault, and writes its id into the database, which lets one user have it. A number that no user has is taken over. After
   * an error it stays: the row may have been written all the same.
   */
  async function keep(
    vault: PhoneVault,
    phone: string,
    write: (authyId: string) => Promise<boolean>,
  ): Promise<boolean> {
    const made = await vault.register(phone);
    const authyId = made ?? (await vault.find(phone));
    if (authyId === undefined) return false;
    if (await write(authyId)) return true;
    if (made !== undefined && (await users.holderOf(made)) === undefined)
      await vault.delete(made, "the database refused it");
    return false;
  }

  /** Under the id that the user has; else under that of a number that no user has, and the number before is erased. */
  async function change(vault: PhoneVault, user: User, before: string, phone: string): Promise<boolean> {
    if (await vault.change(before, phone)) return users.activateByVault(user, before);
    await phoneOf(user);
    if (!(await keep(vault, phone, (authyId) => users.activateByVault(user, authyId)))) return false;
    await vault.delete(before, "another number replaced it");
    return true;
  }

  return {
    id: (user) => user.id,
    // One house for all: the tenants of this example share its users.
    byId: (id) => users.byId(id),
    byEmail: (email) => users.byEmail(email),
    byPhone,
    phone: async (user) => phoneOf(await fresh(user)),
    phoneTaken: (phone, user) => taken(phone, user.id),
    async setPhone(stale, phone) {
      const user = await fresh(stale);
      if (vault === undefined) return users.activate(user, sealedFor(user.id, phone));
      if (await taken(phone, user.id)) return false;
      if (user.authyId !== null) return change(vault, user, user.authyId, phone);
      return keep(vault, phone, (authyId) => users.activateByVault(user, authyId));
    },
    async createFromPhone(phone, { email = "", name = "", nickname = name, password = "" }) {
      const id = randomUUID();
      if (await taken(phone, id)) return undefined;
      const passwordHash = await hashPassword(password);
      const create = (where: { sealed: string; fingerprints: readonly string[] } | { authyId: string }) =>
        users.create({ email, nickname, passwordHash, proven: { id, phone: where } });
      if (vault === undefined) return create(sealedFor(id, phone));
      let user: User | undefined;
      await keep(vault, phone, async (authyId) => (user = await create({ authyId })) !== undefined);
      return user;
    },
  };
}

/** Throws where the number cannot be opened: to treat the user as one without a phone would let a password replace it. */
function sealedPhoneOf(user: User, box: SecretBox): string | undefined {
  if (user.phoneSealed === null) return undefined;
  const phone = box.open(user.phoneSealed, contextOf(user));
  if (phone === undefined)
    throw new Error("a phone number in the database was sealed under a FACTORS_SECRET that is not set now");
  return phone;
}

const contextOf = ({ id }: Pick<User, "id">) => `phone of ${id}`;
