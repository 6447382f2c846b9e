import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { GUARD } from "../setup/mounting.ts";
import { asError, isFactorError, type FactorError } from "../errors.ts";
import type { Factor } from "../factors/factor.ts";
import { REQUIREMENT_NAMES, type Requirement } from "../flows/guard.ts";
import { wantsJson } from "../http/negotiate.ts";
import { checkFactors, checkSecondFactor } from "../http/check-factors.ts";
import { noStore } from "../http/headers.ts";
import { refuse } from "../http/refuse.ts";
import { keepFormsKnown } from "../http/same-origin.ts";
import { rememberReturnTo } from "../http/return-to.ts";
import { checkNames } from "../options.ts";

/**
 * Lets a request through when this session has passed one of the factors; with `within`, in the last so many seconds.
 * A browser is sent to where it can do so and comes back afterwards; a JSON caller gets 401 `factor_required`.
 */
export function requireFactors(factors: Factors, requirement: Requirement = {}): RequestHandler {
  checkRequirement(factors, requirement);
  if (requirement.ifEnrolled !== true) factors.demanded();
  return async function factorsRequired(req: Request, res: Response, next: NextFunction): Promise<void> {
    try {
      await factors.require(req, requirement);
    } catch (thrown) {
      await answer(req, res, next, thrown);
      return;
    }
    keepFormsKnown(res);
    next();
  };

  /** Never rejects: Express 4 would lose it. */
  async function answer(req: Request, res: Response, next: NextFunction, thrown: unknown): Promise<void> {
    try {
      factors.mounting.came(req, GUARD);
      const error = isFactorError(thrown) ? thrown : undefined;
      if (error === undefined) next(asError(thrown));
      else if (wantsJson(req) || !["factor_required", "login_required"].includes(error.code))
        refuse(req, res, factors, error);
      else {
        noStore(res);
        await rememberReturnTo(req, factors);
        res.redirect(303, whereTo(error));
      }
    } catch (again) {
      next(asError(again));
    }
  }

  function whereTo({ code, details }: FactorError): string {
    const name = code === "login_required" ? "login" : (details.next ?? "verification");
    factors.mounting.sends(name);
    return factors.paths[name];
  }
}

function checkRequirement(factors: Factors, requirement: Requirement): void {
  checkFactors("requireFactors", factors);
  checkNames("requireFactors", requirement, REQUIREMENT_NAMES);
  const { within, factors: names, purpose } = requirement;
  if (within !== undefined && !(Number.isFinite(within) && within >= 0)) {
    throw new TypeError("requireFactors: within must be a number of seconds, 0 or more");
  }
  if (purpose !== undefined && (typeof purpose !== "string" || purpose === ""))
    throw new TypeError("requireFactors: purpose must be a text, what proofs are made for");
  if (names !== undefined && (!Array.isArray(names) || names.length === 0))
    throw new TypeError("requireFactors: factors must be a list of names, of one at least");
  const known = factors.list.map((each) => each.name);
  for (const name of names ?? []) {
    if (!known.includes(name))
      throw new TypeError(`requireFactors: factors: "${name}" is not one of ${known.join(", ")}`);
    checkSecondFactor("requireFactors: factors", factors.list.find((each) => each.name === name) as Factor);
  }
}
