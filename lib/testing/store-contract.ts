import type { Store } from "../stores/store.ts";
import type { ContractCase } from "./accounts-contract.ts";
import { admissionCases } from "./store-contract-admission.ts";
import { storeCredentials } from "../credentials/store-credentials.ts";
import { credentialsContract } from "./credentials-contract.ts";
import { codes } from "./store-contract-codes.ts";
import { countedCases } from "./store-contract-counted.ts";
import { guessing } from "./store-contract-guesses.ts";
import { laneCases } from "./store-contract-lanes.ts";
import { noteCases } from "./store-contract-notes.ts";
import { pendingCases } from "./store-contract-pending.ts";
import { recordCases } from "./store-contract-records.ts";
import { restoredCases } from "./store-contract-restored.ts";
import { savedCases } from "./store-contract-saved.ts";
import { sending } from "./store-contract-sends.ts";
import { spendingCases } from "./store-contract-spending.ts";
import { trustedCases } from "./store-contract-trusted.ts";
import { drive, type Driver } from "./store-driver.ts";

/** An empty store, and how to close it. */
export interface StoreUnderTest {
  store: Store;
  close(): Promise<void>;
}

/** What passport-factors relies on in a store; run it on your own adapter with any test runner. */
export function storeContract(make: () => Promise<StoreUnderTest>): ContractCase[] {
  const promise = (name: string, check: (driver: Driver) => Promise<void>): ContractCase => ({
    name,
    async run() {
      const { store, close } = await make();
      try {
        await check(drive(store));
      } finally {
        await close();
      }
    },
  });
  return [
    ...admissionCases(promise),
    ...codes(promise),
    ...guessing(promise),
    ...countedCases(promise),
    ...sending(promise),
    ...laneCases(promise),
    ...noteCases(promise),
    ...pendingCases(promise),
    ...recordCases(promise),
    ...restoredCases(promise),
    ...savedCases(promise),
    ...spendingCases(promise),
    ...trustedCases(promise),
    ...credentialsContract(async () => {
      const { store, close } = await make();
      return { store: storeCredentials(store), close };
    }),
  ];
}
