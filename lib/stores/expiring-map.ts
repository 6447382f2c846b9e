/** A Map whose entries expire by the caller's clock. It holds no timers: what expired is dropped as others are written. */
export interface ExpiringMap<Value> {
  get(key: string, now: number): Value | undefined;
  set(key: string, value: Value, now: number, ttlMs: number): void;
  /** Changes a live value, keeping its expiry. */
  change(key: string, now: number, change: (value: Value) => Value): void;
  delete(key: string): void;
  /** Whether there is no room for another live entry. */
  full(now: number): boolean;
}

/** Entries looked at per write: twice what a write adds, so that expired ones cannot pile up. */
const SWEPT_PER_WRITE = 2;

export function createExpiringMap<Value>(most: number): ExpiringMap<Value> {
  const entries = new Map<string, { value: Value; expiresAt: number }>();
  let cursor = entries.entries();
  /** No entry expires before this: a full map need not be searched again until then. */
  let nextExpiry = Number.POSITIVE_INFINITY;

  function sweep(now: number, howMany: number): void {
    for (let i = 0; i < howMany; i++) {
      const next = cursor.next();
      if (next.done === true) {
        cursor = entries.entries();
        return;
      }
      const [key, entry] = next.value;
      if (now >= entry.expiresAt) entries.delete(key);
    }
  }

  function live(key: string, now: number) {
    const entry = entries.get(key);
    return entry !== undefined && now < entry.expiresAt ? entry : undefined;
  }

  return {
    get: (key, now) => live(key, now)?.value,
    set(key, value, now, ttlMs) {
      sweep(now, SWEPT_PER_WRITE);
      entries.set(key, { value, expiresAt: now + ttlMs });
      nextExpiry = Math.min(nextExpiry, now + ttlMs);
    },
    change(key, now, change) {
      const entry = live(key, now);
      if (entry !== undefined) entry.value = change(entry.value);
    },
    delete: (key) => void entries.delete(key),
    full(now) {
      if (entries.size < most) return false;
      if (now < nextExpiry) return true;
      nextExpiry = Number.POSITIVE_INFINITY;
      for (const [key, { expiresAt }] of entries) {
        if (now >= expiresAt) entries.delete(key);
        else nextExpiry = Math.min(nextExpiry, expiresAt);
      }
      return entries.size >= most;
    },
  };
}
