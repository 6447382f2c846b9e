import type { RecoverySettings } from "./options.ts";

/** Whether, and how, an app recovers accounts: known once it makes the router. One for all tenants. */
export interface MountedRecovery {
  /** Undefined as long as nothing is recovered: nothing can have been ended by it, then. */
  settings(): RecoverySettings | undefined;
  mounted(settings: RecoverySettings): void;
}

export function createMountedRecovery(): MountedRecovery {
  let known: RecoverySettings | undefined;
  return { settings: () => known, mounted: (settings) => void (known = settings) };
}
