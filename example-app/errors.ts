import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler, Request, RequestHandler, Response } from "express";
import { isFactorError, type FactorErrorCode } from "passport-factors";
import { isRefusal, Refusal, sendPage, wantsJson } from "./http.ts";
import { problemPage } from "./pages/problem.ts";

/** What the app says where it calls the factors itself; the package's own routes answer for themselves. */
const FACTOR_REFUSALS: Partial<Record<FactorErrorCode, readonly [status: number, message: string]>> = {
  login_required: [401, "Please sign in first."],
  factor_required: [401, "Please confirm that it is you with a code."],
  cross_origin: [403, "That request came from another site."],
  factor_disabled: [
    403,
    "Too many wrong codes: text messages are switched off for this account. Please contact us.",
  ],
  too_many_requests: [429, "Too many requests. Please wait a moment."],
  delivery_failed: [500, "The text message could not be sent. Please try again."],
  delivery_disabled: [503, "We cannot send codes at the moment. Please try again later."],
  sends_paused: [503, "We cannot send codes to this number at the moment. Please try again later."],
  store_unavailable: [503, "We are back in a moment. Please try again."],
};

type Report = (error: unknown) => void;

/** Any thrown value as what the client is told. */
export function refusalOf(error: unknown): Refusal {
  if (isRefusal(error)) return error;
  if (isFactorError(error)) {
    const { retryAfter } = error.details;
    const [status, message] = FACTOR_REFUSALS[error.code] ?? [400, "That did not work."];
    return new Refusal(status, error.code, message, retryAfter === undefined ? {} : { retryAfter });
  }
  const status = (error as { status?: unknown } | null)?.status;
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new Refusal(status, "invalid_request", "That request cannot be read.");
  }
  return new Refusal(500, "internal_error", "Something went wrong on our side. Please try again.");
}

export function answerError(error: unknown, req: Request, res: Response, report: Report): void {
  const refusal = refusalOf(error);
  const { status, code, message, field, retryAfter } = refusal;
  if (status >= 500) report(error);
  res.set("Cache-Control", "no-store").vary("Accept");
  if (retryAfter !== undefined) res.set("Retry-After", String(retryAfter));
  if (status === 401) res.set("WWW-Authenticate", 'Session realm="chat"');
  if (!wantsJson(req)) {
    if (code === "login_required" && req.method === "GET") res.redirect(303, "/login");
    else sendPage(res, problemPage(refusal), status);
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
    throw new Refusal(404, "not_found", "There is nothing here.");
  };
}
