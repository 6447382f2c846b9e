import RateLimiterMemory from "rate-limiter-flexible/lib/RateLimiterMemory.js";
import RateLimiterRes from "rate-limiter-flexible/lib/RateLimiterRes.js";
import { createDeadlines } from "../deadlines.ts";
import { tooManyRequests, type SendLimit } from "../errors.ts";
import type { Admission, LimiterPolicy, Store } from "../stores/store.ts";
import { networkOf } from "./network.ts";

/** One bucket per asker, by rate-limiter-flexible. Over the limit all of them refuse with `too_many_requests`. */
export interface IpLimiter {
  /** Counts one request of a client address. What is no address is told and not counted: one bucket for everybody would lock all out. */
  consume(ip: string | undefined): Promise<void>;
  /** Begins to, for a store that will not act before it is done. */
  admit(ip: string | undefined): Admission | undefined;
  /** Counts one request of an account, whatever its address. */
  consumeForAccount(account: string): Promise<void>;
}

/** A paused store must not hang the limiter; the memory takes over. */
const PATIENCE_MS = 250;

export function createIpLimiter(
  store: Store,
  policy: LimiterPolicy,
  fingerprint: (value: string) => string,
  onNoAddress: () => void = () => {},
): IpLimiter {
  const limiter = store.limiter(policy);
  const deadlines = createDeadlines(PATIENCE_MS, () => new Error("limiter: no answer"));
  const insurance = new RateLimiterMemory({ points: policy.points, duration: policy.durationSeconds });

  const keyOf = (who: string) => fingerprint(`${policy.name} ${who}`);

  function count(key: string, limit: SendLimit): Promise<void> {
    const refuseOver = refusing(limit);
    return deadlines
      .race(() => limiter.consume(key))
      .then(passed, (rejection) => {
        refuseOver(rejection);
        return insurance.consume(key).then(passed, refuseOver);
      });
  }

  function admit(ip: string | undefined): Admission | undefined {
    const network = networkOf(ip);
    if (network === undefined) {
      onNoAddress();
      return undefined;
    }
    const key = keyOf(network);
    const counted = count(key, "address");
    // What fails for another reason first leaves nobody who listens.
    counted.catch(() => {});
    return { counted, bucket: { limiter: policy.name, key, points: policy.points } };
  }

  return {
    admit,
    consume: async (ip) => admit(ip)?.counted,
    consumeForAccount: async (account) => count(keyOf(`account ${account}`), "account"),
  };
}

/** The same limiter for who asks on behalf of others, and whose own address says nothing of them. */
export function withoutAddresses({ consumeForAccount }: IpLimiter): IpLimiter {
  return { admit: () => undefined, consume: async () => {}, consumeForAccount };
}

function passed(): void {}

/** rate-limiter-flexible rejects with its answer when the limit is reached, and with an Error when it broke. */
const refusing =
  (limit: SendLimit) =>
  (rejection: unknown): void => {
    if (rejection instanceof RateLimiterRes) throw tooManyRequests(rejection.msBeforeNext, limit);
  };
