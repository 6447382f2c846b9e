import type { Request, Response, Router } from "express";
import type { Factors } from "../create-factors.ts";
import { FactorError, isFactorError } from "../errors.ts";
import { door } from "../http/door.ts";
import { readField } from "../http/fields.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { pageError, refusalHeaders } from "../http/refuse.ts";
import { pageOf, render } from "../http/render.ts";
import { rememberReturnTo } from "../http/return-to.ts";
import { statuses } from "../http/statuses.ts";
import { codeSent } from "./code-sent.ts";

const SCOPE = "sms_registration";

/** SmsRegistration as a router: `GET /new` asks for a number, `POST /` sends a code to it. Mount it behind the app's session and Passport. */
export function smsRegistration(factors: Factors): Router {
  async function showForm(req: Request, res: Response): Promise<void> {
    await factors.passed(req);
    const locale = factors.locale(req);
    if (wantsJson(req)) {
      noStore(res);
      res.json({ countries: factors.listCountries(locale) });
    } else showPage(req, res, 200, { country_code: regionOf(req), phone_number: "" });
  }

  async function create(req: Request, res: Response): Promise<void> {
    const input = {
      country_code: readField(req.body, SCOPE, ["country_code"]),
      phone_number: readField(req.body, SCOPE, ["phone_number"]),
    };
    try {
      const challenge = await factors.register(req, input);
      codeSent(req, res, factors, challenge, whereTyped(challenge.channel));
    } catch (error) {
      if (!wantsJson(req) && isFactorError(error) && error.code === "factor_required") {
        rememberReturnTo(req, `${req.baseUrl}/new`);
      }
      if (wantsJson(req) || !isFormError(error)) throw error;
      refusalHeaders(res, error);
      const status = statuses[error.code] === 400 ? 422 : statuses[error.code];
      showPage(
        req,
        res,
        status,
        { country_code: asText(input.country_code), phone_number: asText(input.phone_number) },
        error,
      );
    }
  }

  function whereTyped(channel: string): string {
    const { verification, doors } = factors.paths;
    return factors.list.length === 1 ? verification : `${doors[channel]}/new`;
  }

  function showPage(
    req: Request,
    res: Response,
    status: number,
    values: { country_code: string; phone_number: string },
    error?: FactorError,
  ): void {
    const page = pageOf(req, factors);
    render(res, factors, "smsRegistration", status, {
      ...page,
      action: req.baseUrl || "/",
      countries: factors.listCountries(page.locale),
      values,
      ...(error === undefined ? {} : { error: pageError(error, page.t) }),
    });
  }

  return door(factors, { get: { "/new": showForm }, post: { "/": create } });
}

/** What the person can mend in the form, or by waiting. */
function isFormError(error: unknown): error is FactorError {
  return (
    isFactorError(error) &&
    (statuses[error.code] === 400 || error.code === "too_many_requests") &&
    error.code !== "not_enrolled"
  );
}

function asText(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 64) : "";
}

/** The region that the browser names first: a guess that saves most people the list. */
function regionOf(req: Request): string {
  return (
    /^[a-z]{2,3}(?:-[A-Za-z]{4})?-([A-Z]{2})\b/.exec(String(req.headers["accept-language"] ?? ""))?.[1] ?? ""
  );
}
