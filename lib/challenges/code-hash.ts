import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from "node:crypto";

/**
 * scrypt with N, r, p. Codes under 112 bits need a salt and a password hash, whose cost may be small (NIST SP 800-63B-4 §3.1.2.2, ASVS
 * 6.5.2): a code has 80 bits, and a guess makes one hash for each code of a set, at most 17 ms of CPU for ten.
 */
export const PARAMETERS = "scrypt 1024 8 1";

const SALT_BYTES = 16;
const HASH_BYTES = 16;
/** No code has it. */
const NO_RECORD = Buffer.alloc(SALT_BYTES + HASH_BYTES).toString("base64url");

/** Salt and hash of one code, base64url. */
export async function hashCode(code: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return Buffer.concat([salt, await derive(code, salt, PARAMETERS)]).toString("base64url");
}

/** Salted hashes by name, and how they were made. */
export interface HashedCodes {
  parameters: string;
  records: Readonly<Record<string, string>>;
}

/**
 * The name of the record that this code made; undefined when none did. Makes at least `work` hashes, whichever matches and however many there are: the
 * time tells neither whether there is anything, nor how much of it is used up.
 */
export async function matchingRecord(
  code: string,
  { parameters, records }: HashedCodes,
  work: number,
): Promise<string | undefined> {
  const all = Object.entries(records);
  const padding = Array.from({ length: Math.max(0, work - all.length) }, () => NO_RECORD);
  const compared = [...all.map(([, record]) => record), ...padding];
  const matches = await Promise.all(compared.map((record) => isOf(record, code, parameters)));
  return all.find((_, i) => matches[i])?.[0];
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
