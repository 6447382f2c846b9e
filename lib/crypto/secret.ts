import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from "node:crypto";

/** Everything that is done under the app's `secret`. Several secrets rotate: the first seals and signs, all open and verify. */
export interface SecretBox {
  /** Seals text with AES-256-GCM; `context` must be the same to open it, so that a sealed value cannot be moved elsewhere. Base64url. */
  seal(text: string, context: string): string;
  /** Opens what `seal` made, under any of the secrets; undefined when it was changed, moved, or sealed under a secret that is gone. */
  open(sealed: string, context: string): string | undefined;
  /** Keyed, irreversible HMAC-SHA256 of a value, under the first secret: what logs and keys hold instead of a phone number. 22 base64url characters (128 bits). */
  fingerprint(value: string): string;
  /** The fingerprints of a value under every secret, the first secret's first: for looking up what was stored before a rotation. */
  fingerprints(value: string): string[];
  /** HMAC-SHA256 (128 bits, base64url) over length-prefixed parts, one per secret, the first secret's first. */
  digests(parts: readonly string[]): string[];
  /** Keys of 256 bits for one use, one per secret, the first secret's first: for what a library signs. */
  keysFor(use: string): Uint8Array[];
}

const MINIMUM_LENGTH = 32;

/** Builds a {@link SecretBox}. Throws a TypeError that names `secret` when one is missing or shorter than 32 characters. */
export function createSecretBox(secret: string | readonly string[]): SecretBox {
  const secrets = typeof secret === "string" ? [secret] : secret;
  if (!Array.isArray(secrets) || secrets.length === 0) {
    throw new TypeError("secret: a string, or an array of strings with the newest first, is required");
  }
  for (const each of secrets as readonly unknown[]) {
    if (typeof each !== "string" || each.length < MINIMUM_LENGTH) {
      throw new TypeError(`secret: at least ${MINIMUM_LENGTH} characters are required, each of them`);
    }
  }
  const keys = (secrets as readonly string[]).map(deriveKeys);
  const first = keys[0] as Keys;
  const fingerprints = (value: string) => keys.map((key) => hmac(key.fingerprint, [value]));
  return {
    seal: (text, context) => seal(first.seal, randomBytes(NONCE_BYTES), text, context),
    open(sealed, context) {
      for (const key of keys) {
        const text = open(key.seal, sealed, context);
        if (text !== undefined) return text;
      }
      return undefined;
    },
    fingerprint: (value) => hmac(first.fingerprint, [value]),
    fingerprints,
    digests: (parts) => keys.map((key) => hmac(key.digest, parts)),
    keysFor: (use) => (secrets as readonly string[]).map((each) => deriveKey(each, use)),
  };
}

/** Unkeyed digest of length-prefixed parts, for store keys whose parts hold a random handle: 18 base64url characters (108 bits). */
export function digestKey(parts: readonly string[]): string {
  return hash("sha256", lengthPrefixed(parts), "base64url").slice(0, 18);
}

interface Keys {
  seal: KeyObject;
  fingerprint: KeyObject;
  digest: KeyObject;
}

/** One key for each use, so that no output of one can stand in for another (RFC 5869). */
export function deriveKey(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "passport-factors", use, 32));
}

export function deriveKeys(secret: string): Keys {
  return {
    seal: createSecretKey(deriveKey(secret, "seal")),
    fingerprint: createSecretKey(deriveKey(secret, "fingerprint")),
    digest: createSecretKey(deriveKey(secret, "digest")),
  };
}

/** Joined parts would let `a:b` + `c` collide with `a` + `b:c`; a length before each part cannot. */
export function lengthPrefixed(parts: readonly string[]): string {
  let whole = "";
  for (const part of parts) whole += `${part.length}:${part}`;
  return whole;
}

/** 128 bits in canonical base64url: of the last of 22 characters two bits count, and the others are zero. */
const hmac = (key: KeyObject, parts: readonly string[]) =>
  createHmac("sha256", key).update(lengthPrefixed(parts)).digest().subarray(0, 16).toString("base64url");

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function seal(key: KeyObject, nonce: Buffer, text: string, context: string): string {
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString(
    "base64url",
  );
}

function open(key: KeyObject, sealed: string, context: string): string | undefined {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)),
      decipher.final(),
    ]).toString();
  } catch {
    return undefined;
  }
}
