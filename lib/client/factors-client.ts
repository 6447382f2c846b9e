import type { Challenge } from "../flows/codes/challenge.ts";
import type { Offer } from "../flows/offers.ts";
import type { BackupCodeSet, BackupCodesOnFile } from "../flows/settings/issued-codes.ts";
import type { Security } from "../flows/settings/security.ts";
import type { Ask, Prove } from "./ask.ts";
import { recoveryClient, type RecoveryClient } from "./recovery-client.ts";

/** Where an app has mounted what a client asks for; left out, where the docs mount it. */
export interface ClientPaths {
  /** Of `secondFactor`. @default "/second_factor" */
  secondFactor?: string;
  /** Of `smsRegistration`. @default "/sms_registration" */
  registration?: string;
  /** Of `factorSettings`. @default "/security" */
  security?: string;
  /** Of `backupCodes`. @default "/backup_codes" */
  backupCodes?: string;
  /** Of `passkeySignIn`. @default "/passkey_sign_in" */
  passkeySignIn?: string;
  /** Of `recovery`. @default "/recovery" */
  recovery?: string;
}

/** Options of `factorsClient`; docs/options.md has every default, unit and range. */
export interface FactorsClientOptions {
  /** The app's origin, where the page is on another one of its `trustedOrigins`. @default "" */
  origin?: string;
  /** Where the routers are mounted, where not as in the docs. */
  paths?: ClientPaths;
  /** Headers for each request: a CSRF token, an `Authorization`. */
  headers?: () => Record<string, string>;
  /** @default globalThis.fetch */
  fetch?: typeof fetch;
}

/** A factor to prove with: an offer, or the address of its router alone. */
export type Way = Pick<Offer, "verify"> & Partial<Offer> & { prompt?: string };

/** Where a new authenticator app, or another factor, waits for its first answer. */
export interface Enrolment {
  /** Names it, to name it again. */
  id?: string;
  /** Seconds that it lives on. */
  expires_in_seconds: number;
  [shown: string]: unknown;
}

/** A factor has passed. */
export interface Verified {
  /** Always true: a refusal is thrown. */
  success: true;
  /** For people, in their language. */
  message: string;
  /** The name of the factor. */
  method: string;
  /** How it was proven (RFC 8176). */
  amr: string[];
  /** Backup codes that are left. */
  remaining?: number;
  /** Few backup codes are left. */
  low?: boolean;
  /** Where to go first: backup codes that are due. */
  next?: string;
}

/** How to verify. */
export interface VerifyOptions {
  /** Where the app lets people have a device remembered. */
  rememberDevice?: boolean;
  /** Gives the browser's prompt up. */
  signal?: AbortSignal;
}

/** What the app said no with. `code` is stable; `message` is for people, in their language. */
export class FactorsApiError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** Stable, for programs. */
  readonly code: string;
  /** The field that is typed. */
  readonly field: string | undefined;
  /** Guesses that are left. */
  readonly attemptsRemaining: number | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** With `factor_required`: names of the factors that would do, and of those that are on file. */
  readonly factors: readonly string[] | undefined;
  /** Those of them that are on file. */
  readonly enrolled: readonly string[] | undefined;
  /** What to do: the name of a path in `paths`. */
  readonly next: "login" | "verification" | "registration" | undefined;
  /** Where the app leads people. */
  readonly paths: Readonly<Record<string, unknown>> | undefined;
  /** All that was answered: a recovery says there where it stands. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Record<string, unknown>) {
    super(typeof body["message"] === "string" ? body["message"] : `HTTP ${status}`);
    this.name = "FactorsApiError";
    this.status = status;
    this.code = typeof body["code"] === "string" ? body["code"] : "unexpected_answer";
    this.field = body["field"] as string | undefined;
    this.attemptsRemaining = body["attempts_remaining"] as number | undefined;
    this.retryAfter = body["retry_after"] as number | undefined;
    this.factors = body["factors"] as string[] | undefined;
    this.enrolled = body["enrolled"] as string[] | undefined;
    this.next = body["next"] as "login" | undefined;
    this.paths = body["paths"] as Record<string, unknown> | undefined;
    this.body = body;
  }
}

/** Each rejects with a {@link FactorsApiError}, with what `fetch` rejects with, or with what the browser says of a passkey (`NotAllowedError`: given up). */
export interface FactorsClient {
  /** The factors on file, with where each is proven. */
  offers(): Promise<Offer[]>;
  /** Has a code sent, or begins what the factor begins. */
  begin(way: Way): Promise<Record<string, unknown>>;
  /** The code that waits to be typed. */
  pending(way: Way): Promise<Challenge>;
  /** Proves with what was typed, or done. */
  verify(way: Way, answer: unknown, options?: VerifyOptions): Promise<Verified>;
  /** Asks the browser for a passkey, or a security key, and proves with it. */
  verifyPasskey(way: Way, options?: VerifyOptions): Promise<Verified>;
  /** Signs in by a passkey alone. */
  signInByPasskey(options?: VerifyOptions): Promise<Verified>;
  /** Forgets what waits, so that another factor may be chosen. */
  startOver(way: Way): Promise<void>;
  /** Sends a code to a number that shall be put on file; `verify` takes it. */
  registerPhone(number: { phone_number: string; country_code?: string }): Promise<Challenge>;
  /** What is on file, and can be; behind `requireFactors`. */
  readonly settings: {
    /** What is on file, what can be added, and what the owner should be told. */
    read(): Promise<Security>;
    /** Begins to put a factor on file. */
    begin(factor: string): Promise<Enrolment>;
    /** Puts it on file, with its first answer. */
    confirm(factor: string, answer: unknown, more?: { id?: string; label?: string }): Promise<void>;
    /** Takes a factor off file. */
    remove(factor: string, id: string): Promise<void>;
    /** Gives what is on file another name. */
    rename(factor: string, id: string, label: string): Promise<void>;
    /** Asks the browser for a new passkey, or security key, and puts it on file. */
    addPasskey(factor: string, more?: { label?: string; signal?: AbortSignal }): Promise<void>;
  };
  /** A set of codes to keep. */
  readonly backupCodes: {
    /** How many are left, and since when. */
    read(): Promise<BackupCodesOnFile>;
    /** Shown once. */
    generate(): Promise<BackupCodeSet>;
  };
  /** A forgotten password, where nobody is signed in. */
  readonly recovery: RecoveryClient;
}

