import type { Request } from "express";
import { FactorError } from "../errors.ts";
import { readField } from "../http/fields.ts";

/** Throws `invalid_request` where there is none. */
export function idIn(req: Request): string {
  const id = readField(req.body, "security", ["id"]);
  if (typeof id !== "string" || id === "") throw new FactorError("invalid_request", { field: "id" });
  return id;
}
