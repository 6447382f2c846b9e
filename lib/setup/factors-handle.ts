import type { FactorEvents } from "../events.ts";
import type { Factor } from "../factors/factor.ts";
import type { BackupCodeSet, BackupCodesOnFile } from "../flows/settings/issued-codes.ts";
import type { Begin } from "../flows/begin-factor.ts";
import type { Challenge } from "../flows/codes/challenge.ts";
import type { ApprovalFlows } from "../flows/approvals.ts";
import type { ApiFlows } from "../flows/api.ts";
import type { Enrolled, EnrolmentBegun } from "../flows/settings/enrolled.ts";
import type { Requirement } from "../flows/guard.ts";
import type { Offer } from "../flows/offers.ts";
import type { PhoneInput } from "../factors/phone-destination.ts";
import type { ProofFlows } from "../flows/proofs/prove-without-session.ts";
import type { Proof } from "../flows/second-factor.ts";
import type { Passed } from "../flows/session/session-state.ts";
import type { Security } from "../flows/settings/security.ts";
import type { RecoveryOfFactors } from "../flows/recovery/of-factors.ts";
import type { SignInFlows } from "../flows/sign-in.ts";
import type { SignupFlows } from "../flows/signup/signup.ts";
import type { TrustedDevice } from "../flows/devices/trusted-devices.ts";
import type { IncomingRequest } from "../flows/request-context.ts";
import type { InTime } from "../in-time.ts";
import type { Mounting } from "./mounting.ts";
import type { Translate } from "../locales/languages.ts";
import type { Paths, Views } from "./options.ts";
import type { PageSettings } from "./page-options.ts";
import type { Country } from "../phone/countries.ts";
import type { Store } from "../stores/store.ts";
import type { ProviderCallbacks, StatusReport } from "../transports/transport.ts";
import type { CallScript } from "../factors/factor.ts";

