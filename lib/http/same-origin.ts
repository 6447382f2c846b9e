import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { Factors } from "../create-factors.ts";
import { FactorError } from "../errors.ts";
import { answerErrors } from "./answer-errors.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Throws `cross_origin` for a state-changing request that another site made a browser send: Sec-Fetch-Site says so, or,
 * where a browser does not send it, Origin is neither this host nor the app's `publicUrl`. Callers that are no browsers send neither.
 */
export function refuseCrossOrigin(
  req: Pick<Request, "method" | "headers">,
  factors: Pick<Factors, "publicUrl">,
): void {
  if (SAFE.has(req.method)) return;
  const { origin, host } = req.headers;
  const site = req.headers["sec-fetch-site"];
  const ours = origin !== undefined && (origin === factors.publicUrl?.origin || isOriginOf(origin, host));
  const allowed =
    site === undefined ? origin === undefined || ours : site === "same-origin" || site === "none";
  if (!allowed) throw new FactorError("cross_origin");
}

/** The same rule as a middleware, for the app's own state-changing routes. */
export function sameOrigin(factors: Factors): RequestHandler {
  const answerError = answerErrors(factors);
  return function sameOriginOnly(req: Request, res: Response, next: NextFunction) {
    try {
      refuseCrossOrigin(req, factors);
    } catch (thrown) {
      answerError(thrown, req, res, next);
      return;
    }
    next();
  };
}

function isOriginOf(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
