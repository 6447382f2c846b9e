import type { Records } from "../stores/records.ts";
import { vaultTenant, type VaultTenant } from "./tenant.ts";

/** How far a rotation is. */
export interface Rotation {
  seen: number;
  /** Sealed anew under the first secret. */
  sealed: number;
  /** Sealed under none of the secrets: left as they are. */
  unopened: number;
  /** Changed by somebody else at each try, or their fingerprint is another number's: left as they are. */
  failed: number;
  /** Other tenants' numbers: not looked at. */
  others: number;
  /** Where to go on; empty at the end. */
  cursor: string;
}

/** Who else writes at the same moment is waited for this often. */
const TRIES = 5;

/**
 * Seals every number of one tenant's vault under the first secret. Page by page: what it yields can be kept, and a rotation that was stopped goes
 * on from its cursor. Who reads or changes a number meanwhile is not disturbed.
 */
export async function* rotateVault(
  records: Records,
  { secret, tenant, cursor = "" }: { secret: string | readonly string[]; tenant?: string; cursor?: string },
): AsyncGenerator<Rotation> {
  const all = vaultTenant(secret, tenant);
  const newest = vaultTenant(typeof secret === "string" ? secret : (secret[0] as string), tenant);
  const sofar = { seen: 0, sealed: 0, unopened: 0, failed: 0, others: 0 };
  let next = cursor;
  do {
    const page = await records.scan(next);
    for (const key of page.ids) {
      if (all.idOf(key) === undefined) {
        sofar.others++;
        continue;
      }
      sofar.seen++;
      const outcome = await sealAnew(records, key, all, newest);
      if (outcome !== "fine") sofar[outcome]++;
    }
    next = page.cursor;
    yield { ...sofar, cursor: next };
  } while (next !== "");
}

/** Who was quicker may have written under an old secret still: the record is read again. */
async function sealAnew(
  records: Records,
  key: string,
  { box, fingerprintsOf }: VaultTenant,
  newest: VaultTenant,
): Promise<"fine" | "sealed" | "unopened" | "failed"> {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = await records.read(key);
    if (before === undefined || newest.box.open(before.sealed, key) !== undefined) return "fine";
    const phone = box.open(before.sealed, key);
    if (phone === undefined) return "unopened";
    const taken = fingerprintsOf(phone);
    const record = { sealed: box.seal(phone, key), fingerprint: taken[0] as string };
    if (await records.write({ id: key, record, taken, before })) return "sealed";
  }
  return "failed";
}
