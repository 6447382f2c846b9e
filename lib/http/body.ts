import bodyParser from "body-parser";
import type { NextFunction, Request, Response } from "express";
import { FactorError } from "../errors.ts";

const options = { limit: "16kb", inflate: false };
const readForm = bodyParser.urlencoded({ ...options, extended: true, parameterLimit: 50 });
const readJson = bodyParser.json({ ...options, verify: keepRaw });
const raws = new WeakMap<object, Buffer>();

/** Only where an address says that a signature covers the bytes. */
function keepRaw(req: { url?: string | undefined }, _res: unknown, raw: Buffer): void {
  if (req.url?.includes("bodySHA256=") === true) raws.set(req, raw);
}

/** Those bytes, of a JSON body that was read here. */
export const rawBodyOf = (req: Request): Buffer | undefined => raws.get(req);

/** Reads an urlencoded or a JSON body where the app has not already done so. */
export function readBody(req: Request, res: Response, next: NextFunction): void {
  if ((req.body as unknown) !== undefined) return next();
  const read = req.is("application/json") === "application/json" ? readJson : readForm;
  read(req, res, (thrown?: unknown) => next(thrown === undefined ? undefined : unreadable(thrown)));
}

/** A body that cannot be read is the sender's mistake: `invalid_request`. */
function unreadable(thrown: unknown): unknown {
  const status = (thrown as { status?: unknown } | null)?.status;
  const senders = typeof status === "number" && status >= 400 && status < 500;
  return senders ? new FactorError("invalid_request", { cause: thrown }) : thrown;
}
