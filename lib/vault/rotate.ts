import { createSecretBox } from "../secret.ts";
import type { Records } from "../stores/records.ts";
import { vaultTenant } from "./tenant.ts";

/** How far a rotation is. */
export interface Rotation {
  seen: number;
  /** Sealed anew under the first secret. */
  sealed: number;
  /** Sealed under none of the secrets: left as they are. */
  unopened: number;
  /** Where to go on; empty at the end. */
  cursor: string;
}

/**
 * Seals every number of one tenant's vault under the first secret. Page by page: what it yields can be kept, and a rotation that was stopped goes on from
 * its cursor. Who reads or changes a number meanwhile is not disturbed.
 */
export async function* rotateVault(
  records: Records,
  { secret, tenant, cursor = "" }: { secret: string | readonly string[]; tenant?: string; cursor?: string },
): AsyncGenerator<Rotation> {
  const { box, idOf, fingerprintsOf } = vaultTenant(secret, tenant);
  const newest = createSecretBox(typeof secret === "string" ? secret : (secret[0] as string));
  const sofar = { seen: 0, sealed: 0, unopened: 0 };
  let next = cursor;
  do {
    const page = await records.scan(next);
    for (const id of page.ids) {
      if (idOf(id) === undefined) continue;
      sofar.seen++;
      const before = await records.read(id);
      if (before === undefined || newest.open(before.sealed, id) !== undefined) continue;
      const phone = box.open(before.sealed, id);
      if (phone === undefined) {
        sofar.unopened++;
        continue;
      }
      const taken = fingerprintsOf(phone);
      const record = { sealed: box.seal(phone, id), fingerprint: taken[0] as string };
      if (await records.write({ id, record, taken, before })) sofar.sealed++;
    }
    next = page.cursor;
    yield { ...sofar, cursor: next };
  } while (next !== "");
}
