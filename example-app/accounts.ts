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

  /** Who was there before the vault has a number in the database still. */
  async function byPhone(phone: string): Promise<User | undefined> {
    const authyId = await vault?.find(phone);
    return authyId === undefined ? users.byPhone(box.fingerprints(phone)) : users.byAuthyId(authyId);
  }

  /** Puts the number into the vault for a user; what the database then refuses is taken out again. */
  async function keep(phone: string, write: (authyId: string) => Promise<boolean>): Promise<boolean> {
    const authyId = await vault?.register(phone);
    if (authyId === undefined) return false;
    if (await write(authyId).catch(() => false)) return true;
    await vault?.delete(authyId, "the database refused it");
    return false;
  }

  return {
    id: (user) => user.id,
    // One house for all: the tenants of this example share its users.
    byEmail: (email) => users.byEmail(email),
    byPhone,
    async phone(user) {
      if (user.authyId === null) return sealedPhoneOf(user, box);
      const phone = await vault?.reveal(user.authyId, "second factor");
      if (phone === undefined) throw new Error("a phone number is not in the vault that should be there");
      return phone;
    },
    phoneTaken: async (phone, user) => ((await byPhone(phone))?.id ?? user.id) !== user.id,
    async setPhone(user, phone) {
      if (vault === undefined) return users.activate(user, sealedFor(user.id, phone));
      if (((await byPhone(phone))?.id ?? user.id) !== user.id) return false;
      if (user.authyId === null) return keep(phone, (authyId) => users.activateByVault(user, authyId));
      return (await vault.change(user.authyId, phone)) && users.activateByVault(user, user.authyId);
    },
    async createFromPhone(phone, { email = "", name = "", nickname = name, password = "" }) {
      const id = randomUUID();
      const passwordHash = await hashPassword(password);
      const create = (where: { sealed: string; fingerprints: readonly string[] } | { authyId: string }) =>
        users.create({ email, nickname, passwordHash, proven: { id, phone: where } });
      if (vault === undefined) return create(sealedFor(id, phone));
      let user: User | undefined;
      await keep(phone, async (authyId) => (user = await create({ authyId })) !== undefined);
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
