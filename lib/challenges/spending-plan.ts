import { callingCodeOf } from "../phone/calling-code.ts";
import { digestKey } from "../secret.ts";
import { CELLS, type Cap, type Spending } from "../stores/spending.ts";

/** Limits over all accounts; what is undefined has no limit. */
export interface SpendingLimits {
  sendsPerDay: number | undefined;
  sendsPerCallingCodePerDay: number | undefined;
  sendsPerCallingCodePerHour: number | undefined;
  sendsPerBlock: number | undefined;
  breaker: { share: number; minimum: number; pauseSeconds: number } | undefined;
}

/** What a send to a number is counted for, besides the number itself. */
export interface SpendingPlan {
  spendingOf(to: string, now: number): Spending | undefined;
  breakerKeyOf(to: string): string | undefined;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The window of a block of neighbours. */
export const BLOCK_MS = 10 * 60_000;

export function createSpendingPlan(limits: SpendingLimits, tenant: string): SpendingPlan {
  const { breaker, sendsPerBlock } = limits;
  // A few hundred calling codes at most: what never changes is digested once.
  const breakerKeys = new Map<string, string>();
  let block = { index: -1, key: "" };

  function breakerKey(code: string): string {
    const key = breakerKeys.get(code) ?? digestKey(["breaker", tenant, code]);
    breakerKeys.set(code, key);
    return key;
  }

  function blockKey(now: number): string {
    const index = Math.floor(now / BLOCK_MS);
    if (block.index !== index) block = { index, key: digestKey(["neighbours", tenant, String(index)]) };
    return block.key;
  }

  function capsFor(code: string, now: number): Cap[] {
    const cap = (name: string, who: string, most: number | undefined, windowMs: number, pauses: boolean) =>
      most === undefined
        ? []
        : [
            {
              key: digestKey(["cap", tenant, name, who, String(Math.floor(now / windowMs))]),
              most,
              windowMs,
              pauses,
            },
          ];
    return [
      ...cap("day", "", limits.sendsPerDay, DAY_MS, true),
      ...cap("code-day", code, limits.sendsPerCallingCodePerDay, DAY_MS, true),
      ...cap("code-hour", code, limits.sendsPerCallingCodePerHour, HOUR_MS, false),
    ];
  }

  return {
    breakerKeyOf: (to) => (breaker === undefined ? undefined : breakerKey(callingCodeOf(to))),
    spendingOf(to, now) {
      const code = callingCodeOf(to);
      const caps = capsFor(code, now);
      if (caps.length === 0 && breaker === undefined && sendsPerBlock === undefined) return undefined;
      return {
        caps,
        ...(sendsPerBlock === undefined
          ? {}
          : {
              neighbours: {
                key: blockKey(now),
                cell: cellOf(to.slice(0, -3)),
                most: sendsPerBlock,
                windowMs: BLOCK_MS,
              },
            }),
        ...(breaker === undefined
          ? {}
          : {
              breaker: {
                key: breakerKey(code),
                minimum: breaker.minimum,
                share: breaker.share,
                pauseMs: breaker.pauseSeconds * 1000,
              },
            }),
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
