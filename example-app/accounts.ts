import { randomUUID } from "node:crypto";
import type { Accounts, SecretBox } from "passport-factors";
import { hashPassword } from "./passwords.ts";
import type { User, Users } from "./users.ts";

/** The app's users as passport-factors sees them. Numbers are sealed for their user, and found by fingerprint. */
export function createAccounts(users: Users, box: SecretBox): Accounts<User> {
  const sealedFor = (id: string, phone: string) => ({
    sealed: box.seal(phone, contextOf({ id })),
    fingerprints: box.fingerprints(phone),
  });

  return {
    id: (user) => user.id,
    // One house for all: the tenants of this example share its users.
    byEmail: (email) => users.byEmail(email),
    phone: (user) => phoneOf(user, box),
    phoneTaken: (phone, user) => users.holdsPhone(box.fingerprints(phone), user.id),
    setPhone: (user, phone) => users.activate(user, sealedFor(user.id, phone)),
    byPhone: (phone) => users.byPhone(box.fingerprints(phone)),
    async createFromPhone(phone, { email = "", name = "", nickname = name, password = "" }) {
      const id = randomUUID();
      const passwordHash = await hashPassword(password);
      return users.create({ email, nickname, passwordHash, proven: { id, phone: sealedFor(id, phone) } });
    },
  };
}

/** Throws where the number cannot be opened: to treat the user as one without a phone would let a password replace it. */
export function phoneOf(user: User, box: SecretBox): string | undefined {
  if (user.phoneSealed === null) return undefined;
  const phone = box.open(user.phoneSealed, contextOf(user));
  if (phone === undefined)
    throw new Error("a phone number in the database was sealed under a FACTORS_SECRET that is not set now");
  return phone;
}

const contextOf = ({ id }: Pick<User, "id">) => `phone of ${id}`;
