import type { Credentials } from "../credentials/credentials.ts";
import type { ContractCase } from "./accounts-contract.ts";

/** Makes one case of the credentials contract out of a check; it gets two tenants of one empty store. */
export type PromisingCredentials = (
  name: string,
  check: (credentials: Credentials, other: Credentials) => Promise<void>,
) => ContractCase;

export const idsOf = async (credentials: Credentials, account: string, kind: string) =>
  (await credentials.list(account, kind)).map(({ id }) => id).sort();
