import type { IncomingRequest } from "../request-context.ts";

const LONGEST = 400;

/** A cookie of ours, without a parser: their values hold nothing that would be encoded. */
export function readCookie(request: IncomingRequest, name: string): string | undefined {
  const { cookie } = request.headers;
  if (typeof cookie !== "string") return undefined;
  for (const pair of cookie.split(";")) {
    const [key, ...value] = pair.trim().split("=");
    if (key === name) return value.join("=").slice(0, LONGEST);
  }
  return undefined;
}

export interface Cookie {
  name: string;
  value: string;
  /** Where browsers send it. @default "/" */
  path?: string;
  /** How long it lives; 0 ends it. */
  seconds: number;
  /** The app's own address is an https one. */
  https: boolean;
}

/** A cookie of ours on the answer; `Secure` where the request was, and always where the app's address is: a proxy may speak http to it. */
export function writeCookie(
  request: IncomingRequest,
  { name, value, seconds, https, path = "/" }: Cookie,
): void {
  const { res } = request;
  if (res === undefined || res.headersSent) return;
  const secure = https || request.secure === true ? "; Secure" : "";
  const attributes = `Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
  res.appendHeader("Set-Cookie", `${name}=${value}; ${attributes}`);
}
