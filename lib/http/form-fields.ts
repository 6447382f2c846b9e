import type { Request, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { asError } from "../errors.ts";
import { wrongAnswer } from "../wrong-answer.ts";

const WHO = "formFields";

/** The app's own hidden fields for the forms of a page. Throws an Error that names the hook for whatever it throws, and for an answer that is none. */
export function formFieldsOf(
  req: Request,
  res: Response,
  { pages }: Pick<Factors, "pages">,
): Record<string, string> {
  if (pages.formFields === undefined) return {};
  try {
    return checked(pages.formFields(req, res));
  } catch (thrown) {
    throw asError(thrown, WHO);
  }
}

function checked(answer: unknown): Record<string, string> {
  const fields = entriesOf(answer);
  if (fields === undefined) throw wrongAnswer(WHO, answer, "an object of texts by field name, at once");
  for (const [name, value] of fields) {
    if (!/^[^\s\p{Cc}]{1,100}$/u.test(name))
      throw new TypeError(`${WHO} answered a name that no form field can have`);
    if (typeof value !== "string") throw wrongAnswer(`${WHO}: ${name}`, value, "a text");
  }
  return Object.fromEntries(fields) as Record<string, string>;
}

/** Of a plain object only; one that cannot even be looked at has none. */
function entriesOf(value: unknown): [string, unknown][] | undefined {
  try {
    if (typeof value !== "object" || value === null) return undefined;
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null ? Object.entries(value) : undefined;
  } catch {
    return undefined;
  }
}
