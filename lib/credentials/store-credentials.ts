import { inProduction } from "../environment.ts";
import type { Store } from "../stores/store.ts";
import { checkText, withinBounds } from "./bounds.ts";
import type { CredentialStore } from "./credentials.ts";

/**
 * Credentials on the package's own store. On Redis they have no expiry, and are nowhere else: it must persist, as for the phone vault. Warns, once per
 * call, where the store is the memory store under NODE_ENV=production.
 *
 * @example
 * const credentials = storeCredentials(redisStore(redis));
 */
export function storeCredentials({
  name,
  credentials,
}: Pick<Store, "name" | "credentials">): CredentialStore {
  if (typeof credentials?.scan !== "function")
    throw new TypeError("storeCredentials: the first argument must be a store");
  if (name === "memory") warnInProduction();
  return {
    inTenant(tenant) {
      checkText("tenant", tenant);
      return withinBounds({
        list: (account, kind) => credentials.list(tenant, account, kind),
        find: (kind, id) => credentials.find(tenant, kind, id),
        add: (account, kind, id, value, most) => credentials.add({ tenant, account, kind, id, value }, most),
        replace: (account, kind, id, before, after) =>
          credentials.replace({ tenant, account, kind, id, value: before }, after),
        remove: (account, kind, id) => credentials.remove({ tenant, account, kind, id }),
        removeAll: (account, kinds) => credentials.removeAll(tenant, account, kinds),
        async scan(cursor) {
          const page = await credentials.scan(tenant, cursor);
          const named = page.credentials.map(({ account, kind, id, value }) => ({
            account,
            kind,
            id,
            value,
          }));
          return { credentials: named, cursor: page.cursor };
        },
      });
    },
  };
}

function warnInProduction(): void {
  if (!inProduction()) return;
  process.emitWarning(
    "storeCredentials on memoryStore forgets every second factor at a restart; use redisStore or sqlCredentials in production",
    { code: "PASSPORT_FACTORS_MEMORY_CREDENTIALS" },
  );
}
