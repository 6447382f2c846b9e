import type { FactorPrompt } from "../factors/definition.ts";
import type { ElsewhereShown, Page, PageError } from "./page.ts";

/** What a factor says, in the page's language. */
export interface FactorWords {
  /** On the button that chooses it, and the page's title. */
  label: string;
  /** What it is called at `/security`; left out: the label. */
  name?: string;
  /** Before the input. */
  field: string;
  /** Above the input. */
  hint?: string;
  /** On the button that sends, or begins a ceremony. */
  begin?: string;
}

/** Where the answer to a factor is typed that was made by `defineFactor`. */
export interface FactorVerificationPage extends Page {
  /** Tells the page apart from the others. */
  kind: "factorVerification";
  /** The factor's name. */
  factor: string;
  /** Its words, in the page's language. */
  texts: Omit<FactorWords, "name">;
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
  /** What browsers fill in. */
  autocomplete: string;
  /** Where the form posts to. */
  action: string;
  /** POST here to be sent something, or for the options of a ceremony as JSON; absent where there is nothing to begin. */
  beginAction?: string;
  /** Days for which the device can be remembered; absent where the app does not offer it. */
  rememberDays?: number;
  /** Where another factor can be chosen; absent where there is only one. */
  otherWays?: string;
  /** What was refused, in words for people. */
  error?: PageError;
}

/** `GET /security`: what is on file, and what can be put there. */
export interface FactorSettingsPage extends Page, ElsewhereShown {
  /** Tells the page apart from the others. */
  kind: "factorSettings";
  /** What is on file, and can be. */
  factors: readonly {
    factor: string;
    id: string | null;
    label: string;
    /** What it is, where its owner calls it otherwise. */
    kind?: string;
    /** What tells it from others: the masked address, how many codes are left. */
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
  /** Addresses that can be put on file: POST what is typed to `action`, which sends a code to it. */
  addresses: readonly {
    factor: string;
    label: string;
    action: string;
    /** Of the form field. */
    name: string;
    type: "email" | "tel" | "text";
    autocomplete: string;
    /** As typed before. */
    value: string;
  }[];
  /** What was wrong with an address. */
  error?: PageError;
  /** Where backup codes are made, and a phone is registered, where the account has none. */
  backupCodesUrl?: string;
  /** Where a number is put on file. */
  registrationUrl?: string;
  /** `no_factor`, `only_phone`, `few_contacts`, `no_backup_codes`, `backup_codes_low`. */
  warnings: readonly string[];
  /** The way back. */
  backUrl: string;
}

/** `GET /security/totp`: what is being put on file. */
export interface FactorEnrolmentPage extends Page {
  /** Tells the page apart from the others. */
  kind: "factorEnrolment";
  /** The factor it is about. */
  factor: string;
  /** The factor's words, in the page's language. */
  texts: Omit<FactorWords, "begin">;
  /** What the factor shows once: of an authenticator app `{ id, secret, uri, qr }`; of a ceremony `{ publicKey }`, the options for the browser; where several inputs are filled in, `{ fields }`. */
  shown: Readonly<Record<string, unknown>>;
  /** How it is answered: typed, or done by the browser. */
  prompt: FactorPrompt;
  /** There may be several, and their owner may call each by a name: `label`. */
  named: boolean;
  /** The field that is typed. */
  field: string;
  /** Characters, at most. */
  length: number;
  /** Digits only. */
  digits: boolean;
  /** What browsers fill in. */
  autocomplete: string;
  /** POST the first code here, with `id`. */
  action: string;
  /** The way back. */
  backUrl: string;
  /** What was refused, in words for people. */
  error?: PageError;
}

/** `GET /passkey_sign_in/new`: signing in by a ceremony alone. */
export interface SignInPage extends Page {
  /** Tells the page apart from the others. */
  kind: "signIn";
  /** The factor it is about. */
  factor: string;
  /** The factor's words, in the page's language. */
  texts: Omit<FactorWords, "field">;
  /** The field that is typed. */
  field: string;
  /** Where the form posts to. */
  action: string;
  /** POST here for the options of the ceremony, as JSON. */
  beginAction: string;
  /** The other ways to sign in. */
  otherWays: string;
  /** What was refused, in words for people. */
  error?: PageError;
}
