import type { Request } from "express";
import type { Factors } from "passport-factors";
import { de } from "./de.ts";
import { en, type Texts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { ja } from "./ja.ts";
import { zhTW } from "./zh-tw.ts";

export type Key = keyof Texts;
export type Values = Readonly<Record<string, string | number>>;

/** Looks a text up and fills its `{placeholders}`. */
export type Words = (key: Key, values?: Values) => string;

const TEXTS: Readonly<Record<string, Texts>> = { en, de, es, fr, ja, "zh-TW": zhTW };

/** The languages of the chat, which are those of the package, by what they are called in themselves. */
export const LANGUAGES: Readonly<Record<string, string>> = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  ja: "日本語",
  "zh-TW": "繁體中文",
};

/** The texts of one language; of one that the chat has not, in English. */
export function wordsIn(locale: string): Words {
  const texts = TEXTS[locale] ?? en;
  return (key, values = {}) =>
    texts[key].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The texts in the language of whoever asks: the package's pages and the app's are in the same one. */
export const wordsFor = (req: Request): Words =>
  wordsIn((req.app.locals as { factors: Factors }).factors.locale(req));

/** One text in each language, as the package takes it for labels. */
export const inEveryLanguage = (key: Key, values?: Values): Record<string, string> =>
  Object.fromEntries(Object.keys(TEXTS).map((locale) => [locale, wordsIn(locale)(key, values)]));
