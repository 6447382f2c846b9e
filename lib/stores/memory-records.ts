import { FactorError } from "../errors.ts";
import type { Records, SealedRecord } from "./records.ts";

/** Records in this process's memory; gone with it. */
export function memoryRecords(maxKeys: number): Records {
  const records = new Map<string, SealedRecord>();
  const holders = new Map<string, string>();
  const same = (one: SealedRecord | undefined, other: SealedRecord | undefined) =>
    one?.sealed === other?.sealed && one?.fingerprint === other?.fingerprint;

  return {
    async write({ id, record, taken, before }) {
      if (!same(records.get(id), before)) return false;
      if ([record.fingerprint, ...taken].some((each) => (holders.get(each) ?? id) !== id)) return false;
      if (before === undefined && records.size >= maxKeys)
        throw new FactorError("store_unavailable", { retryAfter: 60 });
      if (before !== undefined) holders.delete(before.fingerprint);
      records.set(id, record);
      holders.set(record.fingerprint, id);
      return true;
    },
    read: async (id) => records.get(id),
    find: async (fingerprints) =>
      fingerprints.map((each) => holders.get(each)).find((each) => each !== undefined),
    async remove(id, before) {
      if (!same(records.get(id), before)) return false;
      records.delete(id);
      holders.delete(before.fingerprint);
      return true;
    },
    scan: async () => ({ ids: [...records.keys()], cursor: "" }),
  };
}
