import type { Store } from "../stores/store.ts";
import type { ContractCase } from "./accounts-contract.ts";
import { admissionCases } from "./store-contract-admission.ts";
import { storeCredentials } from "../credentials/store-credentials.ts";
import { credentialsContract } from "./credentials-contract.ts";
import { breakerCases } from "./store-contract-breaker.ts";
import { codes } from "./store-contract-codes.ts";
import { countedCases } from "./store-contract-counted.ts";
import { countCases } from "./store-contract-counts.ts";
import { edgeCases } from "./store-contract-edges.ts";
import { flowCases } from "./store-contract-flows.ts";
import { guessing } from "./store-contract-guesses.ts";
import { bucketCases } from "./store-contract-guess-buckets.ts";
import { lifetimeCases } from "./store-contract-lifetimes.ts";
import { noteCases } from "./store-contract-notes.ts";
import { pendingCases } from "./store-contract-pending.ts";
import { recordCases } from "./store-contract-records.ts";
import { restoredCases } from "./store-contract-restored.ts";
import { sending } from "./store-contract-sends.ts";
import { spendingCases } from "./store-contract-spending.ts";
import { trustedCases } from "./store-contract-trusted.ts";
import { drive, type Driver } from "./store-driver.ts";

/** An empty store, and how to close it. */
export interface StoreUnderTest {
  /** What is tested. */
  store: Store;
  /** Ends what was opened for the test. */
  close(): Promise<void>;
  /** Lets everything that the backend ends by its own clock grow so much older; left out where it has none. */
  age?(ms: number): Promise<void>;
}

/** What passport-factors relies on in a store; run it on your own adapter with any test runner. */
export function storeContract(make: () => Promise<StoreUnderTest>): ContractCase[] {
  const promise = (name: string, check: (driver: Driver) => Promise<void>): ContractCase => ({
    name,
    async run() {
      const { store, close, age } = await make();
      try {
        await check(drive(store, age));
      } finally {
        await close();
      }
    },
  });
  return [
    ...admissionCases(promise),
    ...breakerCases(promise),
    ...codes(promise),
    ...countCases(promise),
    ...edgeCases(promise),
    ...flowCases(promise),
    ...guessing(promise),
    ...countedCases(promise),
    ...sending(promise),
    ...bucketCases(promise),
    ...lifetimeCases(promise),
    ...noteCases(promise),
    ...pendingCases(promise),
    ...recordCases(promise),
    ...restoredCases(promise),
    ...spendingCases(promise),
    ...trustedCases(promise),
    ...credentialsContract(async () => {
      const { store, close } = await make();
      return { store: storeCredentials(store), close };
    }),
  ];
}
