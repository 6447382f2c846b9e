import { isIP, isIPv6 } from "node:net";
import { RateLimiterMemory, RateLimiterRes, type RateLimiterAbstract } from "rate-limiter-flexible";
import { createDeadlines, type Deadlines } from "../deadlines.ts";
import type { LimiterPolicy, Store } from "../stores/store.ts";

export type LimiterDecision = { ok: true } | { ok: false; retryAfterMs: number };

/** One bucket per asker, by rate-limiter-flexible. */
export interface IpLimiter {
  /** Counts one request of a client address. Without an address nothing is counted: one bucket for everybody would lock all out. */
  consume(ip: string | undefined): Promise<LimiterDecision>;
  /** Counts one request of anything else that asks, such as an account. */
  consumeFor(who: string): Promise<LimiterDecision>;
}

const OK: LimiterDecision = { ok: true };

/** A paused store must not hang the limiter; the memory takes over. */
const PATIENCE_MS = 250;

export function createIpLimiter(
  store: Store,
  policy: LimiterPolicy,
  fingerprint: (value: string) => string,
): IpLimiter {
  const limiter = store.limiter(policy);
  const deadlines = createDeadlines(PATIENCE_MS, () => new Error("limiter: no answer"));
  const insurance = new RateLimiterMemory({ points: policy.points, duration: policy.durationSeconds });

  async function consumeFor(who: string): Promise<LimiterDecision> {
    const key = fingerprint(`${policy.name} ${who}`);
    try {
      return await decide(limiter, key, deadlines);
    } catch {
      return decide(insurance, key, deadlines);
    }
  }

  return {
    consumeFor,
    async consume(ip) {
      const network = networkOf(ip);
      return network === undefined ? { ok: true } : consumeFor(network);
    },
  };
}

async function decide(
  limiter: RateLimiterAbstract,
  key: string,
  deadlines: Deadlines,
): Promise<LimiterDecision> {
  try {
    await deadlines.race(() => limiter.consume(key));
    return OK;
  } catch (rejection) {
    // rate-limiter-flexible rejects with its answer when the limit is reached, and with an Error when it broke.
    if (rejection instanceof RateLimiterRes) return { ok: false, retryAfterMs: rejection.msBeforeNext };
    throw rejection;
  }
}

/** The network that one asker can pick addresses from: an IPv4 address, or an IPv6 /64. */
export function networkOf(ip: string | undefined): string | undefined {
  const address = ip?.split("%")[0] ?? "";
  if (isIP(address) === 0) return undefined;
  if (!isIPv6(address)) return address;
  // The URL parser writes an IPv6 address in its one canonical form.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
  return ipv4Of(groups) ?? `${groups.slice(0, 4).join(":")}::/64`;
}

/** The IPv4 address inside `::ffff:a.b.c.d` (RFC 4291, 2.5.5.2), however it was spelled; all of them share one /64. */
function ipv4Of(groups: readonly string[]): string | undefined {
  if (groups[5] !== "ffff" || groups.slice(0, 5).some((group) => group !== "0")) return undefined;
  const bytes = groups
    .slice(6)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  return bytes.join(".");
}
