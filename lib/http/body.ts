import bodyParser from "body-parser";
import type { NextFunction, Request, Response } from "express";
import getRawBody from "raw-body";
import { asError, FactorError } from "../errors.ts";

const LIMIT_BYTES = 16_384;
const options = { limit: LIMIT_BYTES, inflate: false };
const readForm = bodyParser.urlencoded({ ...options, extended: true, parameterLimit: 50 });
const readOddJson = bodyParser.json({ ...options, verify: keepRaw });

/** What nearly all JSON callers send: UTF-8, not packed. It is read with much less ado than body-parser's; whatever else says JSON is left to that. */
const PLAIN_JSON = /^application\/json(; ?charset=utf-8)?$/i;
const JSON_TYPE = /^\s*application\/json\s*(;|$)/i;

const raws = new WeakMap<object, Buffer>();

/** Only where an address says that a signature covers the bytes. */
function keepRaw(req: { url?: string | undefined }, _res: unknown, raw: Buffer): void {
  if (req.url?.includes("bodySHA256=") === true) raws.set(req, raw);
}

/** Those bytes, of a JSON body that was read here. */
export const rawBodyOf = (req: Request): Buffer | undefined => raws.get(req);

/** Reads an urlencoded or a JSON body where the app has not already done so. */
export function readBody(req: Request, res: Response, next: NextFunction): void {
  if ((req.body as unknown) !== undefined || req.readableEnded || req.destroyed) return next();
  const type = req.headers["content-type"] ?? "";
  if (PLAIN_JSON.test(type) && req.headers["content-encoding"] === undefined) return readJson(req, next);
  const read = JSON_TYPE.test(type) ? readOddJson : readForm;
  read(req, res, (thrown?: unknown) => (thrown === undefined ? next() : next(asError(unreadable(thrown)))));
}

function readJson(req: Request, next: NextFunction): void {
  const length = req.headers["content-length"] ?? null;
  getRawBody(req, { length, limit: LIMIT_BYTES }, (error: Error | null, bytes) => {
    if (error !== null) {
      // What is left of a body that is too long must not stand before the next request.
      req.resume();
      return next(asError(unreadable(error)));
    }
    const body = parsed(bytes);
    if (body instanceof Error) return next(new FactorError("invalid_request", { cause: body }));
    keepRaw(req, undefined, bytes);
    req.body = body;
    next();
  });
}

/** An object or a list, as body-parser's strict mode has it; nothing at all is an empty object. */
function parsed(bytes: Buffer): object {
  if (bytes.length === 0) return {};
  try {
    const value: unknown = JSON.parse(bytes.toString().replace(/^\uFEFF/, ""));
    return typeof value === "object" && value !== null
      ? value
      : new TypeError("neither an object nor a list");
  } catch (error) {
    return error as SyntaxError;
  }
}

/** A body that cannot be read is the sender's mistake: `invalid_request`. */
function unreadable(thrown: unknown): unknown {
  const status = (thrown as { status?: unknown } | null)?.status;
  const senders = typeof status === "number" && status >= 400 && status < 500;
  return senders ? new FactorError("invalid_request", { cause: thrown }) : thrown;
}
