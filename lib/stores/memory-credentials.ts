import { FactorError } from "../errors.ts";
import type { StoredCredential, StoredCredentials } from "./stored-credentials.ts";

/** Credentials in this process's memory; gone with it. A full map takes no more. */
export function memoryCredentials(maxKeys: number): StoredCredentials {
  const byId = new Map<string, StoredCredential>();
  const byAccount = new Map<string, Set<string>>();
  const idKey = (tenant: string, kind: string, id: string) => JSON.stringify([tenant, kind, id]);
  const accountKey = (tenant: string, account: string) => JSON.stringify([tenant, account]);

  function state(tenant: string, account: string, kinds?: readonly string[]): StoredCredential[] {
    const keys = byAccount.get(accountKey(tenant, account)) ?? [];
    return [...keys]
      .map((key) => byId.get(key) as StoredCredential)
      .filter(({ kind }) => kinds?.includes(kind) ?? true);
  }

  function forget({ tenant, account, kind, id }: StoredCredential): void {
    const key = idKey(tenant, kind, id);
    byId.delete(key);
    const keys = byAccount.get(accountKey(tenant, account));
    keys?.delete(key);
    if (keys?.size === 0) byAccount.delete(accountKey(tenant, account));
  }

  /** The credential with this id, where it is this account's. */
  function own({ tenant, account, kind, id }: Omit<StoredCredential, "value">): StoredCredential | undefined {
    const found = byId.get(idKey(tenant, kind, id));
    return found?.account === account ? found : undefined;
  }

  return {
    list: async (tenant, account, kind) =>
      state(tenant, account, [kind]).map(({ id, value }) => ({ id, value })),
    async find(tenant, kind, id) {
      const found = byId.get(idKey(tenant, kind, id));
      return found && { account: found.account, value: found.value };
    },
    async add(credential, most) {
      const { tenant, account, kind, id } = credential;
      const key = idKey(tenant, kind, id);
      if (byId.has(key) || state(tenant, account, [kind]).length >= most) return false;
      if (byId.size >= maxKeys) throw new FactorError("store_unavailable", { retryAfter: 60 });
      byId.set(key, { ...credential });
      const keys = byAccount.get(accountKey(tenant, account)) ?? new Set();
      byAccount.set(accountKey(tenant, account), keys.add(key));
      return true;
    },
    async replace(before, after) {
      const found = own(before);
      if (found?.value !== before.value) return false;
      found.value = after;
      return true;
    },
    async remove(credential) {
      const found = own(credential);
      if (found === undefined) return false;
      forget(found);
      return true;
    },
    async removeAll(tenant, account, kinds) {
      state(tenant, account, kinds).forEach(forget);
    },
    scan: async (tenant) => ({
      credentials: [...byId.values()].filter((each) => each.tenant === tenant).map((each) => ({ ...each })),
      cursor: "",
    }),
  };
}
