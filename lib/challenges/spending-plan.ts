import { callingCodeOf } from "../phone/calling-code.ts";
import { digestKey } from "../crypto/secret.ts";
import { CELLS, type Cap, type CapLimit, type Spending } from "../stores/spending.ts";
import type { Budget } from "./budgets.ts";

/** Limits over all accounts; what is undefined has no limit. */
export interface SpendingLimits {
  sendsPerDay: number | undefined;
  sendsPerCallingCodePerDay: number | undefined;
  sendsPerCallingCodePerHour: number | undefined;
  sendsPerBlock: number | undefined;
  breaker: { share: number; minimum: number; pauseSeconds: number } | undefined;
}

/** What a send to a number is counted for, besides the number itself: what its budget has for itself, and what is everybody's. */
export interface SpendingPlan {
  spendingOf(to: string, budget: Budget, now: number): Spending | undefined;
  breakerKeyOf(to: string, budget: Budget): string | undefined;
}

/**
 * A number on file, asked for where its owner has proven it before, is no destination that somebody picks to be paid for: neither breaker nor blocks
 * hold it up. Else whoever owns a few numbers of a country, or of a block, could shut its people out. Nor does what is no number: a decoy sends nothing.
 */
const isPicked = (to: string, budget: Budget) => budget !== "known device" && to.startsWith("+");

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The window of a block of neighbours. */
export const BLOCK_MS = 10 * 60_000;

export function createSpendingPlan(limits: SpendingLimits, tenant: string): SpendingPlan {
  const { breaker, sendsPerBlock } = limits;
  // A few hundred calling codes at most: what never changes is digested once.
  const breakerKeys = new Map<string, string>();
  const blocks = new Map<Budget, { index: number; key: string }>();

  function breakerKey(code: string, budget: Budget): string {
    const name = `${budget} ${code}`;
    const key = breakerKeys.get(name) ?? digestKey(["breaker", tenant, budget, code]);
    breakerKeys.set(name, key);
    return key;
  }

  function breakerFor(code: string, budget: Budget): Spending["breaker"] {
    if (breaker === undefined) return undefined;
    const { minimum, share, pauseSeconds } = breaker;
    return { key: breakerKey(code, budget), minimum, share, pauseMs: pauseSeconds * 1000 };
  }

  function blockKey(budget: Budget, now: number): string {
    const index = Math.floor(now / BLOCK_MS);
    const known = blocks.get(budget);
    if (known?.index === index) return known.key;
    const key = digestKey(["neighbours", tenant, budget, String(index)]);
    blocks.set(budget, { index, key });
    return key;
  }

  function neighboursFor(to: string, budget: Budget, now: number): Spending["neighbours"] {
    if (sendsPerBlock === undefined) return undefined;
    const cell = cellOf(to.slice(0, -3));
    return { key: blockKey(budget, now), cell, most: sendsPerBlock, windowMs: BLOCK_MS };
  }

  function capsFor(code: string, budget: Budget, now: number): Cap[] {
    const cap = (limit: CapLimit, who: string, most: number | undefined): Cap[] => {
      if (most === undefined) return [];
      const windowMs = limit === "calling_code_hour" ? HOUR_MS : DAY_MS;
      const pauses = limit !== "calling_code_hour";
      const keyOf = (whose: string) =>
        digestKey(["cap", tenant, limit, whose, who, String(Math.floor(now / windowMs))]);
      const all = { key: keyOf("all"), most, windowMs, pauses, limit };
      if (budget === "known device" || budget === "login") return [all];
      // Sign-ups and registrations together have half of it: strangers cannot spend what logins need.
      return [all, { ...all, key: keyOf("new numbers"), most: Math.ceil(most / 2) }];
    };
    return [
      ...cap("day", "", limits.sendsPerDay),
      ...cap("calling_code_day", code, limits.sendsPerCallingCodePerDay),
      ...cap("calling_code_hour", code, limits.sendsPerCallingCodePerHour),
    ];
  }

  return {
    breakerKeyOf: (to, budget) =>
      breaker === undefined || !isPicked(to, budget) ? undefined : breakerKey(callingCodeOf(to), budget),
    spendingOf(to, budget, now) {
      if (!to.startsWith("+")) return undefined;
      const code = callingCodeOf(to);
      const caps = capsFor(code, budget, now);
      const neighbours = isPicked(to, budget) ? neighboursFor(to, budget, now) : undefined;
      const judged = isPicked(to, budget) ? breakerFor(code, budget) : undefined;
      if (caps.length === 0 && judged === undefined && neighbours === undefined) return undefined;
      return {
        caps,
        ...(neighbours === undefined ? {} : { neighbours }),
        ...(judged === undefined ? {} : { breaker: judged }),
      };
    },
  };
}

/** FNV-1a: spreads blocks evenly over the cells; nothing secret hangs on it. */
function cellOf(block: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < block.length; i++) hash = Math.imul(hash ^ block.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 16)) & (CELLS - 1);
}
