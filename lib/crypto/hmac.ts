import { hash, type BinaryToTextEncoding } from "node:crypto";

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

/** Where messages and digests are put together: memory of their own for each would be thrown away at once. */
const MOST_BYTES = 1024;
const message = Buffer.alloc(BLOCK_BYTES + MOST_BYTES);
const last = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

/**
 * HMAC-SHA256 of a text. Two one-shot hashes, because a Hmac object of `node:crypto` costs three times as much; and texts on the way, because
 * each buffer of a digest is memory outside of the heap. `test/hmac.test.ts` holds the two to the same answers.
 */
export function hmacSha256({ inner, outer }: HmacKey, text: string, encoding: BinaryToTextEncoding): string {
  last.set(outer);
  last.write(hash("sha256", withBlock(inner, text), "binary"), BLOCK_BYTES, "latin1");
  return hash("sha256", last, encoding);
}

function withBlock(block: Buffer, text: string): Buffer {
  // A UTF-16 unit has three bytes at most in UTF-8.
  if (text.length * 3 > MOST_BYTES) return Buffer.concat([block, Buffer.from(text)]);
  message.set(block);
  return message.subarray(0, BLOCK_BYTES + message.write(text, BLOCK_BYTES));
}
