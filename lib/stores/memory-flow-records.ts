import { FactorError } from "../errors.ts";
import { createExpiringMap } from "./expiring-map.ts";
import type { FlowRecord, FlowRecords } from "./flow-records.ts";

/** Records of flows in this process's memory. A full map forgets nothing that is alive: what is new is refused with `store_unavailable`. */
export function memoryFlowRecords(maxKeys: number): FlowRecords {
  const records = createExpiringMap<FlowRecord>(maxKeys);
  const put = (key: string, record: FlowRecord, now: number, ttlMs: number) => {
    if (records.get(key, now) === undefined && records.full(now))
      throw new FactorError("store_unavailable", { retryAfter: 60 });
    records.set(key, { ...record }, now, ttlMs);
  };
  return {
    put: async (key, record, now, ttlMs) => put(key, record, now, ttlMs),
    async read(key, now) {
      const record = records.get(key, now);
      return record && { ...record };
    },
    async move(key, { from, to, toKey = key }, now, ttlMs) {
      const before = records.get(key, now);
      if (before?.generation !== from.generation || before.state !== from.state) return false;
      if (toKey !== key) records.delete(key);
      put(toKey, to, now, ttlMs);
      return true;
    },
    remove: async (key) => records.delete(key),
  };
}
