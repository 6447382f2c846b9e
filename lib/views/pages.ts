import type { RecoveryView } from "../flows/recovery/view.ts";
import type { FactorPrompt } from "../factors/definition.ts";
import type { Page, PageError, ProfileInput } from "./page.ts";
import type { FactorEnrolmentPage, FactorSettingsPage } from "./settings-pages.ts";

export type { Page, PageError, ProfileInput } from "./page.ts";
export type { FactorEnrolmentPage, FactorSettingsPage } from "./settings-pages.ts";

/** Every state of a recovery, at `GET /recovery`. */
export interface RecoveryPage extends Page {
  kind: "recovery";
  /** As the JSON answer has it. */
  view: RecoveryView;
  /** Where the router is mounted, for the form of the identifier. */
  action: string;
  /** The same without a slash at the end, before `/step` and `/password`. */
  mount: string;
  loginUrl: string;
  /** Whom to turn to. */
  supportContact?: string;
  error?: PageError;
}

/** `GET /recovery/link`: a button that goes on with the link of a mail, in this browser. */
export interface RecoveryLinkPage extends Page {
  kind: "recoveryLink";
  action: string;
  /** `GET /recovery/cancel`: the button ends a reset that waits, in place of going on; and what is shown once it is ended. */
  cancels?: "asks" | "done";
  loginUrl: string;
  error?: PageError;
}

/** `GET /sms_registration/new`, and the same form again with what was wrong. */
export interface SmsRegistrationPage extends Page {
  kind: "smsRegistration";
  /** The form of a sign-up by phone. */
  signup?: boolean;
  /** The number on file that is to be replaced, masked, and where to go who wants to keep it. */
  replaces?: { phone_display: string; backUrl: string };
  action: string;
  countries: readonly {
    country_code: string;
    calling_code: string;
    name: string;
    /** A number of the country as it is written there. */
    example?: string;
    /** What is typed may be grouped like the example. */
    grouped?: boolean;
    /** The country that its calling code stands for, of those that share it. */
    main?: boolean;
  }[];
  /** Codes of the countries to be listed first. */
  likely?: readonly string[];
  /** As typed before, to be shown again. */
  values: { country_code: string; phone_number: string };
  error?: PageError;
}

/** `GET /sms_verification/new`, and the same for calls and WhatsApp: the pending code, or (without `challenge`) a button that asks for one. */
export interface SmsVerificationPage extends Page {
  kind: "smsVerification";
  /** `sms`, `call` or `whatsapp`. */
  channel: string;
  action: string;
  /** Where the pending code can be asked for as JSON, for a page that follows its delivery; absent where nobody tells of it. */
  challengeUrl?: string;
  /** Where this page is, for a browser that comes to it anew. */
  pageUrl: string;
  /** The code as it was typed, where something else was wrong. */
  typed?: string;
  /** Where another factor can be chosen; absent where there is only one. */
  otherWays?: string;
  /** Where the code can be had by another channel: POST there. */
  instead?: readonly { action: string; label: string }[];
  resendAction: string;
  startOverAction: string;
  codeLength: number;
  /** Days for which the device can be remembered; absent where the app does not offer it. */
  rememberDays?: number;
  /** What a sign-up by phone asks for beside the code. */
  fields?: readonly ProfileInput[];
  challenge?: PendingCode & { phone_display: string };
  error?: PageError;
}

/** The same for a factor whose codes go anywhere else, in its own words. */
export interface CodeVerificationPage extends Omit<SmsVerificationPage, "kind" | "challenge" | "fields"> {
  kind: "codeVerification";
  /** The factor's name. */
  factor: string;
  /** The form field that carries the code. */
  field: string;
  texts: { label: string; field: string; hint?: string; begin?: string };
  challenge?: PendingCode & { display: string };
}

export interface PendingCode {
  /** The whole number, where somebody has just typed it. */
  typed_number?: string;
  /** The same short mark as in the message. */
  reference: string;
  expires_in_seconds: number;
  attempts_remaining: number;
  resend_after_seconds: number;
  delivery: string;
  /** With `failed`: an error code that says why, where the provider did. */
  delivery_reason?: string;
}

