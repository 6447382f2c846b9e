import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import { isFactorError, type FactorErrorCode } from "passport-factors";
import { isRefusal, Refusal, sendPage, wantsJson, type Reason } from "./http.ts";
import { problemPage } from "./pages/problem.ts";

/** What the app says where it calls the factors itself; the package's own routes answer for themselves. */
const FACTOR_REFUSALS: Partial<Record<FactorErrorCode, readonly [status: number, reason: Reason]>> = {
  login_required: [401, "refusal.login_required"],
  factor_required: [401, "refusal.factor_required"],
  cross_origin: [403, "refusal.cross_origin"],
  factor_disabled: [403, "refusal.factor_disabled"],
  too_many_requests: [429, "refusal.too_many_requests"],
  delivery_failed: [500, "refusal.delivery_failed"],
  delivery_disabled: [503, "refusal.delivery_disabled"],
  sends_paused: [503, "refusal.sends_paused"],
  store_unavailable: [503, "refusal.store_unavailable"],
};

type Report = (error: unknown) => void;

/** Any thrown value as what the client is told. */
export function refusalOf(error: unknown): Refusal {
  if (isRefusal(error)) return error;
  if (isFactorError(error)) {
    const { retryAfter } = error.details;
    const [status, reason] = FACTOR_REFUSALS[error.code] ?? [400, "refusal.other"];
    return new Refusal(status, error.code, reason, retryAfter === undefined ? {} : { retryAfter });
  }
  const status = (error as { status?: unknown } | null)?.status;
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new Refusal(status, "invalid_request", "refusal.invalid_request");
  }
  return new Refusal(500, "internal_error", "refusal.internal_error");
}

export function answerError(error: unknown, req: Request, res: Response, report: Report): void {
  const refusal = refusalOf(error);
  const { status, code, field, retryAfter } = refusal;
  const message = refusal.told(req);
  if (status >= 500) report(error);
  res.set("Cache-Control", "no-store").vary("Accept, Accept-Language");
  if (retryAfter !== undefined) res.set("Retry-After", String(retryAfter));
  if (status === 401) res.set("WWW-Authenticate", 'Session realm="chat"');
  if (!wantsJson(req)) {
    if (code === "login_required" && req.method === "GET") res.redirect(303, "/login");
    else sendPage(res, problemPage({ status, code, message }), status);
    return;
  }
  const title = STATUS_CODES[status] ?? "Error";
  const problem = {
    type: "about:blank",
    title,
    status,
    detail: message,
    success: false,
    error: title,
    message,
    code,
  };
  const more = {
    ...(field === undefined ? {} : { field }),
    ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
  };
  res
    .status(status)
    .type("application/problem+json")
    .send(JSON.stringify({ ...problem, ...more }));
}

/** The last handler of the app: one answer for every error, and never a stack trace. */
export function errorHandler(report: Report): ErrorRequestHandler {
  return function handleError(error, req, res, next) {
    if (!res.headersSent) return answerError(error, req, res, report);
    report(error);
    // express-session tells of a failed save when the answer has left; what is half sent otherwise is cut off.
    if (!res.writableEnded) next(error);
  };
}

export function notFound(): RequestHandler {
  return function handleNotFound() {
    throw new Refusal(404, "not_found", "refusal.not_found");
  };
}
