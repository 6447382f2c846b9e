import { spelledOut } from "../../locales/spelled-out.ts";

/** The voices' own tags, where a language alone is none. */
const VOICES: Readonly<Record<string, string>> = {
  en: "en-US",
  es: "es-ES",
  fr: "fr-FR",
  de: "de-DE",
  ja: "ja-JP",
  "zh-TW": "cmn-TW",
};

/** What a call says is written in TwiML, Twilio's XML. */
interface Spoken {
  /** BCP 47. */
  locale: string;
  /** The whole sentence. */
  text: string;
}

/** Asks for any key, and says nothing secret before: a voicemail box presses none. Ends at `action` either way. */
export function askForKeyTwiml({ action, locale, text }: Spoken & { action: string }): string {
  const ask = say(locale, text);
  const key = `input="dtmf" numDigits="1" finishOnKey="" timeout="10" actionOnEmptyResult="true"`;
  return respond(`<Gather ${key} method="POST" action="${escape(action)}">${ask}${ask}</Gather>`);
}

/** Reads a message with its code, digit by digit, a second apart. */
export function readCodeTwiml({ code, locale, text }: Spoken & { code: string }): string {
  const digits = Array.from(code, (digit) => say(locale, digit)).join(PAUSE);
  // Cut where the code stands, so that each language keeps its own order of words.
  const sentences = text.split(spelledOut(code));
  return respond(sentences.map((sentence) => say(locale, sentence)).join(PAUSE + digits + PAUSE));
}

export const hangUpTwiml = (): string => respond("<Hangup/>");

const PAUSE = `<Pause length="1"/>`;

function say(locale: string, text: string): string {
  const words = text.replace(/^[\s.:：。]+/, "").trim();
  return words === "" ? "" : `<Say language="${VOICES[locale] ?? locale}">${escape(words)}</Say>`;
}

const respond = (verbs: string) => `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Control characters are not XML at all. */
function escape(text: string): string {
  return text.replace(/\p{Cc}/gu, " ").replace(/[&<>"']/g, (each) => ENTITIES[each] ?? "");
}
