/** Shorter words stand in many passwords by chance. */
const SHORTEST = 3;
/** A context has a few words; an app that hands in a whole document must not make a check slow. */
const MOST_WORDS = 100;
const MOST_LENGTH = 1024;

/** The words of a context, folded, longest first: of an email address also its parts, "ann" and "smith" of ann.smith@chat.example. */
export function contextWords(texts: readonly unknown[]): string[] {
  const words = new Set<string>();
  for (const text of texts) {
    if (typeof text !== "string" || text.length > MOST_LENGTH) continue;
    const folded = foldedOf(text.trim());
    const [local = ""] = folded.split("@");
    for (const word of [folded, local, ...folded.split(/[^\p{L}\p{N}]+/u)])
      if (word.length >= SHORTEST) words.add(word);
    if (words.size >= MOST_WORDS) break;
  }
  return Array.from(words).sort((one, other) => other.length - one.length);
}

/** What is left of a folded text once the words are taken out of it. */
export const without = (text: string, words: readonly string[]): string =>
  words.reduce((rest, word) => rest.replaceAll(word, ""), text);

/** As texts are compared here: case and forms of a letter do not tell two apart. */
export const foldedOf = (text: string): string => text.normalize("NFKC").toLowerCase();
