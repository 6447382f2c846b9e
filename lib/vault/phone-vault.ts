import { randomUUID } from "node:crypto";
import { checkedRecords } from "../stores/checked-records.ts";
import type { SealedRecord } from "../stores/records.ts";
import type { Store } from "../stores/store.ts";
import { vaultTenant } from "./tenant.ts";
import { checkNames } from "../options.ts";

/** What was done with a number, and why; for the app's own records. No number stands in it. */
export interface VaultAct {
  /** What was done. */
  act: "register" | "reveal" | "change" | "delete";
  /** The id of the number in the vault. */
  id: string;
  /** Why, as the caller said. */
  reason: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Options of `vault`; docs/options.md has every default, unit and range. */
export interface VaultOptions {
  /** At least 32 characters; a list of up to four rotates: the first seals, all open. */
  secret: string | readonly string[];
  /** Numbers are unique within it, and no other tenant's vault knows their ids. @default "default" */
  tenant?: string;
  /** Told of every act. What it throws, or rejects with, stops the act: what is not written down is not done. */
  audit?: (act: VaultAct) => void | Promise<void>;
}

/**
 * Phone numbers away from the app's database, which holds only their opaque ids: sealed with AES-256-GCM for their id, found by a keyed
 * fingerprint, unique also under a race. All throw `store_unavailable`.
 */
export interface PhoneVault {
  /** The new number's id; undefined where another id holds the number. */
  register(phone: string, reason?: string): Promise<string | undefined>;
  /** The number (E.164); undefined for an id that is not there. Throws when it was sealed under a secret that is gone. */
  reveal(id: string, reason: string): Promise<string | undefined>;
  /** The number behind an id; undefined where there is none. */
  find(phone: string): Promise<string | undefined>;
  /** Puts another number under the id. Answers false where another id holds it, or the id is not there. */
  change(id: string, phone: string, reason?: string): Promise<boolean>;
  /** Erases every key that holds the number. Answers false for an id that is not there. */
  delete(id: string, reason?: string): Promise<boolean>;
}

/** More than any store of ours takes. */
const TIMEOUT_MS = 10_000;
/** Who else writes at the same moment is waited for this often. */
const TRIES = 3;

/**
 * @example
 * const vault = phoneVault(redisStore(redis), { secret: process.env.FACTORS_SECRET! });
 * const accounts = { phone: (user) => user.authy_id && vault.reveal(user.authy_id, "second factor"), ... };
 */
export function phoneVault(store: Pick<Store, "records">, options: VaultOptions): PhoneVault {
  checkNames("phoneVault", options, { secret: true, tenant: true, audit: true });
  const { secret, tenant, audit } = options;
  const records = checkedRecords(store, TIMEOUT_MS);
  const { box, keyOf, idOf, fingerprintsOf } = vaultTenant(secret, tenant);
  const told = async (act: VaultAct["act"], id: string, reason: string) =>
    audit?.({ act, id, reason, at: Date.now() });

  function sealed(id: string, phone: string): { record: SealedRecord; taken: string[] } {
    if (!/^\+[1-9]\d{6,14}$/.test(phone)) throw new TypeError("phoneVault: a number must be E.164");
    const taken = fingerprintsOf(phone);
    return { record: { sealed: box.seal(phone, keyOf(id)), fingerprint: taken[0] as string }, taken };
  }

  /** Reads and changes; once more where somebody else was quicker. */
  async function changing(
    id: string,
    change: (before: SealedRecord) => Promise<boolean | "again">,
  ): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      const before = await records.read(keyOf(id));
      if (before === undefined) return false;
      const answer = await change(before);
      if (answer !== "again") return answer;
    }
    return false;
  }

  async function holderOf(taken: string[]): Promise<string | undefined> {
    const key = await records.find(taken);
    return key === undefined ? undefined : idOf(key);
  }

  return {
    async register(phone, reason = "registered") {
      const id = randomUUID();
      const what = sealed(id, phone);
      await told("register", id, reason);
      return (await records.write({ id: keyOf(id), ...what, before: undefined })) ? id : undefined;
    },
    async reveal(id, reason) {
      const record = await records.read(keyOf(id));
      if (record === undefined) return undefined;
      await told("reveal", id, reason);
      const phone = box.open(record.sealed, keyOf(id));
      if (phone === undefined)
        throw new Error("phoneVault: a number was sealed under a secret that is not set now");
      return phone;
    },
    find: async (phone) => holderOf(fingerprintsOf(phone)),
    async change(id, phone, reason = "changed") {
      const what = sealed(id, phone);
      await told("change", id, reason);
      return changing(id, async (before) => {
        if (await records.write({ id: keyOf(id), ...what, before })) return true;
        return ((await holderOf(what.taken)) ?? id) === id ? "again" : false;
      });
    },
    async delete(id, reason = "deleted") {
      await told("delete", id, reason);
      return changing(id, async (before) => ((await records.remove(keyOf(id), before)) ? true : "again"));
    },
  };
}
