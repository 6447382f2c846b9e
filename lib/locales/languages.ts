import { en, type Texts } from "./en.ts";
import { nearestTag } from "./tags.ts";

/** Looks a text up and fills its `{placeholders}`. */
export interface Translate {
  (key: keyof Texts, values?: Readonly<Record<string, string | number>>): string;
  /** BCP 47. */
  readonly locale: string;
}

/** What a factor says of itself: `factor.totp.label` is on the button that chooses it. */
export const FACTOR_WORDS = ["label", "name", "field", "hint", "begin"] as const;
export type FactorWord = (typeof FACTOR_WORDS)[number];

/**
 * An app's own words, by BCP 47 tag: of a language that is there, those that it changes; of a new one, as many as it has. Those of a factor are
 * `factor.<name>.label`, `name`, `field`, `hint` and `begin`.
 */
export type OwnTexts = Readonly<
  Record<
    string,
    Partial<Record<keyof Texts, string>> & Readonly<Partial<Record<`factor.${string}.${FactorWord}`, string>>>
  >
>;

/** The languages that an app speaks. */
export interface Languages {
  /** BCP 47; the first is what everybody else gets. */
  readonly tags: readonly string[];
  /** The best language for a BCP 47 tag or an Accept-Language header, by its q-values; `en` when none fits. */
  choose(wanted: string | undefined): string;
  /** The translator of one language. */
  translator(tag: string): Translate;
}

/** Headers whose language is remembered; browsers send few. */
const REMEMBERED = 200;

/** The package's languages with an app's own words over them. What a new language lacks is taken from the nearest that has it. */
export function createLanguages(given: Readonly<Record<string, Texts>>, own: OwnTexts = {}): Languages {
  const texts = new Map(Object.entries(given));
  for (const [tag, words] of Object.entries(own)) {
    const ground = given[tag] ?? given[nearestTag(tag.toLowerCase(), Object.keys(given)) ?? "en"] ?? en;
    texts.set(tag, { ...ground, ...words });
  }
  const tags = [...texts.keys()];
  const translators = new Map([...texts].map(([tag, each]) => [tag, translate(tag, each)]));
  const chosen = new Map<string, string>();

  function choose(wanted: string | undefined): string {
    if (wanted === undefined || wanted === "") return "en";
    const header = wanted.slice(0, 500);
    const known = chosen.get(header);
    if (known !== undefined) return known;
    const best = byPreference(header)
      .map((tag) => nearestTag(tag, tags))
      .find((tag) => tag !== undefined);
    if (chosen.size >= REMEMBERED) chosen.clear();
    chosen.set(header, best ?? "en");
    return best ?? "en";
  }

  return {
    tags,
    choose,
    translator: (tag) => translators.get(tag) ?? (translators.get("en") as Translate),
  };
}

function translate(locale: string, texts: Texts): Translate {
  // Text and name of a placeholder in turns; split at first use.
  const split = new Map<keyof Texts, string[]>();

  const write = (key: keyof Texts, values?: Readonly<Record<string, string | number>>) => {
    let parts = split.get(key);
    if (parts === undefined) split.set(key, (parts = texts[key].split(/\{(\w+)\}/)));
    if (parts.length === 1) return texts[key];
    return parts.map((part, i) => (i % 2 === 0 ? part : String(values?.[part] ?? `{${part}}`))).join("");
  };
  return Object.assign(write, { locale });
}

function byPreference(header: string): string[] {
  return header
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
