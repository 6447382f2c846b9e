import type { CredentialStore } from "../credentials/credentials.ts";
import type { ContractCase } from "./accounts-contract.ts";
import { credentialsApart } from "./credentials-contract-apart.ts";
import { credentialsAtOnce } from "./credentials-contract-at-once.ts";
import { credentialsOnFile } from "./credentials-contract-on-file.ts";
import type { PromisingCredentials } from "./credentials-driver.ts";

/** A credential store with nothing on file, and how to close it. */
export interface CredentialsUnderTest {
  /** What is tested. */
  store: CredentialStore;
  /** Ends what was opened for the test. */
  close?(): Promise<void>;
}

/** What passport-factors relies on in `Credentials`; run it on your own implementation with any test runner. */
export function credentialsContract(make: () => Promise<CredentialsUnderTest>): ContractCase[] {
  const promise: PromisingCredentials = (name, check) => ({
    name,
    async run() {
      const { store, close } = await make();
      try {
        await check(store.inTenant("acme"), store.inTenant("other"));
      } finally {
        await close?.();
      }
    },
  });
  return [...credentialsOnFile(promise), ...credentialsApart(promise), ...credentialsAtOnce(promise)];
}
