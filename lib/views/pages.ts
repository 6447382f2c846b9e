import type { Translate } from "../locales/translate.ts";

/** What every page gets. URLs are absolute paths on this site. */
export interface Page {
  /** BCP 47, of the texts on the page. */
  locale: string;
  t: Translate;
  appName: string;
  /** Where this router serves `factors.css` and `factors.js`, no trailing slash. */
  assets: string;
}

/** `GET /sms_registration/new`, and the same form again with what was wrong. */
export interface SmsRegistrationPage extends Page {
  kind: "smsRegistration";
  action: string;
  countries: readonly { country_code: string; calling_code: string; name: string }[];
  /** As typed before, to be shown again. */
  values: { country_code: string; phone_number: string };
  error?: PageError;
}

/** `GET /sms_verification/new`: the pending code, or (without `challenge`) a button that asks for one. */
export interface SmsVerificationPage extends Page {
  kind: "smsVerification";
  action: string;
  resendAction: string;
  startOverAction: string;
  codeLength: number;
  challenge?: {
    phone_display: string;
    expires_in_seconds: number;
    attempts_remaining: number;
    resend_after_seconds: number;
    delivery: string;
  };
  error?: PageError;
}

/** What is shown where no form can be: 403, 429, 500, 503. */
export interface ProblemPage extends Page {
  kind: "problem";
  status: number;
  error: PageError;
  /** Where to go on from here. */
  backUrl: string;
}

export interface PageError {
  code: string;
  /** In the page's language. */
  message: string;
  field?: string;
  retry_after?: number;
}

export interface Pages {
  smsRegistration: SmsRegistrationPage;
  smsVerification: SmsVerificationPage;
  problem: ProblemPage;
}
