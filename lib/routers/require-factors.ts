import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { asError, isFactorError, type FactorError } from "../errors.ts";
import { REQUIREMENT_NAMES, type Requirement } from "../flows/guard.ts";
import type { Factor } from "../factors/factor.ts";
import { isPhone } from "../factors/phone-destination.ts";
import { wantsJson } from "../http/negotiate.ts";
import { checkFactors, checkSecondFactor } from "../http/check-factors.ts";
import { noStore } from "../http/headers.ts";
import { refuse } from "../http/refuse.ts";
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
    next();
  };

  /** Never rejects: Express 4 would lose it. */
  async function answer(req: Request, res: Response, next: NextFunction, thrown: unknown): Promise<void> {
    try {
      const error = isFactorError(thrown) ? thrown : undefined;
      if (error === undefined) next(asError(thrown));
      else if (wantsJson(req) || !["factor_required", "login_required"].includes(error.code))
        refuse(req, res, factors, error);
      else {
        noStore(res);
        await rememberReturnTo(req, factors);
        res.redirect(303, await whereTo(req, error));
      }
    } catch (again) {
      next(asError(again));
    }
  }

  async function whereTo(req: Request, error: FactorError): Promise<string> {
    if (error.code === "login_required") return factors.paths.login;
    const { verification, registration } = factors.paths;
    const registers = factors.list.some(isPhone) && (await factors.account(req)).phone === undefined;
    return registers && (await factors.enrolled(req)).length === 0 ? registration : verification;
  }
}

function checkRequirement(factors: Factors, requirement: Requirement): void {
  checkFactors("requireFactors", factors);
  checkNames("requireFactors", requirement, REQUIREMENT_NAMES);
  const { within, factors: names } = requirement;
  if (within !== undefined && !(Number.isFinite(within) && within >= 0)) {
    throw new TypeError("requireFactors: within must be a number of seconds, 0 or more");
  }
  if (names !== undefined && (!Array.isArray(names) || names.length === 0))
    throw new TypeError("requireFactors: factors must be a list of names, of one at least");
  const known = factors.list.map((each) => each.name);
  for (const name of names ?? []) {
    if (!known.includes(name))
      throw new TypeError(`requireFactors: factors: "${name}" is not one of ${known.join(", ")}`);
    checkSecondFactor("requireFactors: factors", factors.list.find((each) => each.name === name) as Factor);
  }
}
