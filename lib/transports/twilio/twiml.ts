import { chooseLanguage, translator } from "../../locales/translate.ts";

/** What a call says is written in TwiML, Twilio's XML. */
interface Spoken {
  /** BCP 47. */
  locale: string;
  appName: string;
}

/** The voices' own tags for our languages. */
const VOICES: Readonly<Record<string, string>> = {
  en: "en-US",
  es: "es-ES",
  fr: "fr-FR",
  de: "de-DE",
  ja: "ja-JP",
  "zh-TW": "cmn-TW",
};

/** Asks for any key, and says nothing secret before: a voicemail box presses none. Ends at `action` either way. */
export function askForKeyTwiml({ action, locale, appName }: Spoken & { action: string }): string {
  const language = chooseLanguage(locale);
  const ask = say(language, translator(language)("call.pressKey", { app: appName }));
  const key = `input="dtmf" numDigits="1" finishOnKey="" timeout="10" actionOnEmptyResult="true"`;
  return respond(`<Gather ${key} method="POST" action="${escape(action)}">${ask}${ask}</Gather>`);
}

/** Reads the code twice, digit by digit, a second apart. */
export function readCodeTwiml({ code, locale, appName }: Spoken & { code: string }): string {
  const language = chooseLanguage(locale);
  const digits = Array.from(code, (digit) => say(language, digit)).join(PAUSE);
  // Cut where the code stands, so that each language keeps its own order of words.
  const sentences = translator(language)("call.text", { app: appName.replaceAll("{", "") }).split("{code}");
  return respond(sentences.map((sentence) => say(language, sentence)).join(PAUSE + digits + PAUSE));
}

export const hangUpTwiml = (): string => respond("<Hangup/>");

const PAUSE = `<Pause length="1"/>`;

function say(language: string, text: string): string {
  const words = text.replace(/^[\s.:：。]+/, "").trim();
  return words === "" ? "" : `<Say language="${VOICES[language]}">${escape(words)}</Say>`;
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
