import { createHmac } from "node:crypto";

/**
 * The people of the benchmark. Everything about person `n` follows from `n`, so that the server and the load generator
 * agree without asking each other, and every code is the same one.
 */
export const SESSION_SECRET = "a benchmark's session secret";
export const RIGHT_CODE = "123456";
export const WRONG_CODE = "654321";

/** Codes that one client address asks for; more than the default limit of an hour allows nobody. */
const CODES_PER_ADDRESS = 20;

/** Far apart: consecutive people fall into different blocks of 1000 numbers. */
export const phoneOf = (n: number): string =>
  `+1${2_010_000_000 + (n % 100_000) * 1000 + Math.floor(n / 100_000)}`;

export const sessionIdOf = (n: number): string => `bench-session-${String(n).padStart(18, "0")}`;

export function addressOf(n: number): string {
  const network = Math.floor(n / CODES_PER_ADDRESS);
  return `10.${(network >> 16) & 255}.${(network >> 8) & 255}.${network & 255}`;
}

/** The session's cookie as express-session signs it. */
export function cookieOf(n: number): string {
  const id = sessionIdOf(n);
  const signature = createHmac("sha256", SESSION_SECRET).update(id).digest("base64").replace(/=+$/, "");
  return `connect.sid=${encodeURIComponent(`s:${id}.${signature}`)}`;
}
