import { escaped } from "../escaped.ts";

/** HTML that is safe to put into a page as it is. */
export interface Html {
  readonly html: string;
}

type Piece = Html | string | number | undefined | false | readonly Html[];

/** Writes HTML; whatever is put in is escaped, unless it is itself the result of this function. Nothing comes of undefined and false. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return { html: strings.map((string, i) => string + (i < pieces.length ? write(pieces[i]) : "")).join("") };
}

function write(piece: Piece): string {
  if (piece === undefined || piece === false) return "";
  if (typeof piece === "string" || typeof piece === "number") return escaped(String(piece));
  return "html" in piece ? piece.html : piece.map((each) => each.html).join("");
}
