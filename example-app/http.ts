import type { NextFunction, Request, Response } from "express";
import type { Factors } from "passport-factors";
import type { Html } from "./pages/html.ts";
import { framed, type Page } from "./pages/layout.ts";
import type { User } from "./users.ts";
import { wordsFor, wordsIn, type Key, type Values } from "./words/words.ts";

/** Texts that say why something was refused. */
export type Reason = Extract<Key, `refusal.${string}`>;

/** Something that a request got wrong; answered as JSON, or as a page, in the language of whoever asked. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  readonly #reason: Reason;
  readonly #values: Values;

  constructor(
    status: number,
    code: string,
    reason: Reason,
    more: { field?: string; retryAfter?: number; values?: Values } = {},
  ) {
    super(wordsIn("en")(reason, more.values));
    this.status = status;
    this.code = code;
    this.#reason = reason;
    this.#values = more.values ?? {};
    this.field = more.field;
    this.retryAfter = more.retryAfter;
  }

  /** What the person is told. */
  told(req: Request): string {
    return wordsFor(req)(this.#reason, this.#values);
  }
}

export const isRefusal = (error: unknown): error is Refusal => error instanceof Refusal;

/** Whether the caller is a program: it asks for JSON, or sends JSON and takes anything. */
export function wantsJson(req: Request): boolean {
  if (/json|html/i.test(req.headers.accept ?? ""))
    return req.accepts(["html", "application/json", "application/problem+json"]) !== "html";
  return req.is("application/json") === "application/json";
}

/** For what only programs ask: they are answered in JSON whatever they accept. */
export function forPrograms(req: Request, _res: Response, next: NextFunction): void {
  req.headers.accept = "application/json";
  next();
}

/** The signed-in user, who may still owe a second factor. */
export const userOf = (req: Request) => req.user as User | undefined;

/** The signed-in user, or a 401. */
export function signedInUser(req: Request): User {
  const user = userOf(req);
  if (user === undefined) throw new Refusal(401, "login_required", "refusal.login_required");
  return user;
}

/** A text field of the body; anything but text is as good as missing. */
export function field(req: Request, name: string): string {
  const body = req.body as unknown;
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, name)) return "";
  const value = (body as Record<string, unknown>)[name];
  return typeof value === "string" ? value : "";
}

/** A browser is sent on; a program is told where one would go. */
export function goOn(req: Request, res: Response, next: string, status = 200): void {
  if (wantsJson(req)) res.status(status).json({ success: true, next });
  else res.redirect(303, next);
}

/** Every answer depends on who asks, and in which form. */
export function noStore(_req: Request, res: Response, next: NextFunction): void {
  res.set("Cache-Control", "no-store").vary("Accept");
  next();
}

const PAGE_HEADERS = {
  "Content-Security-Policy":
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
};

/** Sends a card in its frame, or a whole page. The app has set `factors` for all its pages. */
export function sendPage(res: Response, page: Page | Html, status = 200): void {
  const { factors } = res.app.locals as { factors: Factors };
  const text = "html" in page ? page.html : framed(res.req, factors, page(wordsFor(res.req)), status >= 400);
  res.status(status).set(PAGE_HEADERS).type("html").send(text);
}

/** A path of this site, for redirects: `//evil.example` and `/\evil.example` are none. */
export function isLocalPath(path: unknown): path is string {
  return typeof path === "string" && path.length <= 2000 && /^\/(?![/\\])[\x21-\x5B\x5D-\x7E]*$/.test(path);
}
