import { digestKey } from "../crypto/secret.ts";
import { CELLS, type Cap, type CapLimit, type Spending } from "../stores/spending.ts";
import type { Budget } from "./budgets.ts";
import type { ChallengeRef } from "./challenge.ts";

/** Limits over all accounts; what is undefined has no limit. */
export interface SpendingLimits {
  sendsPerDay: number | undefined;
  sendsPerCallingCodePerDay: number | undefined;
  sendsPerCallingCodePerHour: number | undefined;
  sendsPerBlock: number | undefined;
  breaker: { share: number; minimum: number; pauseSeconds: number } | undefined;
}

/** What is paid for a send, and in which kind of destination: each has caps and breakers of its own. */
type Paid = Pick<ChallengeRef, "kind" | "area">;

/**
 * What a send is counted for, besides its address itself: what its budget has for itself, and what is everybody's. Nothing where it has no area: it costs no
 * money, as a mail does, or is sent to nobody.
 */
export interface SpendingPlan {
  spendingOf(paid: Paid, budget: Budget, now: number): Spending | undefined;
  breakerKeyOf(paid: Paid, budget: Budget): string | undefined;
}

/**
 * A number on file, asked for where its owner has proven it before, is no destination that somebody picks to be paid for: neither breaker nor blocks
 * hold it up. Else whoever owns a few numbers of a country, or of a block, could shut its people out.
 */
const isPicked = (budget: Budget) => budget !== "known device";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The window of a block of neighbours. */
export const BLOCK_MS = 10 * 60_000;

export function createSpendingPlan(limits: SpendingLimits, tenant: string): SpendingPlan {
  const { breaker, sendsPerBlock } = limits;
  // A few hundred calling codes at most: what never changes is digested once.
  const breakerKeys = new Map<string, string>();
  const blocks = new Map<string, { index: number; key: string }>();

  function breakerKey(kind: string, code: string, budget: Budget): string {
    const name = `${kind} ${budget} ${code}`;
    const key = breakerKeys.get(name) ?? digestKey(["breaker", tenant, kind, budget, code]);
    breakerKeys.set(name, key);
    return key;
  }

  function breakerFor(kind: string, code: string, budget: Budget): Spending["breaker"] {
    if (breaker === undefined) return undefined;
    const { minimum, share, pauseSeconds } = breaker;
    return { key: breakerKey(kind, code, budget), minimum, share, pauseMs: pauseSeconds * 1000 };
  }

  function blockKey(kind: string, budget: Budget, now: number): string {
    const index = Math.floor(now / BLOCK_MS);
    const name = `${kind} ${budget}`;
    const known = blocks.get(name);
    if (known?.index === index) return known.key;
    const key = digestKey(["neighbours", tenant, kind, budget, String(index)]);
    blocks.set(name, { index, key });
    return key;
  }

  function neighboursFor(kind: string, block: string, budget: Budget, now: number): Spending["neighbours"] {
    if (sendsPerBlock === undefined) return undefined;
    const cell = cellOf(block);
    return { key: blockKey(kind, budget, now), cell, most: sendsPerBlock, windowMs: BLOCK_MS };
  }

  function capsFor(kind: string, code: string, budget: Budget, now: number): Cap[] {
    const cap = (limit: CapLimit, who: string, most: number | undefined): Cap[] => {
      if (most === undefined) return [];
      const windowMs = limit === "calling_code_hour" ? HOUR_MS : DAY_MS;
      const pauses = limit !== "calling_code_hour";
      const keyOf = (whose: string) =>
        digestKey(["cap", tenant, kind, limit, whose, who, String(Math.floor(now / windowMs))]);
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
    breakerKeyOf: ({ kind, area }, budget) =>
      breaker === undefined || area === undefined || !isPicked(budget)
        ? undefined
        : breakerKey(kind, area.code, budget),
    spendingOf({ kind, area }, budget, now) {
      if (area === undefined) return undefined;
      const { code, block } = area;
      const caps = capsFor(kind, code, budget, now);
      const neighbours = isPicked(budget) ? neighboursFor(kind, block, budget, now) : undefined;
      const judged = isPicked(budget) ? breakerFor(kind, code, budget) : undefined;
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
