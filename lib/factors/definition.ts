import type { AnyAccounts } from "../accounts/accounts.ts";
import type { CredentialsOfKind } from "../credentials/sealed-credentials.ts";
import type { CodesInventory, IssuedCodes } from "./issued-codes.ts";
import type { FactorApproval, FactorInvitations } from "./elsewhere.ts";
import type { FactorEventNames, FactorNotices } from "./factor-events.ts";
import type { FactorNotes } from "./factor-notes.ts";
import type { FactorGuesses } from "./guess-options.ts";

/**
 * Proofs of one class fall together: whoever has one of them has the others. Two of one class are never two factors, but `verified-key` is two by itself:
 * a key that has made sure who holds it (a PIN, a finger, a face) and was told that it must.
 */
export type FactorClass =
  "verified-key" | "key" | "app" | "phone" | "address" | "saved" | "person" | "device" | "knowledge";

/**
 * How the answer comes: `typed` into a field; by a `ceremony` between the browser and an authenticator (Web Authentication), whose options stand in what
 * `begin` shows as `publicKey`, and whose outcome `parse` gets as the credential's JSON; or from `elsewhere`, so that there is nothing to type here and
 * `parse` gets undefined.
 */
export type FactorPrompt = "typed" | "ceremony" | "elsewhere";

/** What a factor may be used for. */
export type FactorUse = "login" | "step-up" | "recovery";

/** What people read, in one language. */
export interface FactorTexts {
  /** On the button that chooses this factor: "Use your authenticator app". Also the page's title. Of a sent code, `{display}` is where it goes. */
  label: string;
  /** What it is called where it is put on file: "Authenticator app". @default the label */
  name?: string;
  /** Before the field in which the answer is typed. */
  field: string;
  /** What to do, above the field. */
  hint?: string;
  /** On the button that calls for `begin`, or for a code: "Send me a message". */
  begin?: string;
}

/** Right, wrong, or not decided yet. */
export type JudgedAs = "right" | "wrong" | "pending";

/** More about an answer than the word. */
export interface Judged {
  /** Right, wrong, or not decided yet. */
  outcome: "right" | "wrong";
  /** With `right`: what was proven this time (RFC 8176), where that is not the factor's `amr`. */
  amr?: readonly string[];
  /** One word for something that its app should look into: told as the event `factor_suspicious`, and nothing else comes of it. */
  suspicious?: string;
}

/** More about a first answer. */
export interface Confirmed extends Judged {
  /** With `right`: under which id it is on file. */
  id?: string;
}

/** At once, or by a promise. */
export type Eventually<Value> = Value | PromiseLike<Value>;

/** What a factor works with. Everything in it belongs to the tenant, and `credentials` to the factor, whose name is their kind. */
export interface FactorKit<Stored = unknown> {
  /** What is on file, sealed before it comes to the store. */
  credentials: CredentialsOfKind<Stored>;
  /**
   * Answers true once for each key, and again only for a higher rank: for codes that are good once (RFC 6238 §5.2). In `judge` it answers true to the
   * same session again, which may never have had the answer. Remembered for `ttlSeconds`, and not longer than 400 days.
   */
  once(key: string, rank: number, ttlSeconds: number): Promise<boolean>;
  /** For what several sessions must know of each other for a while. */
  notes: FactorNotes;
  /** A keyed digest of texts: the same for the same ones, and nobody can tell it from chance. 22 characters of base64url. */
  digest(...texts: string[]): string;
  /** The devices that the account has told to remember it, and that still are. */
  devices(account: string): Promise<readonly { id: string; name: string }[]>;
  /** The app's users; their answers are looked at where they come in. */
  accounts: AnyAccounts<unknown>;
  /** The tenant of the account. */
  tenant: string;
  /** Tells the app's `onError` what went wrong where the factor goes on all the same. */
  report(error: unknown): void;
  /** Milliseconds since the epoch. */
  clock(): number;
  /** A uniform whole number below `below`. */
  random(below: number): number;
  /** The app's name. */
  appName: string;
  /** The host of the app's own address. */
  host: string | undefined;
  /** The origins whose pages are the app's: its own first, then those that it trusts. */
  origins: readonly string[];
}

/**
 * One attempt to prove. In a recovery it may be about an account that has nothing on file, or about nobody: then `begin` and `judge` must take the same steps and
 * as long, and `judge` is never right.
 */