const PATHS = {
  secondFactor: "/second_factor",
  registration: "/sms_registration",
  security: "/security",
  backupCodes: "/backup_codes",
  passkeySignIn: "/passkey_sign_in",
  recovery: "/recovery",
};

interface Asked {
  publicKey: object;
  signal?: AbortSignal;
}

/** The browser's own methods for the JSON of Web Authentication (Level 3, §5.1.8 and §5.1.9). */
interface Browser {
  PublicKeyCredential?: {
    parseRequestOptionsFromJSON?(json: unknown): object;
    parseCreationOptionsFromJSON?(json: unknown): object;
  };
  navigator: {
    credentials: Record<"get" | "create", (options: Asked) => Promise<{ toJSON(): unknown } | null>>;
  };
}

const browser = () => globalThis as unknown as Browser;

/** Whether this browser has passkeys with JSON (Chrome and Edge 129, Firefox 119, Safari 18.4); where not, hide the button. */
export const passkeysSupported = (): boolean =>
  typeof browser().PublicKeyCredential?.parseRequestOptionsFromJSON === "function";

/**
 * The doors of an app, from its own pages: verification by any factor, passkeys, what people have on file, and a forgotten password. With the session's cookie.
 *
 * @example
 * const factors = factorsClient();
 * const [offer] = await factors.offers();
 * await factors.begin(offer);
 * await factors.verify(offer, code);
 */
export function factorsClient(options: FactorsClientOptions = {}): FactorsClient {
  const { origin = "", paths, headers = () => ({}), fetch: send = globalThis.fetch, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new TypeError(
      `factorsClient: unknown option "${unknown}"; known are origin, paths, headers, fetch`,
    );
  const at = { ...PATHS, ...paths };

  const ask: Ask = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await send(origin + path, {
      method,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers(),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: origin === "" ? "same-origin" : "include",
    });
    const json = (await answer.json().catch(() => undefined)) as Record<string, unknown> | undefined;
    if (answer.ok && json !== undefined) return json as Answer;
    throw new FactorsApiError(answer.status, json ?? {});
  };
  const get = <Answer>(path: string) => ask<Answer>("GET", path);
  const post = <Answer>(path: string, body: object = {}) => ask<Answer>("POST", path, body);

  const prove: Prove = async (publicKey, signal) => {
    const parsed = browser().PublicKeyCredential?.parseRequestOptionsFromJSON?.(publicKey);
    return (await browser().navigator.credentials.get(asked(parsed, signal)))?.toJSON();
  };
  const assertion = async (begin: string, signal?: AbortSignal) =>
    prove((await post<{ publicKey: unknown }>(begin)).publicKey, signal);
  const remembering = ({ rememberDevice }: VerifyOptions) =>
    rememberDevice === true ? { remember_device: true } : {};

  return {
    offers: async () => (await get<{ factors: Offer[] }>(at.secondFactor)).factors,
    begin: (way) => post(way.begin ?? `${way.verify}/challenge`),
    pending: (way) => get(`${way.verify}/challenge`),
    verify: (way, answer, how = {}) =>
      post(way.verify, { [way.field ?? "code"]: answer, ...remembering(how) }),
    verifyPasskey: async (way, how = {}) =>
      post(way.verify, {
        [way.field ?? "credential"]: await assertion(way.begin ?? `${way.verify}/challenge`, how.signal),
        ...remembering(how),
      }),
    signInByPasskey: async ({ signal } = {}) =>
      post(at.passkeySignIn, { credential: await assertion(`${at.passkeySignIn}/challenge`, signal) }),
    startOver: async (way) => void (await post(`${way.verify}/start_over`)),
    registerPhone: (number) => post(at.registration, number),
    settings: {
      read: () => get(at.security),
      begin: (factor) => post(`${at.security}/${factor}`),
      confirm: async (factor, answer, more = {}) =>
        void (await post(`${at.security}/${factor}/confirm`, { code: answer, ...more })),
      remove: async (factor, id) => void (await post(`${at.security}/${factor}/remove`, { id })),
      rename: async (factor, id, label) =>
        void (await post(`${at.security}/${factor}/rename`, { id, label })),
      async addPasskey(factor, { signal, ...more } = {}) {
        const { publicKey } = await post<Enrolment>(`${at.security}/${factor}`);
        const parsed = browser().PublicKeyCredential?.parseCreationOptionsFromJSON?.(publicKey);
        const credential = await browser().navigator.credentials.create(asked(parsed, signal));
        await post(`${at.security}/${factor}/confirm`, { credential: credential?.toJSON(), ...more });
      },
    },
    backupCodes: { read: () => get(at.backupCodes), generate: () => post(at.backupCodes) },
    recovery: recoveryClient(at.recovery, ask, prove),
  };
}

function asked(publicKey: object | undefined, signal: AbortSignal | undefined): Asked {
  if (publicKey === undefined) throw new TypeError("this browser has no passkeys with JSON");
  return { publicKey, ...(signal === undefined ? {} : { signal }) };
}