/** `GET /second_factor/new`: the factors on file, to choose one; `none` where the person has none of them at hand. */
export interface SecondFactorPage extends Page {
  kind: "secondFactor";
  action: string;
  /** The strongest first. */
  offers: readonly {
    name: string;
    label: string;
    phone_display?: string;
    display?: string;
    /** The strongest, where there is a weaker one too. */
    recommended?: true;
    /** What was used last in this browser. */
    last_used?: true;
  }[];
  none: boolean;
  startOverAction: string;
  error?: PageError;
}

/** `GET /backup_codes/new`: what is on file; and, once, the codes of a new set. */
export interface BackupCodesPage extends Page {
  kind: "backupCodes";
  /** POST here for a new set. */
  action: string;
  /** POST here to go on to where the person was going. */
  continueAction: string;
  remaining: number;
  /** ISO 8601; null when there never was a set. */
  generated_at: string | null;
  low: boolean;
  codes?: readonly string[];
  /** The page of a new set was loaded again: its codes were shown, and are not shown twice. */
  just_made?: boolean;
}

/** `GET /sms_verification/changed`: a new number has taken the place of another. */
export interface NumberChangedPage extends Page {
  kind: "numberChanged";
  phone_display: string;
  /** POST here to go on to where the person was going. */
  continueAction: string;
}

/** Where the answer to a factor is typed that was made by `defineFactor`. */
export interface FactorVerificationPage extends Page {
  kind: "factorVerification";
  /** The factor's name. */
  factor: string;
  /** Its words, in the page's language. */
  texts: { label: string; field: string; hint?: string; begin?: string };
  /** How the answer comes: `typed`; `ceremony`, by the browser, which writes the credential's JSON into the field; `elsewhere`, with nothing to type. */
  prompt: FactorPrompt;
  /** The form field that carries the answer. */
  field: string;
  /** The most characters of it. */
  length: number;
  /** Digits only. */
  digits: boolean;
  /** Written in capitals. */
  capitals: boolean;
  autocomplete: string;
  action: string;
  /** POST here to be sent something, or for the options of a ceremony as JSON; absent where there is nothing to begin. */
  beginAction?: string;
  /** Days for which the device can be remembered; absent where the app does not offer it. */
  rememberDays?: number;
  /** Where another factor can be chosen; absent where there is only one. */
  otherWays?: string;
  error?: PageError;
}

/** `GET /passkey_sign_in/new`: signing in by a ceremony alone. */
export interface SignInPage extends Page {
  kind: "signIn";
  factor: string;
  texts: { label: string; name?: string; hint?: string; begin?: string };
  field: string;
  action: string;
  /** POST here for the options of the ceremony, as JSON. */
  beginAction: string;
  /** The other ways to sign in. */
  otherWays: string;
  error?: PageError;
}

/** `GET /approve` and `GET /vouch`: what waits to be decided for a recovery; and what came of it. */
export interface ApprovalPage extends Page {
  kind: "approval";
  /** `device`: the account itself, which types the number; `person`: somebody who was named, who reads it out. */
  by: "device" | "person";
  /** POST here: `id`, `decision` (`approve` or `deny`), and for a device `number`. */
  action: string;
  waiting: readonly { id: string; from?: string; requested_at: string; expires_at: string }[];
  decided?: { approved: boolean; number?: string };
  backUrl: string;
  error?: PageError;
}

/** `GET /trusted_devices/new`: the devices that stand in for the second factor. */
export interface TrustedDevicesPage extends Page {
  kind: "trustedDevices";
  /** POST `device` here: an id, or `all`. */
  action: string;
  devices: readonly { id: string; name: string; used_at: string; expires_at: string; current: boolean }[];
  /** Where to go on from here. */
  backUrl: string;
}

/** What is shown where no form can be: 403, 429, 500, 503. */
export interface ProblemPage extends Page {
  kind: "problem";
  status: number;
  error: PageError;
  /** Where to go on from here. */
  backUrl: string;
}

export interface Pages {
  smsRegistration: SmsRegistrationPage;
  smsVerification: SmsVerificationPage;
  codeVerification: CodeVerificationPage;
  numberChanged: NumberChangedPage;
  secondFactor: SecondFactorPage;
  backupCodes: BackupCodesPage;
  factorVerification: FactorVerificationPage;
  factorSettings: FactorSettingsPage;
  factorEnrolment: FactorEnrolmentPage;
  recovery: RecoveryPage;
  recoveryLink: RecoveryLinkPage;
  signIn: SignInPage;
  approval: ApprovalPage;
  trustedDevices: TrustedDevicesPage;
  problem: ProblemPage;
}
