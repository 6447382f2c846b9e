import type { Request } from "express";

interface ReturningSession {
  returnTo?: unknown;
}

/** A path on this site, and nothing that a browser could read as another one. */
export function isLocalPath(value: unknown): value is string {
  if (typeof value !== "string" || value.length > 2000 || !/^\/(?![/\\])[\x21-\x7E]*$/.test(value))
    return false;
  return !value.includes("\\") && new URL(value, "http://local.invalid").origin === "http://local.invalid";
}

/** Remembers where a browser wanted to go, in the field that Passport's `successReturnToOrRedirect` reads. */
export function rememberReturnTo(
  req: Request,
  path = req.method === "GET" ? req.originalUrl : undefined,
): void {
  const session = (req as { session?: ReturningSession }).session;
  if (session !== undefined && isLocalPath(path)) session.returnTo = path;
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
