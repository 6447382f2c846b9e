import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from "node:crypto";
import type { SavedSet } from "../stores/saved-codes.ts";

/**
 * scrypt with N, r, p. Codes under 112 bits need a salt and a password hash, whose cost may be small (NIST SP 800-63B-4 §3.1.2.2, ASVS
 * 6.5.2): a code has 80 bits, and a guess makes one hash for each code that is left, at most 17 ms of CPU for ten.
 */
export const PARAMETERS = "scrypt 1024 8 1";

const SALT_BYTES = 16;
const HASH_BYTES = 16;

/** Salt and hash of one code, base64url. */
export async function hashCode(code: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return Buffer.concat([salt, await derive(code, salt, PARAMETERS)]).toString("base64url");
}

/** The name of the record that this code made; undefined when none did. Looks at all, whichever matches. */
export async function matchingRecord(code: string, set: SavedSet): Promise<string | undefined> {
  const records = Object.entries(set.records);
  const matches = await Promise.all(records.map(([, record]) => isOf(record, code, set.parameters)));
  return records.find((_, i) => matches[i])?.[0];
}

async function isOf(record: string, code: string, parameters: string): Promise<boolean> {
  const bytes = Buffer.from(record, "base64url");
  const [salt, hash] = [bytes.subarray(0, SALT_BYTES), bytes.subarray(SALT_BYTES)];
  const made = await derive(code, salt, parameters);
  return made.length === hash.length && timingSafeEqual(made, hash);
}

function derive(code: string, salt: Buffer, parameters: string): Promise<Buffer> {
  const [name, ...numbers] = parameters.split(" ");
  const [N, r, p] = numbers.map(Number);
  if (name !== "scrypt" || N === undefined || r === undefined || p === undefined)
    throw new Error(`backup codes are hashed with "${parameters}", which is not known here`);
  const options: ScryptOptions = { N, r, p };
  return new Promise((resolve, reject) => {
    scrypt(code, salt, HASH_BYTES, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
