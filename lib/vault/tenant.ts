import { createSecretBox, digestKey, type SecretBox } from "../crypto/secret.ts";
import { MOST_TAKEN } from "../stores/records.ts";

/** One tenant's part of a store, which all tenants share. */
export interface VaultTenant {
  box: SecretBox;
  /** Where the store has the number with this id. A number is sealed for this key, so that it opens in no other tenant. */
  keyOf(id: string): string;
  /** The id of the number under a key; undefined when it is another tenant's. */
  idOf(key: string): string | undefined;
  fingerprintsOf(phone: string): string[];
}

export function vaultTenant(secret: string | readonly string[], tenant = "default"): VaultTenant {
  const box = createSecretBox(secret);
  if (typeof secret !== "string" && secret.length > MOST_TAKEN)
    throw new TypeError(`secret: at most ${MOST_TAKEN} may be in use at once`);
  // All digests are equally long: no tenant's keys begin as another's do.
  const mark = digestKey(["vault", tenant]);
  return {
    box,
    keyOf: (id) => mark + id,
    idOf: (key) => (key.startsWith(mark) ? key.slice(mark.length) : undefined),
    fingerprintsOf: (phone) => box.fingerprints(`${tenant} ${phone}`),
  };
}
