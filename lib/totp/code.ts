import { createHmac, timingSafeEqual } from "node:crypto";

/** RFC 6238 §4.1: seconds that a code is shown. */
export const STEP_SECONDS = 30;
export const DIGITS = 6;

/** The step of 30 seconds that a time is in: the counter from which its code is made. */
export const stepAt = (now: number): number => Math.floor(now / (STEP_SECONDS * 1000));

/** HOTP (RFC 4226 §5.3): HMAC-SHA-1 of the counter, cut to that many digits. */
export function hotp(secret: Uint8Array, counter: number, digits: number = DIGITS): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac("sha1", secret).update(message).digest();
  const offset = mac.readUInt8(mac.length - 1) & 15;
  const number = mac.readUInt32BE(offset) & 0x7f_ff_ff_ff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

/** Which codes are right at a time: of so many steps on either side of the one that it is in. */
export interface CodeWindow {
  now: number;
  steps: number;
}

/**
 * The step whose code this is, of those within the window; undefined for a wrong one. Every step is worked out and compared, whichever is right. Where
 * one code stands for two steps, it is the later: both are used up by it.
 */
export function matchingStep(
  secret: Uint8Array,
  code: string,
  { now, steps }: CodeWindow,
): number | undefined {
  const typed = Buffer.from(code);
  const current = stepAt(now);
  let matching: number | undefined;
  for (let step = Math.max(0, current - steps); step <= current + steps; step++) {
    const right = Buffer.from(hotp(secret, step));
    if (typed.length === right.length && timingSafeEqual(typed, right)) matching = step;
  }
  return matching;
}
