import { hash, verify } from "@node-rs/argon2";

export const MINIMUM_PASSWORD = 8;
export const MAXIMUM_PASSWORD = 200;

/** Argon2id, 19 MiB, 2 passes, 1 lane: the library's defaults and OWASP's advice. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"));
}

let decoy: Promise<string> | undefined;

/** Whether the password is right. Without a hash the same work is done for the answer no, so that time tells nothing. */
export async function isPassword(password: string, hashed: string | null | undefined): Promise<boolean> {
  if (password.length > MAXIMUM_PASSWORD) return false;
  decoy ??= hash("nobody has this password");
  const right = await verify(hashed ?? (await decoy), password.normalize("NFKC"));
  return right && typeof hashed === "string";
}
