import type { Factors } from "../lib/setup/create-factors.ts";
import { FactorStrategy, type FactorStrategyOptions, type VerifyCallback } from "./factor-strategy.ts";

/**
 * Passport's strategy for backup codes (`name = "backup-code"`). It needs `req.user` from the first factor and one of the user's codes in
 * `backup_code` (or `code`), in body or query.
 *
 * @example
 * passport.use(new BackupCodeStrategy(factors));
 * app.post("/login/backup", passport.authenticate("backup-code", { successReturnToOrRedirect: "/" }));
 */
export class BackupCodeStrategy extends FactorStrategy {
  constructor(factors: Factors, options?: FactorStrategyOptions | VerifyCallback, verify?: VerifyCallback) {
    super("backup-code", factors, options, verify);
  }
}
