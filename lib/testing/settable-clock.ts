import type { Clock } from "../clock.ts";

/** A clock that stands still until it is told otherwise. */
export interface SettableClock extends Clock {
  /** Moves the time on. */
  advance(ms: number): void;
  /** Milliseconds since the epoch. */
  set(now: number): void;
}

/** A clock that stands still until it is set, for tests. */
export function settableClock(start: number = Date.now()): SettableClock {
  let now = start;
  const clock = (() => now) as SettableClock;
  clock.advance = (ms) => void (now += ms);
  clock.set = (time) => void (now = time);
  return clock;
}
