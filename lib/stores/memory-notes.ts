import { FactorError } from "../errors.ts";
import { createExpiringMap } from "./expiring-map.ts";
import type { Notes } from "./notes.ts";

/** Notes in this process's memory. A full map forgets nothing that is alive: what is new is refused with `store_unavailable`. */
export function memoryNotes(maxKeys: number): Notes {
  const notes = createExpiringMap<string>(maxKeys);
  const put = (key: string, value: string, now: number, ttlMs: number) => {
    if (notes.get(key, now) === undefined && notes.full(now))
      throw new FactorError("store_unavailable", { retryAfter: 60 });
    notes.set(key, value, now, ttlMs);
  };
  return {
    put: async (key, value, now, ttlMs) => put(key, value, now, ttlMs),
    read: async (key, now) => notes.get(key, now),
    async take(key, now) {
      const value = notes.get(key, now);
      notes.delete(key);
      return value;
    },
    async drop(key, value, now) {
      if (notes.get(key, now) === value) notes.delete(key);
    },
    async advance(key, { rank, value }, now, ttlMs) {
      const before = notes.get(key, now);
      if (before !== undefined && Number.parseInt(before, 10) >= rank) return false;
      put(key, `${rank} ${value}`, now, ttlMs);
      return true;
    },
  };
}
