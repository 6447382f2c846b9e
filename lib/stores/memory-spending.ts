import { createExpiringMap } from "./expiring-map.ts";
import { HOUR_MS } from "./send-log.ts";
import { SLOT_MS, SLOTS, type Breaker, type Spending } from "./spending.ts";

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
  | { outcome: "free" }
  | { outcome: "limited"; retryAfterMs: number }
  | { outcome: "paused"; retryAfterMs: number; tripped: boolean };

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

  function lookAtBreaker(breaker: Breaker, now: number): SpendingAnswer {
    const state = breakers.get(breaker.key, now);
    if (state?.pausedUntil !== undefined) {
      const retryAfterMs = state.pausedUntil - now;
      return retryAfterMs > 0 ? { outcome: "paused", retryAfterMs, tripped: false } : { outcome: "free" };
    }
    if (
      state === undefined ||
      state.slots.get(slotOf(now))?.sent !== undefined ||
      !trips(state, breaker, now)
    )
      return { outcome: "free" };
    state.pausedUntil = now + breaker.pauseMs;
    breakers.set(breaker.key, state, now, breaker.pauseMs + 2 * HOUR_MS);
    return { outcome: "paused", retryAfterMs: breaker.pauseMs, tripped: true };
  }

  return {
    look({ caps, neighbours, breaker }, now) {
      const crowded =
        neighbours !== undefined && (counts.get(cellKey(neighbours), now) ?? 0) >= neighbours.most;
      const near = crowded ? windowEnd(neighbours.windowMs, now) : 0;
      const full = caps.filter((cap) => (counts.get(cap.key, now) ?? 0) >= cap.most);
      const longest = (pauses: boolean) =>
        Math.max(
          0,
          ...full.filter((cap) => cap.pauses === pauses).map((cap) => windowEnd(cap.windowMs, now)),
        );
      const tooMany = Math.max(near, longest(false));
      if (tooMany > 0) return { outcome: "limited", retryAfterMs: tooMany };
      const broken = breaker === undefined ? ({ outcome: "free" } as const) : lookAtBreaker(breaker, now);
      const wait = Math.max(longest(true), broken.outcome === "paused" ? broken.retryAfterMs : 0);
      if (wait === 0) return { outcome: "free" };
      return {
        outcome: "paused",
        retryAfterMs: wait,
        tripped: broken.outcome === "paused" && broken.tripped,
      };
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