export interface FactorAttempt<State = unknown> {
  /** Whose factor it is. */
  account: string;
  /** In a recovery: the app's user; undefined where it is about nobody. */
  user?: unknown;
  /** `sign-in`: nobody is signed in yet. */
  purpose: FactorUse | "sign-in";
  /** BCP 47. */
  locale: string;
  /** What `begin` left for this session; undefined without a `begin`, and once it is over. */
  state: State | undefined;
}

/** One of several inputs. */
export interface FactorField {
  /** Letters, digits, dashes and `_`. */
  name: string;
  /** What stands beside the field. */
  label: string;
  /** Where one of these is chosen in place of typing. */
  options?: readonly { value: string; label: string }[];
  /** What stands there at first. */
  value?: string;
}

/** What is sent, or made for the browser, before there is something to judge. */
export interface FactorBegun<State = unknown> {
  /** Kept, sealed, for `judge` to read in the same session: anything that JSON can say. Good for one success. */
  state: State;
  /** How long it is kept; 1 to 600, and to 87 000 where somebody else has to come by it. @default 300 */
  ttlSeconds?: number;
  /**
   * What the page and the JSON answer may show of it: "m***@chat.example". Where an answer is typed into several inputs, `fields` are those, as {@link FactorField}s,
   * and `parse` gets an object of what was typed, by their names.
   */
  shown?: Readonly<Record<string, unknown>>;
}

/** Something that is being put on file. */
export interface Enrolment<State = unknown> {
  /** Whose factor it becomes. */
  account: string;
  /** BCP 47. */
  locale: string;
  /** What `enrol.begin` left; undefined in `begin` itself. */
  state: State | undefined;
  /** In `confirm`: how its owner calls it, where there may be several. 1 to 60 characters. */
  label?: string;
}

/** What may be shown of one that is on file. */
export type OnFile = Readonly<Record<string, unknown>>;

/** How something comes on file: a settings door is made from this. */
export interface FactorEnrol<Value, Stored, EnrolState> {
  /** Makes what the person takes down. `state` is kept, sealed, for `confirm` in the same session; `shown` is told once. */
  begin(enrolment: Enrolment<EnrolState>, tools: FactorKit<Stored>): Eventually<FactorBegun<EnrolState>>;
  /** Reads a first answer, where it is another kind of answer than later ones. @default the factor's own */
  parse?(response: unknown): Value | undefined;
  /** Judges the first answer, and puts what it proves on file where it is right. */
  confirm(
    enrolment: Enrolment<EnrolState>,
    value: Value,
    tools: FactorKit<Stored>,
  ): Eventually<"right" | "wrong" | Confirmed>;
  /** Takes one off file by its id, or all without one; answers whether anything was there. */
  remove(account: string, id: string | undefined, tools: FactorKit<Stored>): Eventually<boolean>;
  /** Calls the one of that id otherwise; answers whether it was there. Left out where there is nothing to tell apart. */
  rename?(account: string, id: string, label: string, tools: FactorKit<Stored>): Eventually<boolean>;
  /** How many an account may have on file. Of one, another takes its place. @default 1 */
  most?: number;
}

/** How somebody signs in by a factor alone, who has not said who it is: the answer says so. What it claims is judged like any other answer. */
export interface FactorSignIn<Value, Stored, State> {
  /** Makes what is answered. `id` tells several apart that one browser has begun. */
  begin(asked: { locale: string }, tools: FactorKit<Stored>): Eventually<FactorBegun<State> & { id: string }>;
  /** The `id` of what this is the answer to. */
  idOf(value: Value): string | undefined;
  /** The account that the answer claims, which proves nothing yet. */
  accountOf(value: Value, tools: FactorKit<Stored>): Eventually<string | undefined>;
}

/**
 * How codes come on file that are handed out: a whole set in one step, in the place of the one before. In place of `enrol`; a settings door and
 * `factors.backupCodes` are made from this.
 */
export interface FactorIssue<Stored = unknown> {
  /** Puts a new set on file. Who is told that it failed finds the old one as it was. */
  issue(account: string, tools: FactorKit<Stored>): Eventually<IssuedCodes>;
  /**
   * Puts one code beside those that are left, in the place of one that has recovered the account (NIST SP 800-63B-4 §4.2.1.1): it is shown behind the reset. Undefined
   * where there is no set to put it in. Left out: a recovery leaves one code fewer.
   */
  replace?(account: string, tools: FactorKit<Stored>): Eventually<IssuedCodes | undefined>;
  /** What is on file, also where nothing of it is left; undefined where there never was a set. */
  inventory(account: string, tools: FactorKit<Stored>): Eventually<CodesInventory | undefined>;
  /** Takes a set off file by its id, or any without one; answers whether it was there. */
  remove(account: string, id: string | undefined, tools: FactorKit<Stored>): Eventually<boolean>;
}

