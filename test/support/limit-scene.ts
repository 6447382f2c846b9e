import assert from "node:assert/strict";
import type { Asker } from "./store-scene.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A refused send says when it will be taken: not a millisecond before, and then it is. */
export async function opensExactlyAfter(
  me: Asker,
  waitMs: number,
  changes: Parameters<Asker["issue"]>[0] = {},
): Promise<void> {
  const wait = async () => {
    const answer = await me.issue(changes);
    return answer.outcome === "limited" ? answer.retryAfterMs : answer.outcome;
  };
  assert.equal(await wait(), waitMs);
  me.advance(waitMs - 1);
  assert.equal(await wait(), 1);
  me.advance(1);
  await me.issued(changes);
}

export async function wrongInARow(me: Asker, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    assert.notEqual((await me.wrong()).outcome, "disabled", `after ${i} wrong guesses`);
  }
}

/** Limits that leave only the one in question. */
export const FREE = { cooldownsMs: [0], perHour: 1000, perDay: 1000 };
export const PATIENT = { perCode: 1000, perHour: 1000, inARow: 1000 };
