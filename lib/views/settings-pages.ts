import type { FactorPrompt } from "../factors/definition.ts";
import type { ElsewhereShown, Page, PageError } from "./page.ts";

/** `GET /security`: what is on file, and what can be put there. */
export interface FactorSettingsPage extends Page, ElsewhereShown {
  kind: "factorSettings";
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
  registrationUrl?: string;
  /** `no_factor`, `only_phone`, `few_contacts`, `no_backup_codes`, `backup_codes_low`. */
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
