import type { Request } from "express";
import { FactorError } from "../errors.ts";

/** The longest text of each field; a field behind `?` may be left out. */
export type Shape = Readonly<Record<string, number>>;

type Names<S extends Shape> = {
  [Name in keyof S as Name extends `${infer Bare}?` ? Bare : Name]: string | undefined;
};

/**
 * A JSON body of exactly these text fields. Throws `invalid_request` that names the first field that is missing, too many, not a text, empty or
 * too long.
 */
export function exactBody<const S extends Shape>(req: Request, shape: S): Names<S> {
  const body: unknown = req.body;
  if (
    req.is("application/json") !== "application/json" ||
    typeof body !== "object" ||
    body === null ||
    Array.isArray(body)
  )
    throw new FactorError("invalid_request");
  const given = body as Record<string, unknown>;
  const known = new Map(
    Object.entries(shape).map(([name, most]) => [
      name.replace("?", ""),
      { most, optional: name.endsWith("?") },
    ]),
  );
  for (const [name, { most, optional }] of known) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined && optional) continue;
    if (typeof value !== "string" || value.trim() === "" || value.length > most)
      throw new FactorError("invalid_request", { field: name });
  }
  const more = Object.keys(given).find((name) => !known.has(name));
  if (more !== undefined) throw new FactorError("invalid_request", { field: more.slice(0, 64) });
  return given as Names<S>;
}
