import type { AnyAccounts } from "../accounts/accounts.ts";
import { judgesItself } from "../factors/define-factor.ts";
import type { Factor } from "../factors/factor.ts";

/** What the app says of itself. */
export interface AppAddress {
  name: string;
  publicUrl: URL | undefined;
  trustedOrigins: readonly string[];
  accounts: AnyAccounts<unknown>;
  remembersDevices: boolean;
}

/** The origins whose pages are the app's, its own first. Each factor looks at them, and throws a TypeError for what it lacks. */
export function originsOf(
  { name: appName, publicUrl, trustedOrigins, accounts, remembersDevices }: AppAddress,
  factors: readonly Factor[],
): readonly string[] {
  const origins = publicUrl === undefined ? trustedOrigins : [publicUrl.origin, ...trustedOrigins];
  for (const { definition } of factors.filter(judgesItself))
    definition.check?.({ appName, host: publicUrl?.hostname, origins, accounts, remembersDevices });
  return origins;
}
