import type { VisitRequest } from "./visit.ts";

const LONGEST = 400;

/** A cookie of ours, without a parser: their values hold nothing that would be encoded. */
export function readCookie(request: VisitRequest, name: string): string | undefined {
  const { cookie } = request.headers;
  if (typeof cookie !== "string") return undefined;
  for (const pair of cookie.split(";")) {
    const [key, ...value] = pair.trim().split("=");
    if (key === name) return value.join("=").slice(0, LONGEST);
  }
  return undefined;
}
