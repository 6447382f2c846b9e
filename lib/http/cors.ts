import type { Request, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { originOf } from "./same-origin.ts";

/** What a page's script may read of an answer, beside its body. */
const EXPOSED = "Retry-After, WWW-Authenticate";
const PREFLIGHT_SECONDS = "600";

/**
 * Lets pages of the origins that the app trusts ask us with their cookies, and read what we answer (Fetch standard, CORS protocol). What the app's own middleware
 * has set stays. Answers whether this was a preflight, and is answered.
 */
export function answersPreflight(
  req: Request,
  res: Response,
  { trustedOrigins }: Pick<Factors, "trustedOrigins">,
): boolean {
  const { headers, method } = req;
  if (trustedOrigins.length === 0) return false;
  res.vary("Origin");
  const origin = originOf(headers.origin);
  if (origin === undefined || !trustedOrigins.includes(origin)) return false;
  if (res.getHeader("Access-Control-Allow-Origin") === undefined)
    res.set({
      "Access-Control-Allow-Origin": origin,
      "Access-Control-Allow-Credentials": "true",
      "Access-Control-Expose-Headers": EXPOSED,
    });
  if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return false;
  res.vary("Access-Control-Request-Headers");
  const asked = String(headers["access-control-request-headers"] ?? "");
  res.set({
    "Access-Control-Allow-Methods": "GET, POST",
    ...(/^[\w, -]{1,500}$/.test(asked) ? { "Access-Control-Allow-Headers": asked } : {}),
    "Access-Control-Max-Age": PREFLIGHT_SECONDS,
  });
  res.status(204).end();
  return true;
}