/** What the doors and the app use; everything takes the Express request and throws a FactorError for what is refused. */
export interface Factors extends RecoveryOfFactors {
  /** The tenant whose accounts these are. */
  readonly tenant: string;
  /** The same factors for another tenant's users: every key, limit and look-up is inside it; events are told together. Throws a TypeError for what is no name. */
  inTenant(tenant: string): Factors;
  /** What has happened, for logs, metrics and audits. */
  readonly events: FactorEvents;
  /** The factors, in the order given. */
  readonly list: readonly Factor[];
  /** Where codes and limits live. */
  readonly store: Store;
  /** The app's name, as messages and pages say it. */
  readonly name: string;
  /** The app's own address, where it was given. */
  readonly publicUrl: URL | undefined;
  /** Origins beside its own whose pages may post to the doors. */
  readonly trustedOrigins: readonly string[];
  /** Where an app leads people; with the defaults. */
  readonly paths: Readonly<Paths>;
  /** The app's own pages, where it has any. */
  readonly views: Views;
  /** Tells how the routers are mounted wrongly, in development. */
  readonly mounting: Mounting;
  /** What the built-in pages are made with. */
  readonly pages: PageSettings;
  /** Notes at login which first factor was passed, as RFC 8176 values such as `pwd`. Optional. */
  signedIn(request: IncomingRequest, first: { amr: readonly string[] }): Promise<void>;
  /** Names of the factors on file for the signed-in user. */
  enrolled(request: IncomingRequest): Promise<string[]>;
  /** The signed-in account: its id, and the number on file (E.164, and as it is shown), also where no code can be sent to it now. */
  account(request: IncomingRequest): Promise<{ id: string; phone?: string; phone_display?: string }>;
  /** The factors on file as people are offered them, with where to begin and verify each. */
  offers(request: IncomingRequest): Promise<Offer[]>;
  /** Sends a code to a number that the user wants to register; with a factor's name, to an address as its destination reads it. Call it on POST only. */
  register(request: IncomingRequest, phone: PhoneInput): Promise<Challenge>;
  register(
    request: IncomingRequest,
    address: Readonly<Record<string, unknown>>,
    factor: string,
  ): Promise<Challenge>;
  /** Sends the code of a factor, or repeats the live one; without a name, of the first factor that sends codes. Call it on POST only. */
  begin(request: IncomingRequest, factor?: string): Promise<Challenge>;
  /** Lets a factor with a `begin` of its own send, or make, what is answered afterwards. Call it on POST only. */
  beginFactor(request: IncomingRequest, factor: string): Promise<Begin>;
  /**
   * Takes such a factor off file: the one with this id, or all without one. Throws `factor_required` unless this session has passed a factor in the last
   * ten minutes, `last_factor` where the app demands one and no other is there.
   */
  remove(request: IncomingRequest, factor: string, id?: string): Promise<void>;
  /** Calls one of such a factor's otherwise, by its id: 1 to 60 characters. Throws `factor_required` as `enrol` does, `not_enrolled` where there is none. */
  rename(request: IncomingRequest, factor: string, id: string, label: unknown): Promise<void>;
  /** What the signed-in account has on file, and what it could put there. Throws `factor_required` where anything is, and this session has passed none. */
  security(request: IncomingRequest): Promise<Security>;
  /** Putting a factor on file that was made by `defineFactor` with `enrol`. Throws `factor_required` where any is on file and none was passed in the last ten minutes. */
  readonly enrol: {
    /** Begins; what was pending in this session is replaced, and what is on file goes on. Call it on POST only. */
    begin(request: IncomingRequest, factor: string): Promise<EnrolmentBegun>;
    /** What is pending, once more. Throws `code_expired` where nothing is. */
    pending(request: IncomingRequest, factor: string): Promise<EnrolmentBegun>;
    /**
     * Takes the first answer, or the code that `register` has sent to an address; where it is right, the factor is on file and, where it is a second factor,
     * this session has passed it. `id`: as `begin` has shown it; `label`: how its owner calls it, where there may be several.
     */
    confirm(
      request: IncomingRequest,
      factor: string,
      response: unknown,
      id?: unknown,
      label?: unknown,
    ): Promise<Enrolled>;
  };
  /**
   * Takes over the secret of an authenticator app from another system (base32, 80 bits or more), for an account that has none. Answers false where it
   * has one. Throws a TypeError that says what is wrong with it.
   */
  importTotp(account: string, base32: string): Promise<boolean>;
  /** Forgets everything that is kept of an account beside its phone: backup codes, credentials, remembered devices, and what its sessions have passed. */
  erase(account: string): Promise<void>;
  /** The code that waits to be typed in this session; with a name, of what this factor and other channels to the same address have sent. */
  pending(request: IncomingRequest, factor?: string): Promise<Challenge>;
  /** Judges a typed code; on success the session has a new id and records the factor. */
  verify(request: IncomingRequest, factor: string, code: unknown): Promise<Proof>;
  /** Throws `factor_required` unless this session has passed a factor that will do. */
  require(request: IncomingRequest, requirement?: Requirement): Promise<void>;
  /** The factors that this session has passed, and when. */
  passed(request: IncomingRequest): Promise<Passed[]>;
  /** RFC 8176 values of everything this session has proven, with `mfa` where there is a first and a second factor. */
  amr(request: IncomingRequest): Promise<string[]>;
  /** Forgets the code that waits, and the address that was being registered; with a name, of that factor's kind of destination only. */
  startOver(request: IncomingRequest, factor?: string): Promise<void>;
  /** Forgets every factor that this session has passed; who wants in again proves again. */
  forget(request: IncomingRequest): Promise<void>;
  /** What every other session of the account has passed counts no more, and this one goes on. A changed phone does it by itself. Throws `factor_required`. */
  endOtherSessions(request: IncomingRequest): Promise<void>;
  /** Backup codes of the signed-in user, or the codes of another factor that hands them out: what is on file, and a new set, shown once. */
  readonly backupCodes: {
    /** How many codes are left, and since when. */
    read(request: IncomingRequest, factor?: string): Promise<BackupCodesOnFile>;
    /** Makes a new set, shown once; the one before is void. */
    generate(request: IncomingRequest, factor?: string): Promise<BackupCodeSet>;
  };
  /** Devices that stand in for the second factor, where `rememberDevice` is on. */
  readonly devices: {
    /** Whether devices are remembered at all. */
    readonly on: boolean;
    /** Days that a device is remembered. */
    readonly days: number;
    /** Remembers the device of who has passed a factor in the last ten minutes. */
    trust(request: IncomingRequest): Promise<void>;
    /** At login, after the first factor: whether this browser was told to remember it. */
    recognize(request: IncomingRequest): Promise<boolean>;
    /** The devices that are remembered for an account. */
    list(request: IncomingRequest): Promise<TrustedDevice[]>;
    /** One of them by its id, or `all`. */
    revoke(request: IncomingRequest, id: unknown): Promise<void>;
    /** All of an account: after a password reset, a recovery, "sign out everywhere". A changed phone does it by itself. */
    revokeAll(account: string): Promise<void>;
  };
  /** What somebody decides for a recovery elsewhere: on a remembered device of the account, or as a person whom it has named. */
  readonly approvals: ApprovalFlows;
  /**
   * Accepts to stand for somebody who has named the signed-in account, or declines, also later: by the `id` in `security`. Throws `no_other_way` where two accounts would
   * be each other's only way back.
   */
  answerInvitation(
    request: IncomingRequest,
    factor: string,
    answer: { id: unknown; accepts: boolean },
  ): Promise<void>;
  /** Ends the lockout of an account, on every device: for the app's support. A factor that is disabled stays so until it is bound anew. */
  unlock(account: string): Promise<void>;
  /**
   * Forgets the wrong guesses in a row of an account's phone, or of another factor by its name: for the app's support, which has made sure who is asking and bound the
   * phone anew (NIST SP 800-63B-4 §3.2.2).
   */
  rebound(account: string, factor?: string): Promise<void>;
  /** Countries whose numbers may be registered, by name in a language. */
  listCountries(locale: string): Country[];
  /** The language for a request: the account's, else the browser's. */
  locale(request: IncomingRequest): string;
  /** The texts of a language, the app's own among them. */
  translator(locale: string): Translate;
  /** Hands an unexpected error to the app's `onError`. */
  report(error: unknown): void;
  /** A route asks every account for a factor: unless `demandsFactor` says otherwise, nobody removes the last one. */
  demanded(): void;
  /** Runs a function of the app's, which may hang or throw anything: rejects with an Error, and after `timeoutMs`. */
  inTime: InTime;
  /** What the doors for programs need. */
  readonly api: ApiFlows;
  /** Sign-up by phone; needs `createFromPhone` and `byPhone` in `accounts`. */
  readonly signup: SignupFlows;
  /** What the router of `bearerProofs` needs. */
  readonly proofs: ProofFlows;
  /** Signing in by a factor alone, such as a passkey; needs `byId` in `accounts`. */
  readonly signIn: SignInFlows;
  /** What the delivery router needs. */
  readonly delivery: {
    /** The transports that tell of deliveries. */
    readonly providers: readonly ProviderCallbacks[];
    /** Whether anybody tells what becomes of what this factor sends. */
    reports(factor: string): boolean;
    /** From now on providers are told to call back. */
    mounted(): void;
    /** A provider has told what became of a message. */
    reported(provider: string, report: StatusReport): Promise<boolean>;
    /** What a call reads out, for who has its token. */
    script(token: string, once: boolean): Promise<CallScript | undefined>;
  };
}
