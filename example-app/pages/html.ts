/** HTML that is safe to put into a page as it is. */
export interface Html {
  readonly html: string;
}

type Piece = Html | string | number | undefined | false | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Writes HTML; what is put in is escaped, unless this function wrote it. Undefined and false leave nothing. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return { html: strings.map((string, i) => string + write(pieces[i])).join("") };
}

function write(piece: Piece): string {
  if (piece === undefined || piece === false) return "";
  if (typeof piece === "string" || typeof piece === "number")
    return String(piece).replace(/[&<>"']/g, (each) => ESCAPES[each] ?? each);
  return "html" in piece ? piece.html : piece.map((each) => each.html).join("");
}
