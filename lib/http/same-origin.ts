import type { NextFunction, Request, RequestHandler, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { FactorError } from "../errors.ts";
import { answerErrors } from "./answer-errors.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** What is looked at; `protocol` is Express's, which believes a proxy as far as `trust proxy` says. */
type Asking = Pick<Request, "method" | "headers"> & { protocol?: string };

/**
 * Throws `cross_origin` for a state-changing request that another site made a browser send: Sec-Fetch-Site says so, or, where a browser does
 * not send it (plain http, older ones), Origin is neither the app's `publicUrl` nor this scheme, host and port. The origins that the app
 * trusts pass either way. Callers that are no browsers send neither.
 */
export function refuseCrossOrigin(req: Asking, factors: Pick<Factors, "publicUrl" | "trustedOrigins">): void {
  if (SAFE.has(req.method)) return;
  const site = req.headers["sec-fetch-site"];
  // Where nothing else says it, the page says it that the form was on.
  const said = req.headers.origin ?? (site === undefined ? req.headers.referer : undefined);
  const origin = req.headers.origin === undefined ? originOfPage(said) : originOf(said);
  if (origin !== undefined && factors.trustedOrigins.includes(origin)) return;
  if (site === "same-origin" || site === "none") return;
  if (site === undefined && (said === undefined || isOurs(origin, req, factors))) return;
  throw new FactorError("cross_origin");
}

/**
 * The same rule as a middleware, for the app's own state-changing routes. It also keeps their pages from hiding where a form was sent from:
 * under `Referrer-Policy: no-referrer`, which helmet sets, browsers send `Origin: null` with it. Mount it behind helmet.
 */
export function sameOrigin(factors: Factors): RequestHandler {
  const answerError = answerErrors(factors);
  return function sameOriginOnly(req: Request, res: Response, next: NextFunction) {
    keepFormsKnown(res);
    try {
      refuseCrossOrigin(req, factors);
    } catch (thrown) {
      answerError(thrown, req, res, next);
      return;
    }
    next();
  };
}

/**
 * Where a form on this page is sent, its page is known by Referer and Origin. Helmet's `no-referrer` hides it from us too (`Origin: null`); `same-origin` hides it from
 * everybody else.
 */
export function keepFormsKnown(res: Response): void {
  if (res.getHeader("Referrer-Policy") === "no-referrer") res.setHeader("Referrer-Policy", "same-origin");
}

function isOurs(
  origin: string | undefined,
  { headers, protocol }: Asking,
  { publicUrl }: Pick<Factors, "publicUrl">,
): boolean {
  if (origin === undefined) return false;
  return origin === publicUrl?.origin || origin === originOf(`${protocol}://${headers.host}`);
}

function originOfPage(address: string | undefined): string | undefined {
  return address !== undefined && URL.canParse(address) ? originOf(new URL(address).origin) : undefined;
}

/** As browsers write it: small letters, no default port. Undefined for `null`, and for what is none. */
export function originOf(text: string | undefined): string | undefined {
  if (text === undefined || !/^https?:\/\/[^/?#@\\\s]+$/i.test(text)) return undefined;
  return URL.canParse(text) ? new URL(text).origin : undefined;
}
