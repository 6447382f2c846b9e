import type { Factors } from "../lib/setup/create-factors.ts";
import { FactorStrategy, type FactorStrategyOptions, type VerifyCallback } from "./factor-strategy.ts";

/**
 * Passport's strategy for codes that a call reads out (`name = "call"`). It needs `req.user` from the first factor and a code that
 * `factors.begin(req, "call")` has sent in the same session.
 *
 * @example
 * passport.use(new CallStrategy(factors));
 * app.post("/login/call", passport.authenticate("call", { successReturnToOrRedirect: "/" }));
 */
export class CallStrategy extends FactorStrategy {
  constructor(factors: Factors, options?: FactorStrategyOptions | VerifyCallback, verify?: VerifyCallback) {
    super("call", factors, options, verify);
  }
}
