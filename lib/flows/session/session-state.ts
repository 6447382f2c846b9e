import { callbackify } from "node:util";
import type { Clock } from "../../clock.ts";
import { FactorError } from "../../errors.ts";
import type { InTime } from "../../in-time.ts";
import { digestKey } from "../../crypto/secret.ts";
import { countsUnder, type AccountVersions } from "./account-versions.ts";
import { isStillThere, logOut, regenerate, requireStillThere } from "./session.ts";
import { saveSession, sessionOf } from "./session.ts";
import { restore, snapshot, type Snapshot } from "./snapshot.ts";
import type { RequestContext, IncomingRequest } from "../request-context.ts";

/** A factor that this session has passed. */
export interface Passed {
  /** The factor that has passed. */
  factor: string;
  /** RFC 8176. */
  amr: string[];
  /** Milliseconds since the epoch. */
  at: number;
}

/**
 * What `req.session.factors` holds: what this session has passed, and nothing that is pending. It counts only for the tenant, the account and the
 * session id that it was written for.
 */
export interface SessionState {
  /** Digest of the session id. Passport gives every login a new id, so state that was carried over a login is void. */
  sid: string;
  tenant: string;
  account: string;
  /** When the first factor was seen. */
  since: number;
  /** The first factor's amr values, where the app tells them. */
  first: string[];
  passed: Passed[];
  /** The account's last reset when this began: after another, a login that is half done has ended. */
  reset?: string;
  /** The account's version when something was passed: of another version, it counts no more. */
  version?: string;
  /** The id of the remembered device that stood in for the second factor; it does so for as long as it is remembered. */
  trusted?: string;
  /** The code that was passed last, so that the same request once more is answered like the first. */
  code?: PassedCode;
}

export interface PassedCode {
  factor: string;
  purpose: string;
  binding: string;
  digest: string;
  at: number;
}

/** Half-authenticated sessions end after this long. */
export const HALF_AUTHENTICATED_MS = 10 * 60_000;

/** What is written of a factor that has just been passed. */
export interface NewlyPassed extends Passed {
  /** Of the account, at that moment. */
  version: string;
  code: PassedCode;
}

export interface SessionParts {
  clock: Clock;
  tenant: string;
  /** The account id of one of the app's users. */
  accountOf: (user: unknown) => string;
  /** Names of the app's session fields that survive the change of the session id at the first factor. */
  keep: readonly string[];
  /** A session store may never call back. */
  inTime: InTime;
  versions: AccountVersions;
  /** The account's last reset, where the app recovers accounts: a login that was half done before it has ended. */
  resetOf: (account: string) => Promise<string>;
  /** Whether a remembered device still stands in for the second factor. */
  isTrusted: (context: RequestContext, device: string) => Promise<boolean>;
  /** Whether more than the first factor is asked of the account: it has another on file, or the app demands one. */
  owesFactor: (context: RequestContext) => Promise<boolean>;
  /** Is told that the owner has passed a factor. */
  signedIn: (account: string) => Promise<void>;
  /** Is told of the new id of a session that has passed. */
  moved: (from: string, request: IncomingRequest, digest: string) => Promise<void>;
}

export interface Sessions {
  /** This session's state for the visiting account, as it counts now; writes nothing. Ends a half-authenticated session that is too old. */
  open(context: RequestContext): Promise<SessionState>;
  /** Writes the state, and saves the session. */
  write(context: RequestContext, state: SessionState): Promise<void>;
  /** Notes when a session was first seen half-authenticated, unless it has ended meanwhile. */
  note(context: RequestContext, state: SessionState): Promise<void>;
  /** Records a passed factor under a new session id, saved; the old id is dead. */
  pass(context: RequestContext, state: SessionState, passed: NewlyPassed): Promise<void>;
  /** Records a factor that was passed before there was an account, in the session that its login has just begun. */
  passFirst(context: RequestContext, from: string, passed: Passed & { code: PassedCode }): Promise<void>;
  /** Records a factor that was passed before anybody was signed in, in the session of a login of that account that comes later in the same request. */
  passAtLogIn(context: RequestContext, passed: NewlyPassed): void;
  /** A login that comes later in the same request writes nothing of ours. */
  dropLogIn(request: IncomingRequest): void;
  /** The state outlasts a login of the same account that comes later in the same request. */
  outlastLogIn(context: RequestContext, state: SessionState): void;
  /** Takes back what this session has passed, under a new id; also from a login that comes later in the same request. */
  forget(context: RequestContext): Promise<void>;
}

