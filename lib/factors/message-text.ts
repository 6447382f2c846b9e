import { spelledOut } from "../locales/spelled-out.ts";
import type { Translate } from "../locales/languages.ts";

interface TextParts {
  code: string;
  reference: string;
  /** In the language of who is written to. */
  t: Translate;
  appName: string;
  host: string | undefined;
  ttlMs: number;
  channel: string;
}

/**
 * The message: who, what for, how long, its reference, and never to share it; no URL. The last line of a text message is
 * origin-bound (WICG "Origin-bound one-time codes"): nothing may follow it, not even a newline. A call says the digits one by one.
 */
export function messageText({ code, reference, t, appName, host, ttlMs, channel }: TextParts): string {
  const minutes = Math.floor(ttlMs / 60_000) || 1;
  if (channel === "call") return t("call.text", { code: spelledOut(code), app: appName });
  const text = t("sms.text", { code, app: appName, minutes, reference });
  return host === undefined || channel !== "sms" ? text : `${text}\n\n@${host} #${code}`;
}
