import { de } from "./de.ts";
import { en, type Texts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { ja } from "./ja.ts";
import { zhTW } from "./zh-tw.ts";

/** Looks a text up and fills its `{placeholders}`. */
export type Translate = (key: keyof Texts, values?: Readonly<Record<string, string | number>>) => string;

/** Every language the package speaks, by BCP 47 tag; the first is what everybody else gets. */
export const languages: Readonly<Record<string, Texts>> = { en, es, fr, de, ja, "zh-TW": zhTW };

const tags = Object.keys(languages);

/** The best language for a BCP 47 tag or an Accept-Language header, by its q-values; `en` when none fits. */
export function chooseLanguage(wanted: string | undefined): string {
  if (wanted === undefined || wanted === "") return "en";
  for (const tag of byPreference(wanted)) {
    const exact = tags.find((known) => known.toLowerCase() === tag);
    if (exact !== undefined) return exact;
    // Traditional script and its regions read zh-TW; Simplified readers are better served by English than by a wrong script.
    if (/^zh(-hant|-tw|-hk|-mo|$)/.test(tag)) return "zh-TW";
    const base = tag.split("-")[0];
    const near = tags.find((known) => known === base);
    if (near !== undefined) return near;
  }
  return "en";
}

/** The translator of one language. */
export function translator(language: string): Translate {
  return translators.get(language) ?? (translators.get("en") as Translate);
}

const translators = new Map(Object.entries(languages).map(([tag, texts]) => [tag, translate(texts)]));

function translate(texts: Texts): Translate {
  // Text and name of a placeholder in turns; split at first use.
  const split = new Map<keyof Texts, string[]>();

  return (key, values) => {
    let parts = split.get(key);
    if (parts === undefined) split.set(key, (parts = texts[key].split(/\{(\w+)\}/)));
    if (parts.length === 1) return texts[key];
    return parts.map((part, i) => (i % 2 === 0 ? part : String(values?.[part] ?? `{${part}}`))).join("");
  };
}

function byPreference(header: string): string[] {
  return header
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const q = parameters
        .map((each) => /^\s*q=([\d.]+)$/.exec(each)?.[1])
        .find((each) => each !== undefined);
      return { tag: tag.trim(), q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag, q }) => tag !== "" && q > 0)
    .sort((a, b) => b.q - a.q)
    .map(({ tag }) => tag);
}
