import type { Factors } from "../lib/setup/create-factors.ts";
import { FactorStrategy, type FactorStrategyOptions, type VerifyCallback } from "./factor-strategy.ts";

/**
 * Passport's strategy for security keys (`name = "security-key"`). It needs `req.user` from the first factor and the credential's JSON as the body (or,
 * from a form, in `credential`), for options that `factors.beginFactor(req, "security-key")` has made in the same session.
 *
 * @example
 * passport.use(new SecurityKeyStrategy(factors));
 * app.post("/login/key", express.json(), passport.authenticate("security-key", { successReturnToOrRedirect: "/" }));
 */
export class SecurityKeyStrategy extends FactorStrategy {
  constructor(factors: Factors, options?: FactorStrategyOptions | VerifyCallback, verify?: VerifyCallback) {
    super("security-key", factors, options, verify);
  }
}
