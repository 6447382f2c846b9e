const plain = (text: string) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");

const SHORTEST_WORD = 4;
/** So much must be left of a password without the words that anybody would try first. */
const LEAST_LEFT = 6;

/** Whether a password is hardly more than the words of its context: the app's name, the user's name, an address (NIST SP 800-63B-4 §3.1.1.2). */
export function isOfContext(password: string, words: readonly string[]): boolean {
  let left = plain(password);
  const known = words
    .flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)])
    .map(plain)
    .filter((word) => word.length >= SHORTEST_WORD)
    .sort((one, other) => other.length - one.length);
  const before = left;
  for (const word of known) left = left.replaceAll(word, "");
  return left !== before && Array.from(left).length < LEAST_LEFT;
}