export function createSessions(parts: SessionParts): Sessions {
  const { clock, tenant, accountOf, keep, versions, isTrusted, resetOf, owesFactor, moved, inTime } = parts;
  // Unkeyed will do: a session id is random, and a rotation of `secret` must not void it.
  const sidOf = (request: IncomingRequest) => digestKey([request.sessionID as string]);
  /** What a login that comes later in the same request writes again. */
  const rewrites = new WeakMap<IncomingRequest, () => Promise<void>>();

  async function open(context: RequestContext): Promise<SessionState> {
    const session = sessionOf(context.request);
    if (!isCurrent(session.factors, context)) return fresh(context);
    const state = await counting(context, session.factors);
    if (state.passed.length > 0) return state;
    if ((await resetOf(context.account)) !== (state.reset ?? "")) return end(context);
    if (clock() - state.since < HALF_AUTHENTICATED_MS) return state;
    if (state.trusted !== undefined && (await isTrusted(context, state.trusted))) return state;
    // Who may go without a factor, and has none, is signed in wholly.
    if (!(await owesFactor(context))) return state;
    return end(context);
  }

  async function end(context: RequestContext): Promise<never> {
    await inTime("logout", () => logOut(context.request));
    throw new FactorError("login_required");
  }

  /** Without what was passed before the account's version changed. */
  async function counting(context: RequestContext, state: SessionState): Promise<SessionState> {
    if (state.passed.length === 0 && state.trusted === undefined) return state;
    const current = await versions.current(context.account);
    if (countsUnder(current, state)) return { ...state, version: current.version };
    const { trusted: _trusted, code: _code, ...rest } = state;
    return { ...rest, passed: [] };
  }

  async function fresh(context: RequestContext): Promise<SessionState> {
    const reset = await resetOf(context.account);
    return {
      sid: sidOf(context.request),
      tenant,
      account: context.account,
      since: clock(),
      first: [],
      passed: [],
      ...(reset === "" ? {} : { reset }),
    };
  }

  /** What is proven to one tenant is nothing to another, also where both have the account. */
  function isCurrent(state: unknown, context: RequestContext): state is SessionState {
    if (typeof state !== "object" || state === null) return false;
    const { sid, tenant: of, account } = state as Partial<SessionState>;
    return of === tenant && account === context.account && sidOf(context.request) === sid;
  }

  async function write({ request }: RequestContext, state: SessionState): Promise<void> {
    const session = sessionOf(request);
    const { factors: before } = session;
    session.factors = state;
    try {
      await inTime("session.save", () => saveSession(request));
    } catch (error) {
      // express-session writes it again behind the answer, which says that nothing has passed.
      session.factors = before;
      throw error;
    }
  }

  async function note(context: RequestContext, state: SessionState): Promise<void> {
    const known = isCurrent(sessionOf(context.request).factors, context);
    if (!known && (await inTime("session.get", () => isStillThere(context.request))))
      await write(context, state);
  }

  async function pass(
    context: RequestContext,
    state: SessionState,
    { code, version, ...passed }: NewlyPassed,
  ): Promise<void> {
    const { request } = context;
    const from = request.sessionID as string;
    const kept = snapshot(sessionOf(request), state.passed.length > 0 ? undefined : ["passport", ...keep]);
    // This session may have ended all others while the answer was judged, or have been ended: what it has passed before is looked at anew.
    const hasPassed = state.passed.length > 0 || state.trusted !== undefined;
    const current = hasPassed ? await versions.current(context.account) : { version, keeps: undefined };
    const stamped = countsUnder(current, { ...state, version }) ? current.version : version;
    const before = countsUnder(current, state) ? state.passed : [];
    await inTime("session.regenerate", () => regenerate(request));
    const others = before.filter((each) => each.factor !== passed.factor);
    restore(sessionOf(request), kept);
    const after = { ...state, version: stamped, passed: [...others, passed], code, sid: sidOf(request) };
    await write(context, after);
    await moved(from, request, code.digest);
    await parts.signedIn(context.account);
    outlast(context, after, { kept, from });
  }

  /** `passport.authenticate("sms")` logs in after success, which makes one more new session and would forget what has just been passed. */
  function outlast(
    context: RequestContext,
    state: SessionState,
    { kept, from }: { kept: Snapshot; from?: string },
  ): void {
    const { request } = context;
    rewriteAfterLogIn(context, async () => {
      restore(sessionOf(request), kept);
      await write(context, { ...state, sid: sidOf(request) });
      if (from !== undefined && state.code !== undefined) await moved(from, request, state.code.digest);
    });
  }

  function rewriteAfterLogIn(context: RequestContext, rewrite: () => Promise<void>): void {
    const { request } = context;
    rewrites.set(request, rewrite);
    afterLogIn(request, {
      isSame: (user) => accountOf(user) === context.account,
      loggedIn: async () => rewrites.get(request)?.(),
    });
  }

  function outlastLogIn(context: RequestContext, state: SessionState): void {
    outlast(context, state, { kept: snapshot(sessionOf(context.request), undefined) });
  }

  async function passFirst(
    context: RequestContext,
    from: string,
    { code, ...passed }: Passed & { code: PassedCode },
  ): Promise<void> {
    const version = await versions.read(context.account);
    await write(context, { ...(await open(context)), version, passed: [passed], code });
    await parts.signedIn(context.account);
    await moved(from, context.request, code.digest);
  }

  function passAtLogIn(context: RequestContext, { code, version, ...passed }: NewlyPassed): void {
    const { request } = context;
    const kept = snapshot(sessionOf(request), keep);
    rewriteAfterLogIn(context, async () => {
      restore(sessionOf(request), kept);
      // Nothing but the factor has let them in: where it was removed meanwhile, nothing has.
      if ((await versions.read(context.account)) !== version) await end(context);
      await write(context, { ...(await fresh(context)), version, passed: [passed], code });
      await parts.signedIn(context.account);
    });
  }

  const dropLogIn = (request: IncomingRequest) => void rewrites.delete(request);

  /** Under a new id: a request that writes the old session late would bring back what it had passed. */
  async function forget(context: RequestContext): Promise<void> {
    const { request } = context;
    rewrites.delete(request);
    await requireStillThere({ inTime }, request);
    const { trusted: _trusted, code: _code, ...rest } = await open(context);
    const kept = snapshot(sessionOf(request), undefined);
    await inTime("session.regenerate", () => regenerate(request));
    restore(sessionOf(request), kept);
    await write(context, { ...rest, passed: [], sid: sidOf(request) });
  }

  return { open, write, note, pass, passFirst, passAtLogIn, dropLogIn, outlastLogIn, forget };
}

type LogIn = (user: unknown, options?: unknown, done?: (error?: unknown) => void) => void;

/** For this one request, and this account only: what is written once a login has made a new session, before its callback. */
function afterLogIn(
  request: IncomingRequest,
  { isSame, loggedIn }: { isSame: (user: unknown) => boolean; loggedIn: () => Promise<void> | undefined },
): void {
  const passport = request as IncomingRequest & { logIn?: LogIn; login?: LogIn };
  const logIn = passport.logIn;
  if (typeof logIn !== "function") return;
  const again: LogIn = function (this: unknown, user, options, done) {
    const callback = (typeof options === "function" ? options : done) as
      ((error?: unknown) => void) | undefined;
    const same = isSame(user);
    return logIn.call(this, user, typeof options === "function" ? {} : options, (error?: unknown) => {
      if ((error !== undefined && error !== null) || !same) return callback?.(error);
      // What is no Error, callbackify makes one.
      callbackify(async () => loggedIn())((thrown) => callback?.(thrown ?? undefined));
    });
  };
  passport.logIn = again;
  passport.login = again;
}
