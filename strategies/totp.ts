import type { Factors } from "../lib/setup/create-factors.ts";
import { FactorStrategy, type FactorStrategyOptions, type VerifyCallback } from "./factor-strategy.ts";

/**
 * Passport's strategy for codes of authenticator apps (`name = "totp"`). It needs `req.user` from the first factor and the code that the user's app shows
 * in `totp_code` (or `code`), in body or query.
 *
 * @example
 * passport.use(new TotpStrategy(factors));
 * app.post("/login/totp", passport.authenticate("totp", { successReturnToOrRedirect: "/" }));
 */
export class TotpStrategy extends FactorStrategy {
  constructor(factors: Factors, options?: FactorStrategyOptions | VerifyCallback, verify?: VerifyCallback) {
    super("totp", factors, options, verify);
  }
}
