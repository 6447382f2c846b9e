import { createExpiringMap } from "./expiring-map.ts";
import { HOUR_MS } from "./send-log.ts";
import { SLOT_MS, SLOTS, type Breaker, type CapLimit, type Spending } from "./spending.ts";
import type { IssueAnswer } from "./store.ts";
import { longest, type Waiting } from "./waiting.ts";

interface BreakerState {
  slots: Map<number, Slot>;
  pausedUntil?: number;
  onTrial?: boolean;
}

interface Slot {
  /** Undefined before the first send; who sends first in a slot has the breaker judge. */
  sent: number | undefined;
  passed: number;
}

export type SpendingAnswer =
  { outcome: "free" } | Extract<IssueAnswer, { outcome: "limited" } | { outcome: "paused" }>;

/** What is counted over all accounts, in this process's memory. */
export interface SpendingBook {
  look(spending: Spending, now: number): SpendingAnswer;
  count(spending: Spending, now: number): void;
  /** A code passed; whether that ended a pause. */
  passed(breakerKey: string, now: number): boolean;
  /** It had not. */
  unpassed(breakerKey: string, now: number): void;
  /** A message was never taken. */
  undelivered(breakerKey: string, now: number): void;
}

const slotOf = (now: number) => Math.floor(now / SLOT_MS);

export function memorySpending(maxKeys: number): SpendingBook {
  const counts = createExpiringMap<number>(maxKeys);
  const breakers = createExpiringMap<BreakerState>(maxKeys);
  const windowEnd = (windowMs: number, now: number) => windowMs - (now % windowMs);
  const cellKey = (near: NonNullable<Spending["neighbours"]>) => `${near.key} ${near.cell}`;

  /** How long the breaker is open, and whether this look opened it. */
  function breakerWait(breaker: Breaker | undefined, now: number): { wait: number; tripped: boolean } {
    const state = breaker === undefined ? undefined : breakers.get(breaker.key, now);
    if (breaker === undefined || state === undefined) return { wait: 0, tripped: false };
    if (state.pausedUntil !== undefined)
      return { wait: Math.max(0, state.pausedUntil - now), tripped: false };
    if (state.slots.get(slotOf(now))?.sent !== undefined || !trips(state, breaker, now))
      return { wait: 0, tripped: false };
    state.pausedUntil = now + breaker.pauseMs;
    breakers.set(breaker.key, state, now, breaker.pauseMs + 2 * HOUR_MS);
    return { wait: breaker.pauseMs, tripped: true };
  }

  return {
    look({ caps, neighbours, breaker }, now) {
      const crowded =
        neighbours !== undefined && (counts.get(cellKey(neighbours), now) ?? 0) >= neighbours.most;
      const near: Waiting = ["block", crowded ? windowEnd(neighbours.windowMs, now) : 0];
      const full = caps.filter((cap) => (counts.get(cap.key, now) ?? 0) >= cap.most);
      const waits = (pauses: boolean) =>
        full
          .filter((cap) => cap.pauses === pauses)
          .map((cap): Waiting<CapLimit> => [cap.limit, windowEnd(cap.windowMs, now)]);
      const [limit, wait] = longest(near, ...waits(false));
      if (wait > 0) return { outcome: "limited", retryAfterMs: wait, limit };
      const broken = breakerWait(breaker, now);
      const [pausedBy, pause] = longest<"breaker" | CapLimit>(["breaker", broken.wait], ...waits(true));
      if (pause === 0) return { outcome: "free" };
      return { outcome: "paused", retryAfterMs: pause, limit: pausedBy, tripped: broken.tripped };
    },
    count({ caps, neighbours, breaker }, now) {
      const add = (key: string, windowMs: number) =>
        counts.set(key, (counts.get(key, now) ?? 0) + 1, now, windowMs);
      for (const cap of caps) add(cap.key, cap.windowMs);
      if (neighbours !== undefined) add(cellKey(neighbours), neighbours.windowMs);
      if (breaker === undefined) return;
      const state: BreakerState = breakers.get(breaker.key, now) ?? { slots: new Map() };
      if (state.pausedUntil !== undefined) {
        state.pausedUntil = now + breaker.pauseMs;
        state.onTrial = true;
      }
      const current = slot(state, now);
      current.sent = (current.sent ?? 0) + 1;
      breakers.set(breaker.key, state, now, breaker.pauseMs + 2 * HOUR_MS);
    },
    passed(key, now) {
      const state = breakers.get(key, now);
      if (state === undefined) return false;
      if (state.onTrial === true) breakers.delete(key);
      else slot(state, now).passed += 1;
      return state.onTrial === true;
    },
    unpassed(key, now) {
      const counted = breakers.get(key, now)?.slots.get(slotOf(now));
      if (counted !== undefined && counted.passed > 0) counted.passed -= 1;
    },
    undelivered(key, now) {
      const sent = breakers.get(key, now)?.slots.get(slotOf(now));
      if (sent?.sent !== undefined) sent.sent -= 1;
    },
  };
}

function slot(state: BreakerState, now: number): Slot {
  const current = slotOf(now);
  for (const each of state.slots.keys()) if (each < current - 2 * SLOTS) state.slots.delete(each);
  const found = state.slots.get(current) ?? { sent: undefined, passed: 0 };
  state.slots.set(current, found);
  return found;
}

/** Sends of the last slot are not judged yet: people need time to type. Their passed codes count already. */
function trips({ slots }: BreakerState, { minimum, share }: Breaker, now: number): boolean {
  const current = slotOf(now);
  let [sent, passed] = [0, slots.get(current - 1)?.passed ?? 0];
  for (let back = 2; back <= SLOTS + 1; back++) {
    sent += slots.get(current - back)?.sent ?? 0;
    passed += slots.get(current - back)?.passed ?? 0;
  }
  return sent >= minimum && passed < share * sent;
}
