import type { Purpose } from "../challenges/challenges.ts";
import type { Clock } from "../clock.ts";
import { calledBack } from "../called-back.ts";
import { FactorError } from "../errors.ts";
import type { InTime } from "../in-time.ts";
import { digestKey } from "../secret.ts";
import type { Visit, VisitRequest } from "./visit.ts";

/** A factor that this session has passed. */
export interface Passed {
  factor: string;
  /** RFC 8176. */
  amr: string[];
  /** Milliseconds since the epoch. */
  at: number;
}

/** What `req.session.factors` holds. It counts only for the tenant, the account and the session id that it was written for. */
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
  /** The id of the remembered device that stood in for the second factor; it does so for as long as it is remembered. */
  trusted?: string;
  challenge?: PendingChallenge;
}

export interface PendingChallenge {
  purpose: Purpose;
  /** The factor that was asked for last. */
  factor: string;
  /** The factors that this code was sent by; it is typed at the door of one of them. */
  sentBy: string[];
  binding: string;
  /** The tenant that was named by the REST call which asked for this code; it is typed in a call that names it too, and at no other door. */
  named?: string;
  /** The number that is being registered, sealed; absent where the number is on file. */
  to?: string;
  /** The message was not taken, and delivery is not strict. */
  undelivered?: boolean;
  /** What the provider said of the last message of each factor. */
  receipts?: Readonly<Record<string, ReceiptNote>>;
}

export interface ReceiptNote {
  id?: string;
  status: "queued" | "sent";
  /** The provider made the code, and judges it. */
  managed?: boolean;
  /** The provider will tell more. */
  reports?: boolean;
}

/** Half-authenticated sessions end after this long. */
export const HALF_AUTHENTICATED_MS = 10 * 60_000;

interface Session {
  factors?: SessionState;
  passport?: unknown;
  cookie?: { originalMaxAge?: number | null; maxAge?: number | null };
  regenerate(done: (error?: unknown) => void): void;
  [name: string]: unknown;
}

export interface SessionParts {
  clock: Clock;
  tenant: string;
  /** The account id of one of the app's users. */
  accountOf: (user: unknown) => string;
  /** Names of the app's session fields that survive the change of the session id. */
  keep: readonly string[];
  /** A session store may never call back. */
  inTime: InTime;
}

export interface Sessions {
  /** This session's state for the visiting account; begins it when there is none. Ends a half-authenticated session that is too old. */
  open(visit: Visit): SessionState | Promise<never>;
  /** Records a passed factor under a new session id; the old id is dead. */
  pass(visit: Visit, state: SessionState, passed: Passed): Promise<void>;
}

export function createSessions({ clock, tenant, accountOf, keep, inTime }: SessionParts): Sessions {
  // Unkeyed will do: a session id is random, and a rotation of `secret` must not void it.
  const sidOf = (request: VisitRequest) => digestKey([request.sessionID as string]);

  function open(visit: Visit): SessionState | Promise<never> {
    const session = sessionOf(visit.request);
    const known = session.factors;
    if (known !== undefined && isCurrent(known, visit)) {
      if (
        known.passed.length > 0 ||
        known.trusted !== undefined ||
        clock() - known.since < HALF_AUTHENTICATED_MS
      )
        return known;
      delete session.factors;
      return tooOld(visit.request);
    }
    const fresh: SessionState = {
      sid: sidOf(visit.request),
      tenant,
      account: visit.account,
      since: clock(),
      first: [],
      passed: [],
    };
    session.factors = fresh;
    return fresh;
  }

  async function tooOld(request: VisitRequest): Promise<never> {
    await inTime("logout", () => logOut(request));
    throw new FactorError("login_required");
  }

  /** What is proven to one tenant is nothing to another, also where both have the account. */
  function isCurrent(state: SessionState, visit: Visit): boolean {
    if (typeof state !== "object" || state === null || state.tenant !== tenant) return false;
    return state.account === visit.account && sidOf(visit.request) === state.sid;
  }

  async function pass(visit: Visit, state: SessionState, passed: Passed): Promise<void> {
    const { request } = visit;
    const kept = snapshot(sessionOf(request), keep);
    await inTime("session.regenerate", () => calledBack((done) => sessionOf(request).regenerate(done)));
    const { challenge: _over, ...rest } = state;
    const others = state.passed.filter((each) => each.factor !== passed.factor);
    const write = () => {
      const session = sessionOf(request);
      restore(session, kept);
      session.factors = { ...rest, sid: sidOf(request), passed: [...others, passed] };
    };
    write();
    surviveLogIn(request, (user) => accountOf(user) === visit.account, write);
  }

  return { open, pass };
}

function sessionOf(request: VisitRequest): Session {
  const session = request.session as Session | null | undefined;
  if (typeof session?.regenerate !== "function" || typeof request.sessionID !== "string") {
    throw new FactorError("session_required", {
      cause: new Error(
        "express-session, or a session with an id and regenerate(), must run before passport-factors",
      ),
    });
  }
  return session;
}

interface Snapshot {
  fields: Record<string, unknown>;
  maxAge: number | null | undefined;
}

/** Only named fields survive: what somebody planted in the session before the login does not. */
function snapshot(session: Session, keep: readonly string[]): Snapshot {
  const fields: Record<string, unknown> = {};
  for (const name of ["passport", ...keep]) {
    if (session[name] !== undefined) fields[name] = session[name];
  }
  return { fields, maxAge: session.cookie?.originalMaxAge };
}

function restore(session: Session, { fields, maxAge }: Snapshot): void {
  for (const [name, value] of Object.entries(fields)) if (session[name] === undefined) session[name] = value;
  if (maxAge !== undefined && session.cookie !== undefined) session.cookie.maxAge = maxAge;
}

type LogIn = (user: unknown, options?: unknown, done?: (error?: unknown) => void) => void;

/**
 * `passport.authenticate("sms")` logs the user in again after success, which makes one more new session and would forget the
 * factor that has just been passed. For this one request, and this account only, a login writes it again.
 */
function surviveLogIn(request: VisitRequest, isSame: (user: unknown) => boolean, write: () => void): void {
  const passport = request as VisitRequest & { logIn?: LogIn; login?: LogIn };
  const logIn = passport.logIn;
  if (typeof logIn !== "function") return;
  const again: LogIn = function (this: unknown, user, options, done) {
    const callback = (typeof options === "function" ? options : done) as
      ((error?: unknown) => void) | undefined;
    const same = isSame(user);
    return logIn.call(this, user, typeof options === "function" ? {} : options, (error?: unknown) => {
      if ((error === undefined || error === null) && same) write();
      callback?.(error);
    });
  };
  passport.logIn = again;
  passport.login = again;
}

async function logOut(request: VisitRequest): Promise<void> {
  if (typeof request.logout !== "function") return;
  const logout = request.logout as (done: (error?: unknown) => void) => void;
  await calledBack((done) => logout.call(request, done));
}
