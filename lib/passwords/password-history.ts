type Awaitable<Value> = Value | Promise<Value>;

/** What a password was before, for `oldPassword`. */
export interface PasswordHistory<User> {
  /** The hashes of the passwords that an account had before, the last one first. */
  hashesOf(user: User): Awaitable<readonly string[]>;
  /** Whether a hash is of this password, as at the login. */
  verify(hash: string, password: string): Awaitable<boolean>;
  /** A hash of something that nobody has, made as all others are. */
  decoy: string;
  /** How many are looked at; what is older counts no more. @default 5 */
  most?: number;
}

/**
 * Makes `accounts.wasPassword`. Whoever is asked about, and whichever matches, it takes the same work: `most` hashes, one after the other. A hash that cannot be read
 * matches nothing.
 *
 * @example
 * const decoy = await argon2.hash(randomUUID());
 * const wasPassword = passwordHistory({ hashesOf: (user) => user.oldHashes, verify: argon2.verify, decoy });
 */
export function passwordHistory<User>({
  hashesOf,
  verify,
  decoy,
  most = 5,
}: PasswordHistory<User>): (user: User | undefined, typed: string) => Promise<boolean> {
  for (const [name, value] of Object.entries({ hashesOf, verify }))
    if (typeof value !== "function") throw new TypeError(`passwordHistory: ${name} must be a function`);
  if (typeof decoy !== "string" || decoy === "") throw new TypeError("passwordHistory: decoy must be a hash");
  if (!Number.isInteger(most) || most < 1 || most > 10)
    throw new TypeError("passwordHistory: most must be an integer from 1 to 10");

  async function isOf(hash: string, typed: string): Promise<boolean> {
    try {
      return (await verify(hash, typed)) === true;
    } catch {
      return false;
    }
  }

  return async (user, typed) => {
    const hashes = user === undefined ? [] : (await hashesOf(user)).slice(0, most);
    let found = false;
    for (let i = 0; i < most; i++) {
      const hash = hashes[i];
      const matches = await isOf(hash ?? decoy, typed);
      if (matches && hash !== undefined) found = true;
    }
    return found;
  };
}
