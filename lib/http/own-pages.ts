import type { Request } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { againLine, type AgainParts } from "../views/again.ts";
import { codeField as codeFieldOf, type CodeFieldParts } from "../views/code-field.ts";
import { head as headOf, hiddenFields as hiddenFieldsOf, layout } from "../views/layout.ts";
import type { Page } from "../views/pages.ts";
import { checkFactors } from "./check-factors.ts";
import { formFieldsOf } from "./form-fields.ts";
import { pageOf } from "./render.ts";

/** HTML. What a part is given is escaped; a `body` is put in as it is. */
export type Markup = string;

/**
 * For a page of the app's own in the frame of the built-in ones: language, texts, brand, and the app's hidden fields. `locale`: of a page that is in one
 * language only. The stylesheet is that of the router at `paths.verification`.
 *
 * @example
 * app.get("/welcome", (req, res) => res.send(frame(page(req, factors), "Welcome", "<p>Nice to see you.</p>")));
 */
export function page(req: Request, factors: Factors, options: { locale?: string } = {}): Page {
  checkFactors("page", factors);
  if (req.res === undefined) throw new TypeError("page: the first argument must be a request of Express");
  const mounted = factors.paths.verification.replace(/\/[^/]*$/, "");
  return {
    ...pageOf(req, factors, { mountedRouter: mounted, ...options }),
    formFields: formFieldsOf(req, req.res, factors),
  };
}

/** A whole page: the app's brand, the title as its heading, the body, and the way to help. Forms of the body get the app's hidden fields. */
export function frame(of: Page, title: string, body: Markup): Markup {
  return layout(of, title, { html: body });
}

/** For a frame of the app's own: what the parts load. It belongs into `<head>`. */
export const head = (of: Page): Markup => headOf(of).html;

/** The app's hidden fields, for a form of the app's own frame. */
export const hiddenFields = (of: Page): Markup => hiddenFieldsOf(of).html;

/** The field that looks like so many places: the one of `codeLength` digits, or any other by its parts. */
export function codeField(of: Page, parts: CodeFieldParts): Markup {
  return codeFieldOf(of, parts).html;
}

/** Didn't get it? Resend (0:29) · Call me instead · Try another way. */
export function resendLine(of: Page, parts: AgainParts): Markup {
  return againLine(of, parts).html;
}

export type { AgainParts, CodeFieldParts, Page };
