import { escaped } from "../escaped.ts";
import { directionOf } from "../locales/tags.ts";

/** One piece of a mail, one below the other. */
export type Piece =
  | { kind: "words"; text: string }
  | { kind: "code"; code: string }
  | { kind: "link"; url: string; label: string }
  | { kind: "note"; text: string };

interface Page {
  locale: string;
  appName: string;
  subject: string;
  pieces: readonly Piece[];
}

/** Mail programs know few of CSS's words, and some nothing but `style` on the element itself: the dark colours are for those who know more. */
const DARK = `@media (prefers-color-scheme: dark) {
  .ground { background: #101216 !important; color: #eceef2 !important; }
  .card { background: #191c22 !important; }
  .soft { color: #a6adba !important; }
  .box { border-color: #323743 !important; }
  .button { background: #8ab4ff !important; color: #0b1526 !important; }
}`;
const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
const SOFT = "margin:0 0 8px;font-size:14px;color:#565d6b";

/** The mail as a page that loads nothing: no image, no font, no script. */
export function mailHtml({ locale, appName, subject, pieces }: Page): string {
  return `<!doctype html>
<html lang="${escaped(locale)}" dir="${directionOf(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(subject)}</title>
<style>
${DARK}
</style>
</head>
<body class="ground" style="margin:0;padding:24px 16px;background:#f4f5f7;color:#16191f;${FONT};font-size:16px;line-height:1.5">
<div class="card" style="max-width:416px;margin:0 auto;padding:28px 28px 20px;background:#ffffff;border-radius:16px">
<p class="soft" style="margin:0 0 16px;font-size:14px;font-weight:600;color:#565d6b">${escaped(appName)}</p>
${pieces.map(htmlOf).join("\n")}
</div>
</body>
</html>
`;
}

function htmlOf(piece: Piece): string {
  switch (piece.kind) {
    case "words":
      return `<p style="margin:0 0 16px">${escaped(piece.text)}</p>`;
    case "code":
      return `<p class="box" style="margin:0 0 16px;padding:12px;border:1px solid #dde1e8;border-radius:12px;text-align:center;font-size:32px;font-weight:700;letter-spacing:4px">${escaped(piece.code)}</p>`;
    case "link":
      return `<p style="margin:0 0 16px"><a class="button" href="${escaped(piece.url)}" style="display:block;padding:12px 16px;border-radius:10px;background:#1a56db;color:#ffffff;font-weight:600;text-align:center;text-decoration:none">${escaped(piece.label)}</a></p>
<p class="soft" style="${SOFT};word-break:break-all">${escaped(piece.url)}</p>`;
    case "note":
      return `<p class="soft" style="${SOFT}">${escaped(piece.text)}</p>`;
    default:
      throw new TypeError("mail: no such piece");
  }
}
