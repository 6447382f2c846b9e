import { html, type Html } from "./html.ts";
import type { Page, PageError } from "./pages.ts";

/** One card on a quiet page; the same frame for every view. */
export function layout(page: Page, title: string, body: Html): string {
  return html`<!doctype html>
<html lang="${page.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · ${page.appName}</title>
<link rel="stylesheet" href="${page.assets}/factors.css">
<script src="${page.assets}/factors.js" defer></script>
</head>
<body>
<main class="card">
<p class="app">${page.appName}</p>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.html;
}

/** What was wrong: beside the field of that name, which points to it, or above the form when no field is to blame. */
export function errorText(error: PageError | undefined, field?: string): Html | undefined {
  if (error === undefined) return undefined;
  return html`<p class="error" role="alert" id="${field === undefined ? "error" : `${field}-error`}">${error.message}</p>`;
}

/** The error, split by whether one of these fields is to blame for it. */
export function blame<Field extends string>(
  error: PageError | undefined,
  fields: readonly Field[],
): { field: Field | undefined; general: PageError | undefined } {
  const field = fields.find((each) => each === error?.field);
  return { field, general: field === undefined ? error : undefined };
}
