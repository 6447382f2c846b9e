import { createHash } from "node:crypto";
import type { Response } from "express";

/** Nothing that these doors answer may be kept by a cache; and the language and form of an answer depend on the asker. */
export function noStore(res: Response): void {
  res.setHeader("Cache-Control", "no-store");
  if (res.hasHeader("Vary")) res.vary("Accept, Accept-Language");
  else res.setHeader("Vary", "Accept, Accept-Language");
}

const PAGE_HEADERS = {
  "Content-Security-Policy":
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
};

/** What a page with a code field needs; a header that the app has set already (helmet) stays. */
export function pageHeaders(res: Response): void {
  // But this: under helmet's no-referrer browsers send our own forms with `Origin: null`.
  res.set("Referrer-Policy", "same-origin");
  for (const [name, value] of Object.entries(PAGE_HEADERS)) if (!res.hasHeader(name)) res.set(name, value);
}

export function etagOf(text: string): string {
  return `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
}
