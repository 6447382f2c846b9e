import type { FactorPrompt } from "../factors/definition.ts";
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

/** A text that an app asks for at sign-up, as it is shown. */
export interface ProfileInput {
  name: string;
  label: string;
  type: "text" | "email" | "password";
  autocomplete: string;
  required: boolean;
  /** As typed before; a password is never shown again. */
  value: string;
}

/** `GET /sms_registration/new`, and the same form again with what was wrong. */
export interface SmsRegistrationPage extends Page {
  kind: "smsRegistration";
  /** The form of a sign-up by phone. */
  signup?: boolean;
  action: string;
  countries: readonly { country_code: string; calling_code: string; name: string }[];
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
  /** Where the pending code can be asked for as JSON, for a page that follows its delivery. */
  challengeUrl: string;
  /** Where another factor can be chosen; absent where there is only one. */
  otherWays?: string;
  resendAction: string;
  startOverAction: string;
  codeLength: number;
  /** Days for which the device can be remembered; absent where the app does not offer it. */
  rememberDays?: number;
  /** What a sign-up by phone asks for beside the code. */
  fields?: readonly ProfileInput[];
  challenge?: {
    phone_display: string;
    /** The same short mark as in the message. */
    reference: string;
    expires_in_seconds: number;
    attempts_remaining: number;
    resend_after_seconds: number;
    delivery: string;
    /** With `failed`: an error code that says why, where the provider did. */
    delivery_reason?: string;
  };
  error?: PageError;
}

/** `GET /second_factor/new`: the factors on file, to choose one; `none` where the person has none of them at hand. */
export interface SecondFactorPage extends Page {
  kind: "secondFactor";
  action: string;
  offers: readonly { name: string; label?: string; phone_display?: string }[];
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
}

/** `GET /backup_code_verification/new`: where a backup code is typed. */
export interface BackupCodeVerificationPage extends Page {
  kind: "backupCodeVerification";
  action: string;
  /** Where another factor can be chosen; absent where there is only one. */
  otherWays?: string;
  error?: PageError;
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

/** `GET /security`: what is on file, and what can be put there. */
export interface FactorSettingsPage extends Page {
  kind: "factorSettings";
  factors: readonly {
    factor: string;
    id: string | null;
    label: string;
    /** What it is, where its owner calls it otherwise. */
    kind?: string;
    display?: string;
    added_at: string | null;
    last_used_at: string | null;
    /** POST `id` here to take it off file. */
    removeAction?: string;
    /** POST `id` and `label` here to call it otherwise. */
    renameAction?: string;
    /** Where it is looked after, where that is elsewhere. */
    manageUrl?: string;
  }[];
  /** POST to `action` to put one on file; not `isNew`: in the place of one that is there. */
  additions: readonly { factor: string; label: string; action: string; isNew: boolean }[];
  /** Where backup codes are made, and a phone is registered, where the account has none. */
  backupCodesUrl?: string;
  registrationUrl?: string;
  /** Where something waits to be decided for a recovery. */
  waiting?: readonly { by: "device" | "person"; url: string }[];
  /** Who has named the account to stand for them; POST `id`. */
  invitations?: readonly {
    factor: string;
    label: string;
    id: string;
    from: string;
    accepted: boolean;
    invited_at: string;
    acceptAction: string;
    declineAction: string;
  }[];
  /** Whom the account has named, and who has not accepted; POST `id` to take it back. */
  invited?: readonly {
    factor: string;
    label: string;
    id: string;
    display: string;
    invited_at: string;
    removeAction: string;
  }[];
  /** `no_factor`, `only_phone`, `no_backup_codes`. */
  warnings: readonly string[];
  backUrl: string;
}

/** `GET /security/totp`: what is being put on file. */
export interface FactorEnrolmentPage extends Page {
  kind: "factorEnrolment";
  factor: string;
  texts: { label: string; name?: string; field: string; hint?: string };
  /** What the factor shows once: of an authenticator app `{ id, secret, uri, qr }`; of a ceremony `{ publicKey }`, the options for the browser; where several inputs are filled in, `{ fields }`. */
  shown: Readonly<Record<string, unknown>>;
  prompt: FactorPrompt;
  /** There may be several, and their owner may call each by a name: `label`. */
  named: boolean;
  field: string;
  length: number;
  digits: boolean;
  autocomplete: string;
  /** POST the first code here, with `id`. */
  action: string;
  backUrl: string;
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
  secondFactor: SecondFactorPage;
  backupCodes: BackupCodesPage;
  backupCodeVerification: BackupCodeVerificationPage;
  factorVerification: FactorVerificationPage;
  factorSettings: FactorSettingsPage;
  factorEnrolment: FactorEnrolmentPage;
  signIn: SignInPage;
  approval: ApprovalPage;
  trustedDevices: TrustedDevicesPage;
  problem: ProblemPage;
}
