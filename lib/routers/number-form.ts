import type { Request, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import type { FactorError } from "../errors.ts";
import { answerJson } from "../http/answer-json.ts";
import { readField } from "../http/fields.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { pageError } from "../http/refuse.ts";
import { pageOf, render } from "../http/render.ts";
import type { SmsRegistrationPage } from "../views/pages.ts";
import { numberHint, type NumberHint } from "../phone/examples.ts";
import { againStatus } from "./verified.ts";

interface NumberInput {
  country_code: unknown;
  phone_number: unknown;
}

/** The form that asks for a number, at registration and at sign-up. */
export interface NumberForm {
  read(req: Request): NumberInput;
  /** `GET /new`; JSON callers get the countries. */
  show(req: Request, res: Response): Promise<void>;
  /** The form again with what was typed, and what was wrong with it. */
  showAgain(req: Request, res: Response, error: FactorError, typed?: NumberInput): Promise<void>;
}

/** What the form says beside the fields. */
type About = Pick<SmsRegistrationPage, "signup" | "replaces">;

export function numberForm(
  factors: Factors,
  scope: string,
  about: (req: Request) => Promise<About> | About,
): NumberForm {
  async function page(
    req: Request,
    res: Response,
    status: number,
    typed: NumberInput,
    error?: FactorError,
  ): Promise<void> {
    const more = await about(req);
    const page = pageOf(req, factors);
    render(res, factors, "smsRegistration", status, {
      ...page,
      ...more,
      action: req.baseUrl || "/",
      countries: factors
        .listCountries(page.locale)
        .map((each) => ({ ...each, ...hintOf(each.country_code) })),
      likely: regionsOf(req),
      values: { country_code: asText(typed.country_code), phone_number: asText(typed.phone_number) },
      ...(error === undefined ? {} : { error: pageError(error, page.t) }),
    });
  }

  const hints = new Map<string, NumberHint | undefined>();
  // Reading the numbering plans takes a moment: once, and not before a form is shown.
  function hintOf(country: string): NumberHint | undefined {
    if (!hints.has(country)) hints.set(country, numberHint(country));
    return hints.get(country);
  }

  const empty = (req: Request) => ({ country_code: regionsOf(req)[0] ?? "", phone_number: "" });
  return {
    read: ({ body }) => ({
      country_code: readField(body, scope, ["country_code"]),
      phone_number: readField(body, scope, ["phone_number"]),
    }),
    async show(req, res) {
      if (!wantsJson(req)) return page(req, res, 200, empty(req));
      noStore(res);
      answerJson(res, 200, { countries: factors.listCountries(factors.locale(req)) });
    },
    showAgain: (req, res, error, typed = empty(req)) => page(req, res, againStatus(res, error), typed, error),
  };
}

function asText(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 100) : "";
}

/** The regions that the browser names, in its order: a guess that saves most people the list. */
function regionsOf(req: Request): string[] {
  const header = String(req.headers["accept-language"] ?? "").slice(0, 500);
  const named = header.matchAll(/(?:^|,)\s*[a-z]{2,3}(?:-[A-Za-z]{4})?-([A-Z]{2})\b/g);
  return [...new Set([...named].map(([, region]) => region as string))].slice(0, 5);
}
