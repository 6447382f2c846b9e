import { translator } from "../locales/translate.ts";

interface TextParts {
  code: string;
  reference: string;
  locale: string;
  appName: string;
  host: string | undefined;
  ttlMs: number;
  channel: string;
}

/**
 * The message: who, what for, how long, its reference, and never to share it; no URL. The last line of a text message is
 * origin-bound (WICG "Origin-bound one-time codes"): nothing may follow it, not even a newline. A call says the digits one by one.
 */
export function messageText({ code, reference, locale, appName, host, ttlMs, channel }: TextParts): string {
  const minutes = Math.floor(ttlMs / 60_000) || 1;
  const t = translator(locale);
  if (channel === "call") return t("call.text", { code: Array.from(code).join(", "), app: appName });
  const text = t("sms.text", { code, app: appName, minutes, reference });
  return host === undefined || channel !== "sms" ? text : `${text}\n\n@${host} #${code}`;
}
