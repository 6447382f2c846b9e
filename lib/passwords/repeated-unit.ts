/** The text of which this one is a row: "abc" for "abcabcab", and the text itself where it is none. One pass (Knuth, Morris and Pratt's table of borders). */
export function repeatedUnit(text: string): string {
  const borders = [0];
  for (let at = 1, border = 0; at < text.length; at++) {
    while (border > 0 && text[at] !== text[border]) border = borders[border - 1] as number;
    if (text[at] === text[border]) border++;
    borders.push(border);
  }
  const unit = text.length - (borders.at(-1) as number);
  return unit <= text.length / 2 ? text.slice(0, unit) : text;
}
