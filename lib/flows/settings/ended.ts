import type { Engine } from "../engine.ts";
import { revokeDevices } from "../devices/trusted-devices.ts";

/** What ends with a factor that was replaced or removed: remembered devices, and what all sessions have passed. Answers the account's new version. */
export async function endPassed(engine: Engine, account: string): Promise<string> {
  if (engine.trust !== undefined) await revokeDevices(engine, account);
  return engine.versions.renew(account);
}