/** More about an answer than the word. */
export interface Judged {
  outcome: "right" | "wrong";
  /** With `right`: what was proven this time (RFC 8176), where that is not the factor's `amr`. */
  amr?: readonly string[];
  /** One word for something that its app should look into: told as the event `factor_suspicious`, and nothing else comes of it. */
  suspicious?: string;
  /** With `right`: so many codes of a set are left; `low`: it is time for a new one. Answers, events and notices tell it. */
  remaining?: number;
  /** Few are left, of what is used up. */
  low?: boolean;
  /** Undoes what judging used up, where the session could not be written: the same answer is right once more. Called again for a minute where it throws. */
  giveBack?(): Eventually<void>;
}

/** More about a first answer. */
export interface Confirmed extends Pick<Judged, "outcome" | "amr" | "suspicious"> {
  /** With `right`: under which id it is on file. */
  id?: string;
}

/** A way to prove who somebody is, in one file. Whatever it throws, or never answers, lets nobody in. */
export interface FactorDefinition<Value = string, Stored = unknown, State = unknown, EnrolState = unknown> {
  /** 1 to 32 lower-case letters, digits and dashes, a letter first. */
  name: string;
  /** RFC 8176 authentication method reference, or several. */
  amr: string | readonly string[];
  /** Which proofs may stand beside it. */
  class: FactorClass;
  /** @default ["login", "step-up"] */
  uses?: readonly FactorUse[];
  /** By language; `en` is what everybody else gets, and fills what another language leaves out. */
  texts: { readonly en: FactorTexts } & Readonly<Record<string, Partial<FactorTexts>>>;
  /** @default "typed" */
  prompt?: FactorPrompt;
  /** The form field that carries the answer. @default the name, with `_` for `-` */
  field?: string;
  /** The most characters of the field. @default 64 */
  length?: number;
  /** Whether the answer is digits only: phones show the right keys. */
  digits?: boolean;
  /** Whether it is written in capitals: phones begin with those. */
  capitals?: boolean;
  /** @default "one-time-code" */
  autocomplete?: string;
  /** Looked at by `createFactors`: throws a TypeError that says what the app lacks. */
  check?(
    app: Pick<FactorKit, "appName" | "host" | "origins" | "accounts"> & { remembersDevices: boolean },
  ): void;
  /**
   * Undefined where the account has none; else what may be shown of it, which may be `{}`. A settings door shows `id`, `label`, `display`, `added_at`,
   * `last_used_at` (ISO 8601), and of codes that are handed out `remaining` and `low`. A list where `enrol.most` lets there be several, or
   * several may approve.
   */
  onFile(account: string, tools: FactorKit<Stored>): Eventually<OnFile | readonly OnFile[] | undefined>;
  /** Sends something, or makes a ceremony; left out where there is nothing to begin. */
  begin?(attempt: FactorAttempt<State>, tools: FactorKit<Stored>): Eventually<FactorBegun<State>>;
  /** The answer in its one canonical form (anything that JSON can say); undefined for what cannot be right, which then costs no guess. */
  parse(response: unknown): Value | undefined;
  /** Counted as wrong before it is called, and taken back where it throws, hangs or answers `pending`. */
  judge(attempt: FactorAttempt<State>, value: Value, tools: FactorKit<Stored>): Eventually<JudgedAs | Judged>;
  /** Signs in alone, without a password first. */
  signIn?: FactorSignIn<Value, Stored, State>;
  /** How it is put on file. */
  enrol?: FactorEnrol<Value, Stored, EnrolState>;
  /** Codes that it makes, to be shown once. */
  issue?: FactorIssue<Stored>;
  /** Events of its own beside the general ones. */
  events?: FactorEventNames;
  /** Notices of its own beside the general ones. */
  notices?: FactorNotices;
  /** How it is decided elsewhere: on another device of the account, or by another account. */
  approval?: FactorApproval<FactorKit<Stored>>;
  /** How one account asks another to stand for it. */
  invitations?: FactorInvitations<FactorKit<Stored>>;
  /** How many guesses an account has. */
  limits?: FactorGuesses;
}
