import type { FactorTexts } from "../factors/definition.ts";
import type { Factor } from "../factors/factor.ts";
import { hasPhoneTexts, phoneTextsIn } from "../factors/phone-texts.ts";
import { isPhone } from "../factors/phone-destination.ts";
import { FACTOR_WORDS, type FactorWord, type Languages, type OwnTexts } from "../locales/languages.ts";
import { nearestTag } from "../locales/tags.ts";
import { nearest } from "../nearest.ts";

type Words = Partial<Pick<FactorTexts, FactorWord>>;

/**
 * The app's factors in the app's own words: those of `factor.<name>.<label, name, field, hint or begin>` over what each brings, and phones by the texts of
 * their pages. Throws a TypeError that names the language and the key for a factor that is not in the list.
 */
export function withOwnTexts(factors: readonly Factor[], own: OwnTexts, languages: Languages): Factor[] {
  const words = wordsByFactor(factors, own);
  if (Object.keys(own).length === 0) return [...factors];
  return factors.map((factor) => {
    const ground =
      isPhone(factor) && hasPhoneTexts(factor.code.channel)
        ? phoneTextsIn(factor.code.channel, languages)
        : factor.texts;
    const texts = { ...ground, ...inAll(ground, words.get(factor.name) ?? new Map<string, Words>()) };
    if (factor.definition === undefined) return { ...factor, texts };
    return { ...factor, texts, definition: { ...factor.definition, texts } };
  });
}

/** What a new language does not say is said in the nearest that the factor has. */
function inAll(ground: Factor["texts"], words: ReadonlyMap<string, Words>): Record<string, Words> {
  const tags = Object.keys(ground);
  return Object.fromEntries(
    [...words].map(([tag, own]) => {
      const base = ground[tag] ?? ground[nearestTag(tag.toLowerCase(), tags) ?? "en"];
      return [tag, { ...base, ...own }];
    }),
  );
}

function wordsByFactor(factors: readonly Factor[], own: OwnTexts): Map<string, Map<string, Words>> {
  const names = factors.map(({ name }) => name);
  const found = new Map<string, Map<string, Words>>();
  for (const [tag, texts] of Object.entries(own)) {
    for (const [key, text] of Object.entries(texts)) {
      const [, name, word] = /^factor\.(.+)\.([^.]+)$/.exec(key) ?? [];
      if (name === undefined || word === undefined) continue;
      if (!names.includes(name))
        throw unknown(
          tag,
          key,
          names.map((each) => `factor.${each}.${word}`),
        );
      const ofFactor = found.get(name) ?? new Map<string, Words>();
      found.set(name, ofFactor.set(tag, { ...ofFactor.get(tag), [word]: text }));
    }
  }
  return found;
}

function unknown(tag: string, key: string, known: readonly string[]): TypeError {
  const meant = nearest(key, known) ?? known[0];
  return new TypeError(
    `texts: ${tag}: "${key}" is of no factor in the list; did you mean "${meant}"? A text of a factor ends in ${FACTOR_WORDS.join(", ")}`,
  );
}
