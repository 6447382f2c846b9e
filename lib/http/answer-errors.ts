import type { ErrorRequestHandler, Request } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { asError, isFactorError } from "../errors.ts";
import { refuse } from "./refuse.ts";

/**
 * Answers the refusals of `factors` that the app's own routes throw, as the doors answer theirs: a problem document, a
 * redirect, or a page. Mount it after the routes; anything else goes on to the app's error handler.
 *
 * @example
 * app.use(answerErrors(factors));
 */
export function answerErrors(factors: Factors): ErrorRequestHandler {
  return answering(factors, () => undefined);
}

/** The same for what a door's own actions throw; a program at one that needs no session has nowhere to go. */
export function answerRouterErrors(factors: Factors, isForPeople = true): ErrorRequestHandler {
  return answering(factors, (req) => req.baseUrl, isForPeople);
}

function answering(
  factors: Factors,
  doorOf: (req: Request) => string | undefined,
  isForPeople = true,
): ErrorRequestHandler {
  return function answerError(thrown, req, res, next) {
    if (!isFactorError(thrown) || res.headersSent) return next(asError(thrown));
    try {
      refuse(req, res, factors, thrown, doorOf(req), isForPeople);
    } catch (again) {
      // What the app's own code throws while we answer, such as its `locale` or a view, is for the app's error handler.
      next(asError(again));
    }
  };
}
