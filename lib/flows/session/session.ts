import { calledBack } from "../../called-back.ts";
import { FactorError } from "../../errors.ts";
import type { InTime } from "../../in-time.ts";
import type { SessionStore, IncomingRequest } from "../request-context.ts";

/** What we use of an express-session. */
export interface Session {
  factors?: unknown;
  passport?: unknown;
  cookie?: { originalMaxAge?: number | null; maxAge?: number | null };
  regenerate(done: Done): void;
  save?(done: Done): void;
  [name: string]: unknown;
}

type Done = (error?: unknown) => void;

export function hasSession(request: IncomingRequest): boolean {
  const session = request.session as Session | null | undefined;
  return typeof session?.regenerate === "function" && typeof request.sessionID === "string";
}

/** Throws `session_required`. */
export function sessionOf(request: IncomingRequest): Session {
  if (!hasSession(request)) {
    throw new FactorError("session_required", {
      cause: new Error(
        "express-session, or a session with an id and regenerate(), must run before passport-factors",
      ),
    });
  }
  return request.session as Session;
}

/** A new id and an empty session; the old id is dead. */
export const regenerate = (request: IncomingRequest): Promise<void> =>
  calledBack((done) => sessionOf(request).regenerate(done));

/** Writes the session to its store, so that a browser that follows our answer at once finds it there. */
export async function saveSession(request: IncomingRequest): Promise<void> {
  const session = request.session as Session | null | undefined;
  if (typeof session?.save === "function") await calledBack((done) => session.save?.(done));
}

/** What the store has under an id. */
function stored(store: SessionStore, sid: string): Promise<object | undefined> {
  return new Promise((resolve, reject) => {
    store.get(sid, (error, session) =>
      error === undefined || error === null ? resolve(session ?? undefined) : reject(error as Error),
    );
  });
}

const storeOf = ({ sessionStore }: IncomingRequest): SessionStore | undefined =>
  typeof sessionStore?.get === "function" ? sessionStore : undefined;

/**
 * Whether the session that this request came with is still in its store: another request may have logged it out, or replaced it, while this one
 * waited for its body or a provider. Sessions without a store of that kind are taken to be.
 */
export async function isStillThere(request: IncomingRequest): Promise<boolean> {
  const store = storeOf(request);
  return store === undefined || (await stored(store, request.sessionID as string)) !== undefined;
}

/** Somebody who has logged out, or in anew, while this request was on its way, must not be in again by it. Throws `login_required`. */
export async function requireStillThere(
  { inTime }: { inTime: InTime },
  request: IncomingRequest,
): Promise<void> {
  if (await inTime("session.get", () => isStillThere(request))) return;
  leaveSession(request);
  throw new FactorError("login_required");
}

/** Goes on in another session of the same browser, whose cookie this answer will set. Answers false where it has ended, or cannot be taken. */
export async function adoptSession(request: IncomingRequest, sid: string): Promise<boolean> {
  const store = storeOf(request);
  const session = store === undefined ? undefined : await stored(store, sid);
  if (session === undefined) return false;
  request.sessionID = sid;
  store?.createSession(request, session);
  return true;
}

/**
 * A session that is gone must not come back because this request has it in its hands; nor may this answer set a cookie over that of the session which
 * has taken its place. express-session leaves alone what has no id.
 */
export function leaveSession(request: IncomingRequest): void {
  delete request.sessionID;
}

/** Passport's logout, where there is one. */
export async function logOut(request: IncomingRequest): Promise<void> {
  if (typeof request.logout !== "function") return;
  const logout = request.logout as (done: Done) => void;
  await calledBack((done) => logout.call(request, done));
}

/**
 * The ids of sessions that a browser has cookies for, as express-session writes them (`s:id.signature`). Only for looking up by a digest of the
 * id: an id is as hard to guess as its signature.
 */
export function sessionIdsInCookies({ headers }: IncomingRequest): string[] {
  const { cookie } = headers;
  if (typeof cookie !== "string") return [];
  return [...cookie.matchAll(/=(?:s%3A|s:)([^;.\s]{16,128})\.[^;\s]+/gi)]
    .slice(0, MOST_COOKIES)
    .map(([, id]) => id as string);
}

const MOST_COOKIES = 3;
