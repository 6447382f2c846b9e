import type { Request } from "express";
import type { Factors } from "../lib/setup/create-factors.ts";
import { refuseCrossOrigin } from "../lib/http/same-origin.ts";
import {
  FactorStrategy,
  type FactorStrategyOptions,
  type ProvenBy,
  type VerifyCallback,
} from "./factor-strategy.ts";

/**
 * Passport's strategy for passkeys (`name = "passkey"`). It takes the credential's JSON as the body (or, from a form, in `credential`). With `req.user` it is
 * a second factor, for options of `factors.beginFactor(req, "passkey")`. Without, it is the first: for options of `factors.signIn.begin(req, "passkey")`, or
 * of the router `passkeySignIn`, it finds the user by the passkey, and the session that Passport's login begins has passed it. That needs `byId` in `accounts`.
 *
 * @example
 * passport.use(new PasskeyStrategy(factors));
 * app.post("/login/passkey", express.json(), passport.authenticate("passkey", { successReturnToOrRedirect: "/" }));
 */
export class PasskeyStrategy extends FactorStrategy {
  constructor(factors: Factors, options?: FactorStrategyOptions | VerifyCallback, verify?: VerifyCallback) {
    super("passkey", factors, options, verify);
  }

  /** @internal */
  override async _prove(req: Request): Promise<ProvenBy> {
    // Without `byId` it is a second factor only, which asks for a user.
    if (req.user || this._factors.signIn.missing(this.name) !== undefined) return super._prove(req);
    refuseCrossOrigin(req, this._factors);
    const { user, method, amr } = await this._factors.signIn.verify(req, this.name, this._answer(req));
    return { user: user as Express.User, info: { method, amr } };
  }

  /** @internal */
  override async _takeBack(req: Request): Promise<void> {
    if (req.user) await super._takeBack(req);
    else this._factors.signIn.forget(req);
  }
}
