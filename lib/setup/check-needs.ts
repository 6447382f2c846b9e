import type { AnyAccounts } from "../accounts/accounts.ts";
import { sendsCode } from "../factors/define-factor.ts";
import type { Factor } from "../factors/factor.ts";

/** What a destination cannot do without is missed at start. */
export function checkNeeds(factors: readonly Factor[], accounts: AnyAccounts<never>): void {
  for (const factor of factors.filter(sendsCode)) {
    const { needs = [] } = factor.code.destination;
    const missing = needs.find((need) => typeof accounts[need] !== "function");
    if (missing !== undefined)
      throw new TypeError(
        `createFactors: accounts must be an object with the function ${missing}, which the factor "${factor.name}" needs`,
      );
  }
}
