/// <reference types="passport" preserve="true" />

type Awaitable<T> = T | Promise<T>;

/**
 * The app's users, as far as factors need them. Small functions over whatever the app has. A `user` may have been read long before it is handed in, such
 * as `req.user` before a slow body had come: `phone`, `phoneTaken` and `setPhone` go by its id, and by what is on file at that moment.
 */
export interface Accounts<User = Express.User> {
  /** Required. The account's stable id: 1 to 200 characters, never reused. */
  id(user: User): string;
  /**
   * Required where a phone is in the list of factors. The proven phone number (E.164) that is on file now, or undefined or null. Read it by the user's id; do not take it from `user`: who
   * knows only the password could put another phone in the place of one that has been registered since.
   */
  phone(user: User): Awaitable<string | null | undefined>;
  /** Required where a phone is in the list. Whether an account other than this user's holds the number (E.164). */
  phoneTaken(phone: string, user: User): Awaitable<boolean>;
  /**
   * Required where a phone is in the list. Writes the proven number and whatever flags go with it in one step. Answers false when another account holds
   * the number; that must come from a unique index, not from a look before the write.
   */
  setPhone(user: User, phone: string): Awaitable<boolean>;
  /**
   * Optional; sign-up by phone needs it. Makes an account whose proven number this is, with what the app asked for. Answers undefined or null
   * when another account holds the number; that must come from a unique index.
   */
  createFromPhone?(
    phone: string,
    profile: Readonly<Record<string, string>>,
    tenant: string,
  ): Awaitable<User | null | undefined>;
  /** Optional; sign-up by phone needs it. The account of a tenant that holds a number (E.164). */
  byPhone?(phone: string, tenant: string): Awaitable<User | null | undefined>;
  /** Optional; signing in by a passkey alone needs it. The account of a tenant with an id, as `id` answers it; undefined or null where there is none. */
  byId?(id: string, tenant: string): Awaitable<User | null | undefined>;
  /** Optional; the REST door needs it. The account of an email address in a tenant; undefined or null where there is none. Limits, lockouts and
   * remembered devices are a tenant's own: let an account live in one tenant. */
  byEmail?(email: string, tenant: string): Awaitable<User | null | undefined>;
  /**
   * Optional; recovery needs it. The account that somebody means who has forgotten the password, by what is typed: a user name, an address. Undefined or
   * null where there is none, and for accounts that must not be recovered.
   */
  find?(identifier: string, tenant: string): Awaitable<User | null | undefined>;
  /**
   * Optional; recovery needs it. Writes the new password, hashed, and whatever ends with the old one, in one transaction. Answers `"refused"` where the app
   * does not take this password, such as one that was used before; true once it is written.
   */
  resetPassword?(user: User, password: string, about: PasswordReset): Awaitable<true | "refused">;
  /** Optional. Signs the account out everywhere, after a reset. */
  endSessions?(user: User): Awaitable<unknown>;
  /**
   * Optional. The email addresses that the account has proven and has on file now, the main one first; empty, undefined or null for none. A code that is
   * sent there may let its reader back into the account: never an address that somebody has only typed.
   */
  emails?(user: User): Awaitable<readonly string[] | null | undefined>;
  /**
   * Optional; the factor `old-password` needs it. Whether the account had this password before the one it has. Takes the same work for every account, and for none
   * (`user` is undefined then, and the answer is false): `passwordHistory` makes one.
   */
  wasPassword?(user: User | undefined, typed: string): Awaitable<boolean>;
  /** Optional. The account's language (BCP 47); else Accept-Language decides. */
  locale?(user: User): string | undefined;
}

/** How somebody came to a new password. */
export interface PasswordReset {
  /** `rebind`: by a key or an app that is still the owner's; `recovery`: by anything else (NIST SP 800-63B-4 §4.2). */
  kind: "rebind" | "recovery";
  /** What was proven, and by what kind of thing. */
  proofs: readonly { factor: string; class: string }[];
  /** Milliseconds since the epoch. */
  at: number;
  /** The client's address. */
  ip: string | undefined;
  /** BCP 47. */
  locale: string;
  /** The tenant of the account. */
  tenant: string;
}
type PhoneVerbs = "phone" | "phoneTaken" | "setPhone";

/** The users of any app: what goes about phones is required where a phone is in the list of factors. */
export type AnyAccounts<User = Express.User> = Omit<Accounts<User>, PhoneVerbs> &
  Partial<Pick<Accounts<User>, PhoneVerbs>>;
