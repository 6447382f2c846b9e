import type { Request } from "express";

/** Whether the answer should be JSON: asked for by Accept; or, where Accept does not care, sent by a JSON caller. */
export function wantsJson(req: Request): boolean {
  const accept = String(req.headers.accept ?? "*/*");
  if (/\b(text\/html|application\/(problem\+)?json)\b/i.test(accept)) {
    return req.accepts(["html", "application/json", "application/problem+json"]) !== "html";
  }
  return req.is("application/json") === "application/json";
}
