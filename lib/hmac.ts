import { hash } from "node:crypto";

/** A key of HMAC-SHA256, as the two blocks that it is hashed with (RFC 2104). */
export interface HmacKey {
  inner: Buffer;
  outer: Buffer;
}

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/** `key`: 64 bytes at most. */
export function hmacKey(key: Buffer): HmacKey {
  const block = (pad: number) =>
    Buffer.alloc(BLOCK_BYTES, pad).map((byte, i) => byte ^ (key[i] ?? 0)) as Buffer;
  return { inner: block(0x36), outer: block(0x5c) };
}

/**
 * HMAC-SHA256 of a text. Two one-shot hashes, because a Hmac object of `node:crypto` costs three times as much, and its garbage
 * more; `test/hmac.test.ts` holds the two to the same answers.
 */
export function hmacSha256({ inner, outer }: HmacKey, text: string): Buffer {
  // A UTF-16 unit has three bytes at most in UTF-8.
  const message = Buffer.allocUnsafe(BLOCK_BYTES + text.length * 3);
  message.set(inner);
  const end = BLOCK_BYTES + message.write(text, BLOCK_BYTES);
  const last = Buffer.allocUnsafe(BLOCK_BYTES + DIGEST_BYTES);
  last.set(outer);
  last.set(hash("sha256", message.subarray(0, end), "buffer"), BLOCK_BYTES);
  return hash("sha256", last, "buffer");
}
