import bodyParser from "body-parser";
import type { ErrorRequestHandler, RequestHandler } from "express";
import { FactorError } from "../errors.ts";

const options = { limit: "16kb", inflate: false };

/** Reads urlencoded and JSON bodies where the app has not already done so. */
export const bodies: readonly RequestHandler[] = [
  bodyParser.urlencoded({ ...options, extended: true, parameterLimit: 50 }),
  bodyParser.json(options),
].map(
  (parse): RequestHandler =>
    (req, res, next) =>
      (req.body as unknown) === undefined ? parse(req, res, next) : next(),
);

/** A body that cannot be read is the sender's mistake: `invalid_request`. Stands right behind the parsers, so it sees only theirs. */
export const unreadableBody: ErrorRequestHandler = (thrown, _req, _res, next) => {
  const status = (thrown as { status?: unknown } | null)?.status;
  const senders = typeof status === "number" && status >= 400 && status < 500;
  next(senders ? new FactorError("invalid_request", { cause: thrown }) : thrown);
};
