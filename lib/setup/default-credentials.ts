import type { CredentialStore } from "../credentials/credentials.ts";
import { storeCredentials } from "../credentials/store-credentials.ts";

import type { Factor } from "../factors/factor.ts";
import { isPhone } from "../factors/phone-destination.ts";
import type { Store } from "../stores/store.ts";

/** The memory store warns of what it forgets only where there is a factor that keeps something. */
export function credentialsOn(store: Store, factors: readonly Factor[]): CredentialStore {
  if (factors.some((each) => !isPhone(each))) return storeCredentials(store);
  return { inTenant: (tenant) => storeCredentials({ ...store, name: "" }).inTenant(tenant) };
}
