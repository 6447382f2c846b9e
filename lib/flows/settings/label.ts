import { FactorError } from "../../errors.ts";

const LONGEST = 60;

/** How somebody calls what is on file: a text of 1 to 60 characters. Throws `invalid_request` that names the field. */
export function labelOf(given: unknown): string {
  const label = typeof given === "string" ? given.trim() : "";
  if (label === "" || Array.from(label).length > LONGEST || /\p{Cc}|\p{Surrogate}/u.test(label))
    throw new FactorError("invalid_request", { field: "label" });
  return label;
}
