import { FactorError } from "../errors.ts";
import { createExpiringMap } from "./expiring-map.ts";
import type { TrustedDevices } from "./trusted.ts";

/** Trusted devices in this process's memory. A full map refuses what is new with `store_unavailable`. */
export function memoryTrusted(maxKeys: number): TrustedDevices {
  const accounts = createExpiringMap<Map<string, string>>(maxKeys);
  return {
    async add(account, id, value, now, { most, ttlMs }) {
      const devices = accounts.get(account, now);
      if (devices === undefined && accounts.full(now))
        throw new FactorError("store_unavailable", { retryAfter: 60 });
      const all = [...(devices ?? []), [id, value] as [string, string]].sort(([a], [b]) => (a < b ? -1 : 1));
      accounts.set(account, new Map(all.slice(-most)), now, ttlMs);
    },
    list: async (account, now) =>
      [...(accounts.get(account, now) ?? [])].map(([id, value]) => ({ id, value })),
    async replace(account, id, { before, after }, now) {
      const devices = accounts.get(account, now);
      if (devices?.get(id) !== before) return false;
      devices.set(id, after);
      return true;
    },
    async remove(account, id) {
      accounts.get(account, 0)?.delete(id);
    },
    removeAll: async (account) => accounts.delete(account),
  };
}
