import { en, type Texts } from "../locales/en.ts";
import { FACTOR_WORDS, type OwnTexts } from "../locales/languages.ts";
import { nearest } from "../nearest.ts";
import { custom } from "../options.ts";

/** Messages that are of no use without these. */
const NEEDED: Partial<Record<keyof Texts, string>> = { "sms.text": "code", "call.text": "code" };

const LONGEST = 2000;

export const textsOption = custom<OwnTexts>({
  default: {},
  shape: 'an object of texts by BCP 47 tag, such as { en: { "verification.title": "Your code" } }',
  is: (value) => {
    if (!isRecord(value)) return false;
    for (const [tag, texts] of Object.entries(value)) checkLanguage(tag, texts);
    return true;
  },
  about:
    "The app's own words, of pages, messages, calls, errors and factors (`factor.totp.label`), by language: over the package's, or a language of its own. What a new language lacks is taken from the nearest one, else from English.",
});

/** Throws a TypeError that names the language, the text and what is wrong with it. */
function checkLanguage(tag: string, texts: unknown): void {
  const right = canonical(tag);
  if (right !== tag) {
    const meant = right ?? canonical(tag.replaceAll("_", "-"));
    const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
    throw new TypeError(`texts: "${tag}" is no language tag (BCP 47)${hint}`);
  }
  if (!isRecord(texts)) throw new TypeError(`texts: "${tag}" must be an object of texts by key`);
  for (const [key, text] of Object.entries(texts)) checkText(tag, key, text);
}

function checkText(tag: string, key: string, text: unknown): void {
  const where = `texts: ${tag}: "${key}"`;
  if (isOfFactor(key)) return checkWord(where, key, text);
  if (!Object.hasOwn(en, key)) {
    const meant = nearest(key, Object.keys(en));
    throw new TypeError(`${where} is not known${meant === undefined ? "" : `; did you mean "${meant}"?`}`);
  }
  if (typeof text !== "string" || text.trim() === "" || text.length > LONGEST)
    throw new TypeError(`${where} must be a text of 1 to ${LONGEST} characters`);
  const allowed = placeholders(en[key as keyof Texts]);
  const odd = placeholders(text).find((each) => !allowed.includes(each));
  if (odd !== undefined) {
    const known = allowed.length === 0 ? "it has none" : `known are {${allowed.join("}, {")}}`;
    throw new TypeError(`${where} has the placeholder {${odd}}; ${known}`);
  }
  const needed = NEEDED[key as keyof Texts];
  if (needed !== undefined && !placeholders(text).includes(needed))
    throw new TypeError(`${where} must hold {${needed}}`);
}

const isOfFactor = (key: string) => /^factor\..+\.[^.]+$/.test(key);

/** Which factors there are is looked at once the list is known. */
function checkWord(where: string, key: string, text: unknown): void {
  const word = key.slice(key.lastIndexOf(".") + 1);
  if (!(FACTOR_WORDS as readonly string[]).includes(word))
    throw new TypeError(`${where} is not known; a text of a factor ends in ${FACTOR_WORDS.join(", ")}`);
  if (typeof text !== "string" || text.trim() === "" || text.length > LONGEST)
    throw new TypeError(`${where} must be a text of 1 to ${LONGEST} characters`);
  const odd = placeholders(text).find((each) => word !== "label" || each !== "display");
  if (odd === undefined) return;
  const known = word === "label" ? "known is {display}" : "it has none";
  throw new TypeError(`${where} has the placeholder {${odd}}; ${known}`);
}

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
