import { hash, verify } from "@node-rs/argon2";

export const MINIMUM_PASSWORD = 8;
export const MAXIMUM_PASSWORD = 200;

/** Argon2id, 19 MiB, 2 passes, 1 lane: the library's defaults and OWASP's advice. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"));
}

/** What nobody has, hashed as all others are. */
export const decoyHash = (): Promise<string> => (decoy ??= hash("nobody has this password"));
let decoy: Promise<string> | undefined;

/** Whether a hash is of this password. */
export const isHashOf = (hashed: string, password: string): Promise<boolean> =>
  verify(hashed, password.normalize("NFKC"));

/** Whether the password is right. Without a hash the same work is done for the answer no, so that time tells nothing. */
export async function isPassword(password: string, hashed: string | null | undefined): Promise<boolean> {
  if (password.length > MAXIMUM_PASSWORD) return false;
  const right = await isHashOf(hashed ?? (await decoyHash()), password);
  return right && typeof hashed === "string";
}
