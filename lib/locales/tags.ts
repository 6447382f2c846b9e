/** Scripts that are written from right to left (Unicode CLDR, layout orientation). */
const RIGHT_TO_LEFT = new Set(["Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"]);

/** The direction in which a language is written, for `dir`. */
export function directionOf(tag: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(scriptOf(tag) ?? "") ? "rtl" : "ltr";
}

/**
 * Of these tags, the one whose reader can read what the wanted one stands for: the same, else one of the same language in the same script. Readers of
 * simplified characters are better served by English than by traditional ones; `zh` alone has always meant `zh-TW` here.
 */
export function nearestTag(wanted: string, tags: readonly string[]): string | undefined {
  const exact = tags.find((tag) => tag.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const base = wanted.split("-")[0];
  const near = tags.filter((tag) => tag.toLowerCase().split("-")[0] === base);
  if (near.length === 0) return undefined;
  const script = scriptOf(wanted);
  if (script === undefined) return undefined;
  const readable = near.filter((tag) => scriptOf(tag) === script);
  return readable.find((tag) => !tag.includes("-")) ?? readable[0] ?? (wanted === "zh" ? near[0] : undefined);
}

/** A text of the app's own in a language: the one text, or of several the nearest, else the English one. */
export function inLanguage(
  text: string | Readonly<Record<string, string>> | undefined,
  locale: string,
): string | undefined {
  if (text === undefined || typeof text === "string") return text;
  return text[nearestTag(locale.toLowerCase(), Object.keys(text)) ?? "en"];
}

function scriptOf(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).maximize().script;
  } catch {
    return undefined;
  }
}
