/**
 * What somebody typed or pasted, in plain characters: full-width forms narrow (NFKC), no marks that nobody sees, every dash `-`, every
 * space but a line break ` `, and the decimal digits of every script `0` to `9`.
 */
export function plainText(typed: string): string {
  if (PLAIN.test(typed)) return typed;
  return (
    typed
      // A superscript or a number in a circle is a note beside a number, no digit of it: NFKC would make it one.
      .replace(/\P{No}+/gu, (text) => text.normalize("NFKC"))
      .replace(INVISIBLE, "")
      .replace(/[^\S\r\n]/g, " ")
      .replace(DASHES, "-")
      .replace(/\p{Nd}/gu, digitOf)
  );
}

/** Without spaces, line breaks and dashes: what is left of a code that is written in groups. */
export const withoutGroups = (plain: string): string => plain.replace(/[\s-]/g, "");

const PLAIN = /^[!-~ ]*$/;

/** Marks of direction, isolates, zero width, soft hyphens, variation selectors, and the frame of a digit that is an emoji. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u20E3]/gu;

/** Beside what Unicode calls a dash: minus, hyphen bullet, the long-vowel mark and the ruled line, which keyboards of Japanese give for one. */
const DASHES = /[\p{Pd}\u2212\u2043\u02D7\u30FC\u2500\u2501]/gu;

/** Each script's digits stand in a row from zero to nine (Unicode, general category Nd). */
function digitOf(digit: string): string {
  const at = digit.codePointAt(0) as number;
  let zero = at;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((at - zero) % 10);
}
