import type { Request, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import type { FactorError } from "../errors.ts";
import type { PageError } from "../views/pages.ts";
import { secondFactorsOf } from "./check-factors.ts";
import { answerJson } from "./answer-json.ts";
import { noStore } from "./headers.ts";
import { wantsJson } from "./negotiate.ts";
import { pageMessageOf, problemOf, type messageOf } from "./problem.ts";
import { pageOf, render } from "./render.ts";
import { statuses, WWW_AUTHENTICATE } from "./statuses.ts";

/** Headers that an error needs in any form but a redirect. */
export function refusalHeaders(res: Response, error: FactorError): void {
  noStore(res);
  const { retryAfter } = error.details;
  if (retryAfter !== undefined) res.set("Retry-After", String(retryAfter));
  if (statuses[error.code] === 401) res.set("WWW-Authenticate", WWW_AUTHENTICATE);
}

/**
 * Answers an error as a problem document, as a redirect to where it can be mended, or as a page of the door that is mounted at `door`; for
 * the app's own routes, of the one where codes are typed. `isForPeople`: whoever asks can be told where to go.
 */
export function refuse(
  req: Request,
  res: Response,
  factors: Factors,
  error: FactorError,
  mountedRouter: string = factors.paths.verification.replace(/\/[^/]*$/, ""),
  isForPeople = true,
): void {
  if (statuses[error.code] >= 500 && error.code !== "delivery_failed") factors.report(error);
  const asJson = wantsJson(req);
  const mended = asJson ? undefined : whereMended(error, factors);
  if (mended !== undefined) {
    noStore(res);
    res.redirect(303, mended);
    return;
  }
  refusalHeaders(res, error);
  if (asJson) refuseAsJson(req, res, factors, error, isForPeople);
  else refuseAsPage(req, res, factors, error, mountedRouter);
}

/** Where a browser goes to do what is missing. */
function whereMended({ code, details }: FactorError, factors: Factors): string | undefined {
  const { paths, mounting } = factors;
  const name = mendedAt(code, details, secondFactorsOf(factors).length > 1);
  if (name === undefined) return undefined;
  mounting.sends(name);
  return paths[name];
}

function mendedAt(code: string, { next }: FactorError["details"], severalFactors: boolean) {
  if (code === "login_required") return "login";
  if (code === "factor_required") return next ?? "verification";
  if (code !== "not_enrolled") return undefined;
  return severalFactors ? "secondFactor" : "registration";
}

function refuseAsJson(
  req: Request,
  res: Response,
  factors: Factors,
  error: FactorError,
  isForPeople: boolean,
): void {
  const problem = problemOf(error, factors.translator(factors.locale(req)));
  answerJson(res, problem.status, { ...problem, ...(isForPeople ? wayOnOf(error, factors) : {}) }, "problem");
}

/** What a program can do about it that has no redirect to follow. */
function wayOnOf({ code, details }: FactorError, { paths }: Factors): object {
  const next = code === "login_required" ? "login" : details.next;
  if (next === undefined) return {};
  const { login, verification, registration, secondFactor, doors } = paths;
  const { enrolled } = details;
  return {
    ...(enrolled === undefined ? {} : { enrolled }),
    next,
    paths: { login, verification, registration, second_factor: secondFactor, doors },
  };
}

function refuseAsPage(
  req: Request,
  res: Response,
  factors: Factors,
  error: FactorError,
  mountedRouter: string,
): void {
  const page = pageOf(req, factors, { mountedRouter });
  const status = statuses[error.code];
  render(res, factors, "problem", status, {
    ...page,
    status,
    error: pageError(error, page.t),
    backUrl: req.method === "GET" ? factors.paths.success : `${mountedRouter}/new`,
  });
}

export function pageError(error: FactorError, t: Parameters<typeof messageOf>[1]): PageError {
  const { field, retryAfter, attemptsRemaining } = error.details;
  return {
    code: error.code,
    message: pageMessageOf(error, t),
    ...(field === undefined ? {} : { field }),
    ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
    ...(attemptsRemaining === undefined ? {} : { attempts_remaining: attemptsRemaining }),
  };
}
