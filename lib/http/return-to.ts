import type { Request } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { isStillThere } from "../flows/session/session.ts";
import { publicPathOf } from "./public-path.ts";
import { saveSession } from "./save-session.ts";

interface ReturningSession {
  returnTo?: unknown;
}

/** A path on this site, and nothing that a browser could read as another one. */
export function isLocalPath(value: unknown): value is string {
  if (typeof value !== "string" || value.length > 2000 || !/^\/(?![/\\])[\x21-\x7E]*$/.test(value))
    return false;
  return !value.includes("\\") && new URL(value, "http://local.invalid").origin === "http://local.invalid";
}

/**
 * Remembers where a browser wanted to go, in the field that Passport's `successReturnToOrRedirect` reads, and saves the session. Only for a page
 * that a person opens, or a form that a person sends: what a page loads by itself (icons, scripts' requests, event streams) is no place to go to.
 */
export async function rememberReturnTo(
  req: Request,
  factors: Pick<Factors, "publicUrl" | "inTime">,
  path = pathToReturnTo(req, factors),
): Promise<void> {
  if (isOpenedByPerson(req) && isLocalPath(path)) await setReturnTo(req, factors, path);
}

/** A place that is known to be one. */
export async function setReturnTo(
  req: Request,
  factors: Pick<Factors, "inTime">,
  path: string,
): Promise<void> {
  const session = (req as { session?: ReturningSession | null }).session;
  if (session === undefined || session === null || session.returnTo === path) return;
  // Who has logged out while this request was on its way is not brought back by it. Who was nobody has a session yet to be written.
  if (req.user !== undefined && !(await factors.inTime("session store", () => isStillThere(req)))) return;
  session.returnTo = path;
  await saveSession(req, factors);
}

/** The page itself, as the browser sees it; for what a form sent, the page that the form is on. */
function pathToReturnTo(req: Request, factors: Pick<Factors, "publicUrl">): string | undefined {
  if (req.method === "GET") return publicPathOf(req, factors);
  const { referer = "", host } = req.headers;
  if (req.method === "HEAD" || !URL.canParse(referer)) return undefined;
  const page = new URL(referer);
  const isOurs = page.host === host || page.origin === factors.publicUrl?.origin;
  return isOurs ? page.pathname + page.search : undefined;
}

/** Fetch Metadata says so where a browser sends it; what it does not send is left open. */
function isOpenedByPerson({ headers }: Request): boolean {
  const { "sec-fetch-dest": destination = "document", "sec-fetch-mode": mode = "navigate" } = headers;
  const isScripts = /^xmlhttprequest$/i.test(String(headers["x-requested-with"]));
  const isAhead = headers["sec-purpose"] !== undefined || headers["purpose"] !== undefined;
  const wantsPage = /\btext\/html\b/i.test(headers.accept ?? "");
  return wantsPage && destination === "document" && mode === "navigate" && !isScripts && !isAhead;
}

/** Runs what lets somebody in, and answers with it where the browser wanted to go: once, and only where it does let in. */
export async function withReturnTo<Answer>(
  req: Request,
  run: () => Promise<Answer>,
): Promise<[Answer, string | undefined]> {
  const session = (req as { session?: ReturningSession }).session;
  const returnTo = session?.returnTo;
  if (session !== undefined) delete session.returnTo;
  try {
    return [await run(), isLocalPath(returnTo) ? returnTo : undefined];
  } catch (error) {
    if (session !== undefined && returnTo !== undefined) session.returnTo = returnTo;
    throw error;
  }
}

/** Where the browser wanted to go, once. */
export function takeReturnTo(req: Request): string | undefined {
  const session = (req as { session?: ReturningSession }).session;
  const returnTo = session?.returnTo;
  if (session !== undefined) delete session.returnTo;
  return isLocalPath(returnTo) ? returnTo : undefined;
}

/** Whether the browser wanted to go somewhere, and is here on the way. */
export const isBound = (req: Request): boolean =>
  isLocalPath((req as { session?: ReturningSession | null }).session?.returnTo);
