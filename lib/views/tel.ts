import { html, type Html } from "./html.ts";

/** Stands in a text for what is put in as HTML; no text holds it. */
const HOLE = "\u{F8FF}";

/** A text in which a phone number stands in one piece and from left to right, whatever is written around it. */
export function withNumber(write: (number: string) => string, number: string): Html {
  const [before = "", ...after] = write(HOLE).split(HOLE);
  return after.length === 0
    ? html`${before}`
    : html`${before}<bdi class="tel" dir="ltr">${number}</bdi>${after.join(number)}`;
}
