import { randomFillSync } from "node:crypto";

const POOL_BYTES = 4096;
const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
let used = POOL_BYTES;

/** Bytes of the CSPRNG, 4096 at most. A call of it costs more than the bytes: they are made ahead, handed out once and not kept. */
export function randomBytes(count: number): Buffer {
  if (used + count > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + count));
  pool.fill(0, used, used + count);
  used += count;
  return bytes;
}

/** A random handle, base64url; 128 bits unless told. */
export const randomToken = (bytes = 16): string => randomBytes(bytes).toString("base64url");
