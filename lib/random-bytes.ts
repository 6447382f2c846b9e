import { randomFillSync } from "node:crypto";

const POOL_BYTES = 4096;

/** Random bytes of the CSPRNG. A call of it costs more than the bytes: they are made ahead, handed out once and not kept. */
export function randomPool(): (count: number) => Buffer {
  const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  let used = POOL_BYTES;
  return (count) => {
    if (used + count > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const bytes = Buffer.from(pool.subarray(used, used + count));
    pool.fill(0, used, used + count);
    used += count;
    return bytes;
  };
}

const pool = randomPool();

/** A random handle: 128 bits, base64url. */
export const randomToken = (): string => pool(16).toString("base64url");
