import RateLimiterRes from "rate-limiter-flexible/lib/RateLimiterRes.js";
import { memoryStore, type Store } from "../../lib/index.ts";
import type { SettableClock } from "../../lib/testing/settable-clock.ts";

/** A store in memory whose windows of addresses and accounts move with the test's clock, as all its other limits do. */
export function clockedStore(clock: SettableClock): Store {
  return { ...memoryStore(), limiter: (policy) => clockedLimiter(clock, policy) };
}

function clockedLimiter(
  clock: SettableClock,
  { points, durationSeconds }: Parameters<Store["limiter"]>[0],
): ReturnType<Store["limiter"]> {
  const windows = new Map<string, { endsAt: number; count: number }>();
  const consume = async (key: string): Promise<RateLimiterRes> => {
    const now = clock();
    const open = windows.get(key);
    const window =
      open !== undefined && now < open.endsAt ? open : { endsAt: now + durationSeconds * 1000, count: 0 };
    window.count += 1;
    windows.set(key, window);
    const said = new RateLimiterRes(
      Math.max(0, points - window.count),
      window.endsAt - now,
      window.count,
      false,
    );
    // rate-limiter-flexible rejects with its answer.
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors
    if (window.count > points) return Promise.reject(said);
    return said;
  };
  return { consume } as unknown as ReturnType<Store["limiter"]>;
}
