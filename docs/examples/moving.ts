import type { Factors } from "passport-factors";

/** A secret of an authenticator app as another system keeps it. */
export interface OldSecret {
  account: string;
  secret: string | Uint8Array;
  /** How a text is to be read: what passport-totp and speakeasy call `ascii` is the text's own bytes. */
  encoding?: "base32" | "ascii" | "hex" | "base64";
}

export interface Moved {
  moved: number;
  /** Accounts that had an authenticator app here already: they keep it, so that a script may be run again. */
  kept: number;
  /** What could not be moved, and why; without the secret. */
  refused: { account: string; why: string }[];
}

/** Puts the secrets of another system on file. People go on with the app that they have. */
export async function moveSecrets(
  factors: Factors,
  old: AsyncIterable<OldSecret> | Iterable<OldSecret>,
): Promise<Moved> {
  const moved: Moved = { moved: 0, kept: 0, refused: [] };
  for await (const { account, secret, encoding = "base32" } of old) {
    try {
      const isNew = await factors.importTotp(account, base32Of(secret, encoding));
      moved[isNew ? "moved" : "kept"] += 1;
    } catch (error) {
      // A store that is away is not the secret's fault.
      if (!(error instanceof TypeError)) throw error;
      moved.refused.push({ account, why: error.message });
    }
  }
  return moved;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32Of(secret: string | Uint8Array, encoding: Required<OldSecret>["encoding"]): string {
  if (typeof secret === "string" && encoding === "base32") return secret;
  const bytes =
    typeof secret === "string"
      ? Buffer.from(secret, encoding === "ascii" ? "latin1" : (encoding as "hex" | "base64"))
      : secret;
  let [text, buffer, bits] = ["", 0, 0];
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(buffer >> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + ALPHABET[(buffer << (5 - bits)) & 31];
}

/** A row of better-auth's table `twoFactor`. */
export interface BetterAuthRow {
  userId: string;
  secret: string;
  verified?: boolean | null;
}

/** better-auth's secrets, opened by its own `symmetricDecrypt`: the bytes of a text, or of base32 where it has taken them over from elsewhere. */
export async function* betterAuthSecrets(
  rows: AsyncIterable<BetterAuthRow> | Iterable<BetterAuthRow>,
  decrypt: (sealed: string) => Promise<string>,
): AsyncGenerator<OldSecret> {
  for await (const { userId, secret, verified } of rows) {
    // What was begun and never confirmed is nobody's factor.
    if (verified === false) continue;
    const text = await decrypt(secret);
    const base32 = text.startsWith("base32:") ? text.slice("base32:".length) : undefined;
    yield base32 === undefined
      ? { account: userId, secret: text, encoding: "ascii" }
      : { account: userId, secret: base32 };
  }
}

/** A user as Authy's console and API have it, joined with the app's own account. */
export interface AuthyUser {
  account: string;
  country_code: string | number;
  cellphone: string;
}

/** The numbers that Authy, or the app itself for Twilio Verify, has verified. `setPhone` is that of the app's accounts, by the account's id. */
export async function moveNumbers(
  users: AsyncIterable<AuthyUser> | Iterable<AuthyUser>,
  setPhone: (account: string, e164: string) => Promise<boolean> | boolean,
): Promise<Moved> {
  const moved: Moved = { moved: 0, kept: 0, refused: [] };
  for await (const { account, country_code, cellphone } of users) {
    const e164 = e164Of(String(country_code), cellphone);
    if (e164 === undefined) moved.refused.push({ account, why: "the number is not whole" });
    else if (await setPhone(account, e164)) moved.moved += 1;
    else moved.refused.push({ account, why: "another account holds the number" });
  }
  return moved;
}

/** Undefined for what is masked (`XXX-XXX-1234`), and for what is no number. Italy's numbers keep their zero. */
function e164Of(countryCode: string, cellphone: string): string | undefined {
  const code = countryCode.replace(/\D/g, "");
  if (/[^\d\s().+-]/.test(cellphone)) return undefined;
  const national = cellphone.replace(/\D/g, "");
  const e164 = `+${code}${code === "39" ? national : national.replace(/^0/, "")}`;
  return /^\+[1-9]\d{6,14}$/.test(e164) ? e164 : undefined;
}
