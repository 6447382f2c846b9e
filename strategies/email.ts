import type { Factors } from "../lib/setup/create-factors.ts";
import { FactorStrategy, type FactorStrategyOptions, type VerifyCallback } from "./factor-strategy.ts";

/**
 * Passport's strategy for codes by mail (`name = "email"`), for apps that set `dangerouslyAllowEmailAsFactor`. It needs `req.user` from the first factor
 * and the code in `email_code` (or `code`), in body or query.
 *
 * @example
 * passport.use(new EmailStrategy(factors));
 * app.post("/login/email", passport.authenticate("email", { successReturnToOrRedirect: "/" }));
 */
export class EmailStrategy extends FactorStrategy {
  constructor(factors: Factors, options?: FactorStrategyOptions | VerifyCallback, verify?: VerifyCallback) {
    super("email", factors, options, verify);
  }
}
