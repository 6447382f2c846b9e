import type { SendLimits } from "./store.ts";

/**
 * The sends to one number: their times, oldest first, as text ("1700000000000 1700000031000!"). Every limit is a question to
 * this list, so windows slide and a wait is exact. A "!" says that the cooldown was lifted after that send: its code passed,
 * or its message was never taken.
 */
export interface SendLog {
  times: readonly number[];
  /** How many of the last sends came after the last "!". */
  sinceLifted: number;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Reads a log and forgets what is older than a day. */
export function readSendLog(text: string | null | undefined, now: number): SendLog {
  const entries = (text ?? "")
    .split(" ")
    .filter((entry) => entry !== "" && now - Number.parseInt(entry, 10) < DAY_MS);
  const lifted = entries.findLastIndex((entry) => entry.endsWith("!"));
  return {
    times: entries.map((entry) => Number.parseInt(entry, 10)),
    sinceLifted: entries.length - 1 - lifted,
  };
}

/** Milliseconds until the next send may go; 0 when it may go now. */
export function sendWait(log: SendLog, now: number, limits: SendLimits): number {
  return Math.max(capWait(log, now, limits), cooldownWait(log, now, limits));
}

/** Until the hour and the day have room. */
export function capWait(
  { times }: SendLog,
  now: number,
  { perHour, perDay }: Omit<SendLimits, "cooldownsMs">,
): number {
  return Math.max(windowWait(times, now, perHour, HOUR_MS), windowWait(times, now, perDay, DAY_MS));
}

/** Until the wait after the last send is over. */
export function cooldownWait({ times, sinceLifted }: SendLog, now: number, limits: SendLimits): number {
  const last = times.at(-1);
  // Counted back from the last send and not from now, so that a wait once told never becomes shorter.
  const recent = times
    .slice(times.length - sinceLifted)
    .filter((time) => (last ?? 0) - time < HOUR_MS).length;
  const cooldown =
    recent === 0 ? 0 : (limits.cooldownsMs[Math.min(recent, limits.cooldownsMs.length) - 1] ?? 0);
  return last === undefined ? 0 : Math.max(0, last + cooldown - now);
}

/** Milliseconds until a sliding window has room for one more. */
export function windowWait(times: readonly number[], now: number, most: number, windowMs: number): number {
  const inside = times.filter((time) => now - time < windowMs);
  if (inside.length < most) return 0;
  // With a limit of 0 there is never room; the whole window is the honest wait.
  const leaves = most === 0 ? now : (inside[inside.length - most] as number);
  return leaves + windowMs - now;
}
