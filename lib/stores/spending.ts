import type { SendLimit } from "../errors.ts";

/**
 * What sends are counted for over all accounts, because somebody may be paid for every message: premium destinations and
 * blocks of neighbouring numbers. Checked and counted in the same step as the number's own limits.
 */
export interface Spending {
  /** Counts per fixed window, six at most; a cap that is left out has no limit. */
  caps: readonly Cap[];
  /** Neighbouring numbers that were sent to. */
  neighbours?: Neighbours;
  /** Whether the codes of a calling code are used. */
  breaker?: Breaker;
}

/** At most so many sends in each window; `pauses` says that sends are paused then, rather than too frequent. */
export interface Cap {
  /** What is counted. */
  key: string;
  /** How many. */
  most: number;
  /** In how long. */
  windowMs: number;
  /** Over it, all who share it wait. */
  pauses: boolean;
  /** What it is called where it refuses. */
  limit: CapLimit;
}

/** Which limit was reached. */
export type CapLimit = Extract<SendLimit, "day" | "calling_code_day" | "calling_code_hour">;

/**
 * Sends to a block of 1000 neighbouring numbers. The counts of all blocks stand in one array of bytes per window: 64 kB
 * whatever the number of blocks, where a key each would cost more than the code itself. Two blocks share a cell now and then.
 */
export interface Neighbours {
  /** What is counted. */
  key: string;
  /** 0 to 65535. */
  cell: number;
  /** 255 at most. */
  most: number;
  /** In how long. */
  windowMs: number;
}

/** Pauses a calling code when too few of the codes that were sent to it in the last hour have passed. */
export interface Breaker {
  /** What is counted. */
  key: string;
  /** Sends before anything is decided. */
  minimum: number;
  /** Share of sends whose code passed, 0 to 1. */
  share: number;
  /** After the pause one send is let through; its code ends the pause, else it goes on. */
  pauseMs: number;
}

/** Sends are judged when the slot they fell in is over, so that people have had the time to type. */
export const SLOT_MS = 5 * 60_000;
/** Slots that a breaker looks back on: an hour. */
export const SLOTS = 12;
/** Into how many parts a window is cut. */
export const CELLS = 65_536;
/** Caps of one send, at most. */
export const MOST_CAPS = 6;
