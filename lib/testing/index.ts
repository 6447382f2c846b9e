export { accountsContract } from "./accounts-contract.ts";
export type { AccountsUnderTest, ContractCase } from "./accounts-contract.ts";
export { outbox } from "./outbox.ts";
export type { Outbox } from "./outbox.ts";
export { settableClock } from "./settable-clock.ts";
export type { SettableClock } from "./settable-clock.ts";
export { storeContract } from "./store-contract.ts";
export type { StoreUnderTest } from "./store-contract.ts";
