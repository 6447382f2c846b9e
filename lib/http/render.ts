import type { Request, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { asError } from "../errors.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { directionOf, inLanguage } from "../locales/tags.ts";
import type { Page, Pages } from "../views/pages.ts";
import { approvalView } from "../views/approval.ts";
import { codeVerificationView, smsVerificationView } from "../views/code-verification.ts";
import { backupCodesView } from "../views/backup-codes.ts";
import { factorVerificationView } from "../views/factor-verification.ts";
import { factorEnrolmentView } from "../views/factor-enrolment.ts";
import { factorSettingsView } from "../views/factor-settings.ts";
import { numberChangedView } from "../views/number-changed.ts";
import { problemView } from "../views/problem.ts";
import { secondFactorView } from "../views/second-factor.ts";
import { signInView } from "../views/sign-in.ts";
import { smsRegistrationView } from "../views/sms-registration.ts";
import { recoveryLinkView } from "../views/recovery-link.ts";
import { recoveryView } from "../views/recovery.ts";
import { trustedDevicesView } from "../views/trusted-devices.ts";
import { assetsVersion } from "./assets.ts";
import { formFieldsOf } from "./form-fields.ts";
import { noStore, pageHeaders } from "./headers.ts";

type BuiltIn = { [Kind in keyof Pages]: (page: Pages[Kind]) => string };

const builtIn: BuiltIn = {
  smsRegistration: smsRegistrationView,
  smsVerification: smsVerificationView,
  codeVerification: codeVerificationView,
  numberChanged: numberChangedView,
  secondFactor: secondFactorView,
  backupCodes: backupCodesView,
  factorVerification: factorVerificationView,
  factorSettings: factorSettingsView,
  factorEnrolment: factorEnrolmentView,
  recovery: recoveryView,
  recoveryLink: recoveryLinkView,
  signIn: signInView,
  approval: approvalView,
  trustedDevices: trustedDevicesView,
  problem: problemView,
};

/** What every page gets; `mountedRouter` is where the router is mounted whose assets it loads. */
export function pageOf(
  req: Request,
  factors: Factors,
  {
    mountedRouter = req.baseUrl,
    locale = factors.locale(req),
  }: { mountedRouter?: string; locale?: string } = {},
): Omit<Page, "formFields"> {
  const t = factors.translator(locale);
  const { brand, support } = factors.pages;
  return {
    locale,
    dir: directionOf(locale),
    t,
    appName: factors.name,
    assets: `${mountedRouter}/assets/${assetsVersion(factors)}`,
    ...(brand.logo === undefined ? {} : { logo: brand.logo }),
    ...(brand.stylesheet === undefined ? {} : { stylesheet: brand.stylesheet }),
    ...(support === undefined
      ? {}
      : { support: { url: support.url, label: inLanguage(support.label, locale) ?? t("support.label") } }),
  };
}

/** Shows a page: the app's own Express view where it has named one, else the built-in. */
export function render<Kind extends keyof Pages>(
  res: Response,
  factors: Factors,
  kind: Kind,
  status: number,
  page: Omit<Pages[Kind], "kind" | "formFields">,
): void {
  // A page without a form needs none, and must not fail by them: it says what failed.
  const formFields = kind === "problem" ? {} : formFieldsOf(res.req, res, factors);
  const whole = { ...page, kind, formFields } as unknown as Pages[Kind];
  noStore(res);
  pageHeaders(res);
  res.status(status).set("Content-Language", whole.locale);
  const own = factors.views[kind];
  if (own !== undefined) renderOwn(res, factors, own, whole);
  else res.type("html").send(builtIn[kind](whole));
}

/** The app's view engine may hang, or call back with anything; Express would hand that on as it is. */
function renderOwn(res: Response, factors: Factors, view: string, page: object): void {
  const { req } = res;
  const drawn = factors.inTime(
    `the view ${view}`,
    () =>
      new Promise<string>((resolve, reject) => {
        res.render(view, page, (error: unknown, html?: unknown) => {
          if ((error === undefined || error === null) && typeof html === "string") resolve(html);
          else reject((error ?? wrongAnswer(`the view ${view}`, html, "a text")) as Error);
        });
      }),
  );
  drawn
    .then((html) => void res.send(html))
    .catch((thrown: unknown) => req.next?.(asError(thrown)))
    .catch(factors.report);
}
