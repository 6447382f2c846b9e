import type { CredentialsOfKind, OpenedCredential } from "../credentials/sealed-credentials.ts";
import { randomBytes, randomToken } from "../random-bytes.ts";
import { digestKey } from "../secret.ts";
import { fromBase32, toBase32 } from "./base32.ts";
import { matchingStep } from "./code.ts";
import { createUsedSteps, type UsedStepsParts } from "./used-steps.ts";

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

/** What may be shown of it. */
export type SecretShown = Omit<SecretOnFile, "secret">;

/** What judging came to: a used code was right once. */
export type CodeJudged = "passed" | "mismatch" | "used" | "missing";

export interface SecretsParts extends UsedStepsParts {
  onFile: CredentialsOfKind<SecretOnFile>;
  /** Told of what broke and changes nothing about a proof: that the time of use could not be written. */
  report: (error: unknown) => void;
}

/** The secrets of authenticator apps of one tenant: at most one for an account. */
export interface Secrets {
  read(account: string): Promise<SecretShown | undefined>;
  /** Judges a code of six digits. Each step passes once, whoever asks and however many at once. */
  judge(account: string, code: string): Promise<CodeJudged>;
  /** The secret is the one on file from now on, in the place of the one with that id, or of none. Answers false where another stands there by now. */
  put(account: string, secret: SecretOnFile, before: string | undefined): Promise<boolean>;
  /** Answers whether this one was on file. */
  remove(account: string, id: string): Promise<boolean>;
  /** Puts a secret of another system on file where none is; answers false where one is. Throws a TypeError that says what is wrong with it. */
  import(account: string, base32: string): Promise<boolean>;
}

/** A new secret, which nobody has yet. */
export const newSecret = (now: number): SecretOnFile => ({
  id: randomToken(12),
  secret: toBase32(randomBytes(SECRET_BYTES)),
  addedAt: now,
});

export function createSecrets(parts: SecretsParts): Secrets {
  const { onFile, tenant, clock, window, report } = parts;
  const used = createUsedSteps(parts);
  // The only one of the account stands at a place that the account has: so two that are put there at once cannot both stay.
  const placeOf = (account: string) => digestKey(["totp", tenant, account]);

  async function find(account: string): Promise<OpenedCredential<SecretOnFile> | undefined> {
    const [only] = await onFile.list(account);
    return only;
  }

  /** A database that can only be read just now keeps nobody out; of two uses at once, one is noted. */
  async function noteUse(account: string, found: OpenedCredential<SecretOnFile>): Promise<void> {
    try {
      await onFile.replace(account, found, { ...found.value, lastUsedAt: clock() });
    } catch (error) {
      report(error);
    }
  }

  return {
    async read(account) {
      const found = await find(account);
      if (found === undefined) return undefined;
      const { secret: _kept, ...shown } = found.value;
      return shown;
    },
    async judge(account, code) {
      const found = await find(account);
      // The same work where there is nothing.
      const step = matchingStep(bytesOf(found?.value.secret ?? NOBODYS), code, {
        now: clock(),
        steps: window,
      });
      if (found === undefined) return "missing";
      if (step === undefined) return "mismatch";
      if (!(await used.use(account, found.value.id, step))) return "used";
      await noteUse(account, found);
      return "passed";
    },
    async put(account, secret, before) {
      if (before === undefined) return onFile.add(account, placeOf(account), secret, 1);
      // A login that notes its use changes the value in between, and not whose it is.
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const found = await find(account);
        if (found?.value.id !== before) return false;
        if (await onFile.replace(account, found, secret)) return true;
      }
      return false;
    },
    async remove(account, id) {
      const found = await find(account);
      return found !== undefined && found.value.id === id && onFile.remove(account, found.id);
    },
    async import(account, base32) {
      const secret = toBase32(importedBytes(base32));
      return onFile.add(account, placeOf(account), { ...newSecret(clock()), secret }, 1);
    },
  };
}

const MOST_ATTEMPTS = 5;
const NOBODYS = toBase32(Buffer.alloc(SECRET_BYTES));

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
