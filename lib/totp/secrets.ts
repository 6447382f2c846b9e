import { randomBytes } from "node:crypto";
import type { CredentialsOfKind, OpenedCredential } from "../credentials/sealed-credentials.ts";
import { randomToken } from "../crypto/random-token.ts";
import { digestKey } from "../crypto/secret.ts";
import { fromBase32, toBase32 } from "./base32.ts";
import { matchingStep, STEP_SECONDS } from "./code.ts";

/** RFC 4226 §4, R6: 160 bits are recommended. */
const SECRET_BYTES = 20;
/** What other systems have handed out: Google Authenticator's own examples have 80 bits. More than SHA-1's block is hashed down by every app. */
const IMPORTED_BYTES = { least: 10, most: 64 } as const;

/** What is on file for an account: one secret, sealed as a whole. */
export interface SecretOnFile {
  /** A new one for every secret: by it a secret is named, and its used steps are kept. */
  id: string;
  /** Base32. */
  secret: string;
  /** Milliseconds since the epoch. */
  addedAt: number;
  lastUsedAt?: number;
}

/** What secrets work with. */
export interface SecretsKit {
  credentials: CredentialsOfKind<SecretOnFile>;
  /** Answers true once for each key, and again only for a higher rank. */
  once(key: string, rank: number, ttlSeconds: number): Promise<boolean>;
  clock(): number;
}

/** What judging came to: a used code was right once. */
export type CodeJudged = "right" | "wrong" | "used" | "none";

/** The secrets of authenticator apps: at most one on file for an account. */
export interface Secrets {
  read(account: string): Promise<SecretOnFile | undefined>;
  /** Judges a code of six digits. Each step passes once, whoever asks and however many at once. */
  judge(account: string, code: string): Promise<CodeJudged>;
  /** The first code of a secret that is not on file yet: where it is right, the secret is, in the place of any other, and the code is used up. */
  confirm(account: string, pending: SecretOnFile, code: string): Promise<"right" | "wrong" | "used">;
  /** Answers whether this one, or any where none is named, was on file. */
  remove(account: string, id: string | undefined): Promise<boolean>;
  /** Puts a secret of another system on file where none is; answers false where one is. Throws a TypeError that says what is wrong with it. */
  import(account: string, base32: string): Promise<boolean>;
}

/** A new secret, which nobody has yet. */
export const newSecret = (now: number): SecretOnFile => ({
  id: randomToken(12),
  secret: toBase32(randomBytes(SECRET_BYTES)),
  addedAt: now,
});

/** `window`: how many steps on either side are right too. */
export function createSecrets({ credentials, once, clock }: SecretsKit, window: number): Secrets {
  // A code is right for 2 * window + 1 steps; one more for servers whose clocks differ.
  const usedSeconds = (2 * window + 2) * STEP_SECONDS;
  // RFC 6238 §5.2: a verifier must not take a code a second time.
  const use = async (account: string, { id }: SecretOnFile, step: number) =>
    once(JSON.stringify([account, id]), step, usedSeconds);
  const stepOf = ({ secret }: Pick<SecretOnFile, "secret">, code: string) =>
    matchingStep(bytesOf(secret), code, { now: clock(), steps: window });

  async function find(account: string): Promise<OpenedCredential<SecretOnFile> | undefined> {
    const [only] = await credentials.list(account);
    return only;
  }

  /** In the place of the one that was seen there, or of none; answers false where another stands there by now. */
  async function put(account: string, secret: SecretOnFile, before: string | undefined): Promise<boolean> {
    if (before === undefined) return credentials.add(account, placeOf(account), secret, 1);
    // A login that notes its use changes the value in between, and not whose it is.
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const found = await find(account);
      if (found?.value.id !== before) return false;
      if (await credentials.replace(account, found, secret)) return true;
    }
    return false;
  }

  return {
    read: async (account) => (await find(account))?.value,
    async judge(account, code) {
      const found = await find(account);
      // The same work where there is nothing.
      const step = stepOf(found?.value ?? NOBODYS, code);
      if (found === undefined) return "none";
      if (step === undefined) return "wrong";
      if (!(await use(account, found.value, step))) return "used";
      // Of two uses at once, one is noted; and where it cannot be written just now, the code was right all the same.
      await credentials.replace(account, found, { ...found.value, lastUsedAt: clock() }).catch(() => false);
      return "right";
    },
    async confirm(account, pending, code) {
      const before = (await find(account))?.value.id;
      const step = stepOf(pending, code);
      if (step === undefined) return "wrong";
      if (!(await use(account, pending, step))) return "used";
      return (await put(account, { ...pending, addedAt: clock() }, before)) ? "right" : "used";
    },
    async remove(account, id) {
      const found = await find(account);
      const isThat = found !== undefined && (id === undefined || found.value.id === id);
      return isThat && credentials.remove(account, found.id);
    },
    async import(account, base32) {
      const secret = toBase32(importedBytes(base32));
      return credentials.add(account, placeOf(account), { ...newSecret(clock()), secret }, 1);
    },
  };
}

/** Its place is the account's own: of two that are put on file at once, one stays. */
const placeOf = (account: string) => digestKey(["totp", account]);
const MOST_ATTEMPTS = 5;
const NOBODYS = { secret: toBase32(Buffer.alloc(SECRET_BYTES)) };

export function bytesOf(secret: string): Buffer {
  const read = fromBase32(secret);
  if ("wrong" in read) throw new TypeError(`totp: what is on file ${read.wrong}`);
  return read.bytes;
}

function importedBytes(base32: unknown): Buffer {
  const fault = (wrong: string) => new TypeError(`importTotp: secret ${wrong}`);
  if (typeof base32 !== "string") throw fault("must be a text in base32");
  const read = fromBase32(base32);
  if ("wrong" in read) throw fault(read.wrong);
  const bits = read.bytes.length * 8;
  if (read.bytes.length < IMPORTED_BYTES.least || read.bytes.length > IMPORTED_BYTES.most)
    throw fault(
      `must have ${IMPORTED_BYTES.least * 8} to ${IMPORTED_BYTES.most * 8} bits, 16 characters of base32 at least; it has ${bits}`,
    );
  return read.bytes;
}
