import { isIP } from "node:net";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { createDeadlines } from "../deadlines.ts";
import { tooManyRequests } from "../errors.ts";
import type { Admission, LimiterPolicy, Store } from "../stores/store.ts";

/** One bucket per asker, by rate-limiter-flexible. Over the limit all of them refuse with `too_many_requests`. */
export interface IpLimiter {
  /** Counts one request of a client address. Without an address nothing is counted: one bucket for everybody would lock all out. */
  consume(ip: string | undefined): Promise<void>;
  /** Begins to, for a store that will not act before it is done. */
  admit(ip: string | undefined): Admission | undefined;
  /** Counts one request of anything else that asks, such as an account. */
  consumeFor(who: string): Promise<void>;
}

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

  const keyOf = (who: string) => fingerprint(`${policy.name} ${who}`);

  const count = (key: string): Promise<void> =>
    deadlines
      .race(() => limiter.consume(key))
      .then(passed, (rejection) => {
        refuseOver(rejection);
        return insurance.consume(key).then(passed, refuseOver);
      });

  function admit(ip: string | undefined): Admission | undefined {
    const network = networkOf(ip);
    if (network === undefined) return undefined;
    const key = keyOf(network);
    const counted = count(key);
    // What fails for another reason first leaves nobody who listens.
    counted.catch(() => {});
    return { counted, bucket: { limiter: policy.name, key, points: policy.points } };
  }

  return { admit, consume: async (ip) => admit(ip)?.counted, consumeFor: async (who) => count(keyOf(who)) };
}

function passed(): void {}

/** rate-limiter-flexible rejects with its answer when the limit is reached, and with an Error when it broke. */
function refuseOver(rejection: unknown): void {
  if (rejection instanceof RateLimiterRes) throw tooManyRequests(rejection.msBeforeNext);
}

/** The network that one asker can pick addresses from: an IPv4 address, or an IPv6 /64. */
export function networkOf(ip: string | undefined): string | undefined {
  const address = ip?.replace(/%.*/, "") ?? "";
  const version = isIP(address);
  if (version === 0) return undefined;
  if (version === 4) return address;
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
