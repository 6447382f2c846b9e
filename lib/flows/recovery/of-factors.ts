import { endRecoveries } from "../session/recovery-epoch.ts";
import type { Engine } from "../engine.ts";
import { explainRecovery, type RecoveryPaths } from "./explain.ts";
import { settingsOf, type RecoveryOptions } from "./options.ts";
import { createRecoveryFlows, type RecoveryFlows } from "./recovery.ts";

/** What the factors of an app offer of recovery. */
export interface RecoveryOfFactors {
  /**
   * Recovery of accounts whose password is forgotten; needs `find` and `resetPassword` in `accounts`. Throws a TypeError that names what is missing, or what
   * is wrong with an option. `mountUrl`: where the router is mounted, for links in mails.
   */
  recovery(options?: RecoveryOptions<never>, mountUrl?: string): RecoveryFlows;
  /**
   * Tells that the app itself has changed the password of an account, or an address by which it is recovered: recoveries that were begun before are over, and so are
   * their links and permits. Sessions are the app's to end.
   */
  passwordChanged(account: string): Promise<void>;
  /** How an account can be recovered, under the options of `recovery`: for the app's support, never shown to who asks. */
  explainRecovery(account: string): Promise<RecoveryPaths>;
}

export const recoveryOf = (engine: Engine): RecoveryOfFactors => ({
  recovery: (options = {}, mountUrl) => createRecoveryFlows(engine, settingsOf(options), mountUrl),
  passwordChanged: async (account) => endRecoveries(engine, account),
  explainRecovery: async (account) => explainRecovery(engine, account),
});
