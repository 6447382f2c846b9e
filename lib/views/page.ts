import type { Translate } from "../locales/languages.ts";

/** What every page gets. URLs are absolute paths on this site. */
export interface Page {
  /** BCP 47, of the texts on the page. */
  locale: string;
  /** The direction in which the language is written. */
  dir: "ltr" | "rtl";
  /** Translates a text into the page's language. */
  t: Translate;
  /** The app's name. */
  appName: string;
  /** Where this router serves `factors.css`, `factors.js` and `icon.svg`, no trailing slash. The path changes with what they hold. */
  assets: string;
  /** Paths of the app's own, as `appearance` names them. */
  logo?: {
    /** Its address. */ src: string;
    /** The one for dark pages. */ dark: string | undefined;
    /** It is the name itself, which is not written beside it then. */ wordmark: boolean;
  };
  /** The app's own stylesheet. */
  stylesheet?: string;
  /** Where people get help who are stuck. */
  support?: {
    /** Where help is. */
    url: string;
    /** What the link says. */
    label: string;
  };
  /** Names and values of the app's own hidden fields, for every form. */
  formFields: Readonly<Record<string, string>>;
  /** What was refused, in words for people. */
  error?: PageError;
}

/** What was refused. */
export interface PageError {
  /** Stable, for programs. */
  code: string;
  /** In the page's language. */
  message: string;
  /** The field at fault. */
  field?: string;
  /** Seconds to wait. */
  retry_after?: number;
  /** Guesses that are left. */
  attempts_remaining?: number;
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
  /** What is asked of it, beside the field. */
  hint?: string;
}

/** At the settings: what is decided elsewhere, and who decides. */
export interface ElsewhereShown {
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
}
