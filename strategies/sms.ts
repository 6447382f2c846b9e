import type { Factors } from "../lib/setup/create-factors.ts";
import { FactorStrategy, type FactorStrategyOptions, type VerifyCallback } from "./factor-strategy.ts";

/**
 * Passport's strategy for codes by text message (`name = "sms"`). It needs `req.user` from the first factor and a code that
 * `factors.begin` or `factors.register` has sent in the same session.
 *
 * @example
 * passport.use(new SmsStrategy(factors));
 * app.post("/login/code", passport.authenticate("sms", { successReturnToOrRedirect: "/" }));
 */
export class SmsStrategy extends FactorStrategy {
  constructor(factors: Factors, options?: FactorStrategyOptions | VerifyCallback, verify?: VerifyCallback) {
    super("sms", factors, options, verify);
  }
}
