import type { RecoveryView } from "../flows/recovery/view.ts";
import type {
  FactorWords,
  FactorVerificationPage,
  FactorSettingsPage,
  FactorEnrolmentPage,
  SignInPage,
} from "./factor-pages.ts";
import type { Page, PageError, ProfileInput } from "./page.ts";

export type {
  FactorVerificationPage,
  FactorSettingsPage,
  FactorEnrolmentPage,
  SignInPage,
} from "./factor-pages.ts";
export type { Page, PageError, ProfileInput } from "./page.ts";

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
  /** Tells the page apart from the others. */
  kind: "recoveryLink";
  /** Where the form posts to. */
  action: string;
  /** `GET /recovery/cancel`: the button ends a reset that waits, in place of going on; and what is shown once it is ended. */
  cancels?: "asks" | "done";
  /** Where people sign in. */
  loginUrl: string;
  /** What was refused, in words for people. */
  error?: PageError;
}

/** `GET /sms_registration/new`, and the same form again with what was wrong. */
export interface SmsRegistrationPage extends Page {
  /** Tells the page apart from the others. */
  kind: "smsRegistration";
  /** The form of a sign-up by phone. */
  signup?: boolean;
  /** The number on file that is to be replaced, masked, and where to go who wants to keep it. */
  replaces?: {
    /** The number on file, masked. */ phone_display: string;
    /** The way back. */ backUrl: string;
  };
  /** Where the form posts to. */
  action: string;
  /** The countries that may be sent to. */
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
  values: {
    /** As it was typed. */
    country_code: string;
    /** As it was typed. */
    phone_number: string;
  };
  /** What was refused, in words for people. */
  error?: PageError;
}

/** `GET /sms_verification/new`, and the same for calls and WhatsApp: the pending code, or (without `challenge`) a button that asks for one. */
export interface SmsVerificationPage extends Page {
  /** Tells the page apart from the others. */
  kind: "smsVerification";
  /** `sms`, `call` or `whatsapp`. */
  channel: string;
  /** Where the form posts to. */
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
  /** Where another code is asked for. */
  resendAction: string;
  /** Where everything is forgotten, to begin anew. */
  startOverAction: string;
  /** Digits of the code. */
  codeLength: number;
  /** Days for which the device can be remembered; absent where the app does not offer it. */
  rememberDays?: number;
  /** What a sign-up by phone asks for beside the code. */
  fields?: readonly ProfileInput[];
  /** The code that waits to be typed. */
  challenge?: PendingCode & { phone_display: string };
  /** What was refused, in words for people. */
  error?: PageError;
}

/** The same for a factor whose codes go anywhere else, in its own words. */
export interface CodeVerificationPage extends Omit<SmsVerificationPage, "kind" | "challenge" | "fields"> {
  /** Tells the page apart from the others. */
  kind: "codeVerification";
  /** The factor's name. */
  factor: string;
  /** The form field that carries the code. */
  field: string;
  /** The factor's words, in the page's language. */
  texts: Omit<FactorWords, "name">;
  /** The code that waits to be typed. */
  challenge?: PendingCode & { display: string };
}

/** A code that waits to be typed. */
export interface PendingCode {
  /** The whole number, where somebody has just typed it. */
  typed_number?: string;
  /** The same short mark as in the message. */
  reference: string;
  /** Seconds that it lives on. */
  expires_in_seconds: number;
  /** Guesses that are left. */
  attempts_remaining: number;
  /** When another may be sent. */
  resend_after_seconds: number;
  /** What is known of its delivery. */
  delivery: string;
  /** With `failed`: an error code that says why, where the provider did. */
  delivery_reason?: string;
}

/** `GET /second_factor/new`: the factors on file, to choose one; `none` where the person has none of them at hand. */
export interface SecondFactorPage extends Page {
  /** Tells the page apart from the others. */
  kind: "secondFactor";
  /** Where the form posts to. */
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
  /** Nothing is on file. */
  none: boolean;
  /** Where everything is forgotten, to begin anew. */
  startOverAction: string;
  /** What was refused, in words for people. */
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
  /** Tells the page apart from the others. */
  kind: "numberChanged";
  /** The new number, masked. */
  phone_display: string;
  /** POST here to go on to where the person was going. */
  continueAction: string;
}

/** `GET /approve` and `GET /vouch`: what waits to be decided for a recovery; and what came of it. */
export interface ApprovalPage extends Page {
  /** Tells the page apart from the others. */
  kind: "approval";
  /** `device`: the account itself, which types the number; `person`: somebody who was named, who reads it out. */
  by: "device" | "person";
  /** POST here: `id`, `decision` (`approve` or `deny`), and for a device `number`. */
  action: string;
  /** What waits for a decision. */
  waiting: readonly { id: string; from?: string; requested_at: string; expires_at: string }[];
  /** What was decided just now. */
  decided?: {
    /** Yes, or no. */
    approved: boolean;
    /** The number to be read out. */
    number?: string;
  };
  /** The way back. */
  backUrl: string;
  /** What was refused, in words for people. */
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
  /** Tells the page apart from the others. */
  kind: "problem";
  /** The HTTP status. */
  status: number;
  /** What was refused, in words for people. */
  error: PageError;
  /** Where to go on from here. */
  backUrl: string;
}

/** A function for each page; what is left out is the built-in one. */
export interface Pages {
  /** Where a number is put on file. */
  smsRegistration: SmsRegistrationPage;
  /** Where a code to a phone is typed. */
  smsVerification: SmsVerificationPage;
  /** Where a code that is sent elsewhere is typed. */
  codeVerification: CodeVerificationPage;
  /** A new number has taken the place of another. */
  numberChanged: NumberChangedPage;
  /** Where a factor is chosen. */
  secondFactor: SecondFactorPage;
  /** Where backup codes are shown. */
  backupCodes: BackupCodesPage;
  /** Where any other factor is proven. */
  factorVerification: FactorVerificationPage;
  /** What is on file, and can be. */
  factorSettings: FactorSettingsPage;
  /** Where a factor is put on file. */
  factorEnrolment: FactorEnrolmentPage;
  /** A forgotten password, state by state. */
  recovery: RecoveryPage;
  /** What a mailed link opens. */
  recoveryLink: RecoveryLinkPage;
  /** A sign-in by a passkey alone. */
  signIn: SignInPage;
  /** Where somebody else's recovery is decided. */
  approval: ApprovalPage;
  /** The devices that are remembered. */
  trustedDevices: TrustedDevicesPage;
  /** What cannot be gone on from. */
  problem: ProblemPage;
}
