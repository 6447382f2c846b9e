import type { Request } from "express";

/** What most JSON callers send. It names JSON first, and neither pages nor preferences: there is nothing to weigh. */
const PLAINLY_JSON = /^application\/(problem\+)?json(, ?(text\/plain|\*\/\*))*$/;

/**
 * Whether the answer should be JSON: asked for by Accept; or, where Accept does not care, sent by a JSON caller, or by a script (Fetch Metadata: no page, image or frame
 * waits for it). htmx puts what it gets into the page.
 */
export function wantsJson(req: Request): boolean {
  const accept = String(req.headers.accept ?? "*/*");
  if (PLAINLY_JSON.test(accept)) return true;
  if (/\b(text\/html|application\/(problem\+)?json)\b/i.test(accept)) {
    return req.accepts(["html", "application/json", "application/problem+json"]) !== "html";
  }
  const { "sec-fetch-dest": destination, "hx-request": htmx } = req.headers;
  if (destination === "empty" && htmx === undefined) return true;
  return req.is("application/json") === "application/json";
}
