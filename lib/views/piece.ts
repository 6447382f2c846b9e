import { html, type Html } from "./html.ts";

/** Stands in a text for what is put in as HTML; no text holds it. */
const HOLE = "\u{F8FF}";

/** A text with a piece of HTML in one of its places: a phone number that stands in one piece whatever is written around it, a time. */
export function withPiece(write: (hole: string) => string, piece: Html): Html {
  const [before = "", ...after] = write(HOLE).split(HOLE);
  return html`${before}${after.map((text) => html`${piece}${text}`)}`;
}
