import bodyParser from "body-parser";
import type { RequestHandler } from "express";

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
