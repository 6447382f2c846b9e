import { hmacKey, hmacSha256 } from "./hmac.ts";
import { randomBytes } from "./random-bytes.ts";
import { deriveKey, lengthPrefixed } from "./secret.ts";

/** Hides a pending code from whoever reads the store, so that a resend can repeat it. */
export interface CodeMask {
  /** `context` must be the same to reveal it, so that a hidden code cannot be moved elsewhere. Base64url. */
  hide(code: string, context: string): string;
  /** Undefined where none of the secrets, or another context, hid it, and where it is no code. */
  reveal(hidden: string, context: string): string | undefined;
}

const NONCE_BYTES = 12;
/** Behind the nonce: tells that secret and context are right. */
const CHECK_BYTES = 8;
/** The rest of a digest is the pad. */
const MOST_BYTES = 24;

/**
 * A one-time pad for each code: HMAC-SHA256 of a random nonce under a key of its own (NIST SP 800-108 in counter mode, of one block, makes keys
 * so). Who writes to the store may change a code into other digits, which its digest, beside it, then refuses; into nothing else. AES-GCM would do
 * as well, at several times the cost.
 */
export function createCodeMask(secrets: readonly string[]): CodeMask {
  const keys = secrets.map((secret) => hmacKey(deriveKey(secret, "mask")));
  // The length is part of it: whoever writes to the store cannot make a code of another length of it.
  const blockOf = (key: (typeof keys)[number], nonce: Buffer, context: string, length: number) =>
    hmacSha256(key, lengthPrefixed([nonce.toString("latin1"), context, String(length)]), "binary");

  return {
    hide(code, context) {
      if (digitsIn(code) === undefined) throw new RangeError(`a code is 1 to ${MOST_BYTES} digits`);
      const nonce = randomBytes(NONCE_BYTES);
      const block = blockOf(keys[0] as (typeof keys)[number], nonce, context, code.length);
      const hidden = Buffer.from(nonce.toString("latin1") + block.slice(MOST_BYTES) + code, "latin1");
      pad(hidden, block);
      return hidden.toString("base64url");
    },
    reveal(hidden, context) {
      const bytes = Buffer.from(hidden, "base64url");
      if (bytes.length > NONCE_BYTES + CHECK_BYTES + MOST_BYTES) return undefined;
      const check = bytes.toString("latin1", NONCE_BYTES, NONCE_BYTES + CHECK_BYTES);
      const length = bytes.length - NONCE_BYTES - CHECK_BYTES;
      for (const key of keys) {
        const block = blockOf(key, bytes.subarray(0, NONCE_BYTES), context, length);
        if (block.slice(MOST_BYTES) !== check) continue;
        pad(bytes, block);
        return digitsIn(bytes.toString("latin1", NONCE_BYTES + CHECK_BYTES));
      }
      return undefined;
    },
  };
}

const digitsIn = (text: string) => (text.length <= MOST_BYTES && /^[0-9]+$/.test(text) ? text : undefined);

/** Its own inverse. */
function pad(bytes: Buffer, block: string): void {
  const start = NONCE_BYTES + CHECK_BYTES;
  for (let i = start; i < bytes.length; i++) bytes[i] = (bytes[i] as number) ^ block.charCodeAt(i - start);
}
