import type { Request } from "express";

/** What most JSON callers send. It names JSON first, and neither pages nor preferences: there is nothing to weigh. */
const PLAINLY_JSON = /^application\/(problem\+)?json(, ?(text\/plain|\*\/\*))*$/;

/** Whether the answer should be JSON: asked for by Accept; or, where Accept does not care, sent by a JSON caller. */
export function wantsJson(req: Request): boolean {
  const accept = String(req.headers.accept ?? "*/*");
  if (PLAINLY_JSON.test(accept)) return true;
  if (/\b(text\/html|application\/(problem\+)?json)\b/i.test(accept)) {
    return req.accepts(["html", "application/json", "application/problem+json"]) !== "html";
  }
  return req.is("application/json") === "application/json";
}
