import { spelledOut } from "../locales/spelled-out.ts";
import type { CodeMessage, MessageWords } from "./code-section.ts";

/** Who, what for, how long, its reference, and never to share it; no URL. */
export function messageWords({ code, reference, t, appName, minutes }: CodeMessage): MessageWords {
  return { text: t("sms.text", { code, app: appName, minutes, reference }) };
}

/**
 * The last line of a text message is origin-bound (WICG "Origin-bound one-time codes"): nothing may follow it, not even a newline.
 */
export function textMessage(about: CodeMessage): MessageWords {
  const { host, code } = about;
  const { text } = messageWords(about);
  return { text: host === undefined ? text : `${text}\n\n@${host} #${code}` };
}

/** A call says the digits one by one. */
export function spokenMessage({ code, t, appName }: CodeMessage): MessageWords {
  return { text: t("call.text", { code: spelledOut(code), app: appName }) };
}
