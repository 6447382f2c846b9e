import { html, type Html } from "./html.ts";
import { icon } from "./icons.ts";
import type { Page, PageError } from "./pages.ts";

/** One card on a quiet page, under the app's brand; the same frame for every view. */
export function layout(page: Page, title: string, body: Html): string {
  const shown = page.error === undefined ? title : page.t("page.error", { title });
  return html`<!doctype html>
<html lang="${page.locale}" dir="${page.dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${shown} · ${page.appName}</title>
${head(page)}
</head>
<body>
<main class="card">
${brand(page)}
<h1>${title}</h1>
${withFields(body, page)}
</main>
${page.support !== undefined && html`<footer class="help"><a href="${page.support.url}">${icon("help")}${page.support.label}</a></footer>`}
</body>
</html>
`.html;
}

/** What the parts of a page load: the stylesheet under the app's own, the script and the icon. */
export function head({ assets, logo, stylesheet }: Page): Html {
  return html`<link rel="icon" href="${logo === undefined || logo.wordmark ? `${assets}/icon.svg` : logo.src}">
<link rel="stylesheet" href="${assets}/factors.css">
${stylesheet !== undefined && html`<link rel="stylesheet" href="${stylesheet}">\n`}<script src="${assets}/factors.js" defer></script>`;
}

function brand({ appName, logo }: Page): Html {
  if (logo === undefined) return html`<p class="app">${appName}</p>`;
  const image = html`<img src="${logo.src}" alt="${logo.wordmark && appName}" height="32">`;
  const picture =
    logo.dark === undefined
      ? image
      : html`<picture><source srcset="${logo.dark}" media="(prefers-color-scheme: dark)">${image}</picture>`;
  return html`<p class="app">${picture}${!logo.wordmark && appName}</p>`;
}

/** The app's own fields, such as its CSRF token, in every form that posts: no view can forget them. What a view was given is escaped, so these tags are ours. */
function withFields(body: Html, page: Page): Html {
  const fields = hiddenFields(page).html;
  if (fields === "") return body;
  return { html: body.html.replace(/<form method="post"[^>]*>/g, (tag) => `${tag}\n${fields}`) };
}

/** The app's own hidden fields, for a form of an own view. */
export function hiddenFields({ formFields }: Pick<Page, "formFields">): Html {
  return html`${Object.entries(formFields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;
}

/** What was wrong: beside the field of that name, which points to it, or above the form when no field is to blame. */
export function errorText(error: PageError | undefined, field?: string): Html | undefined {
  if (error === undefined) return undefined;
  return html`<p class="error" role="alert"${field !== undefined && html` id="${field}-error"`}>${field !== undefined && icon("warning")}${error.message}</p>`;
}

/** The error, split by whether one of these fields is to blame for it. */
export function blame<Field extends string>(
  error: PageError | undefined,
  fields: readonly Field[],
): { field: Field | undefined; general: PageError | undefined } {
  const field = fields.find((each) => each === error?.field);
  return { field, general: field === undefined ? error : undefined };
}
