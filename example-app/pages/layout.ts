import { html, type Html } from "./html.ts";

/** The frame of every page. */
export function frame(title: string, body: Html, script?: string): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title === "Chat" ? title : `${title} · Chat`}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/app.css" />
        ${script !== undefined && html`<script src="${script}" defer></script>`}
      </head>
      ${body}
    </html> `;
}

/** One card on a quiet page, as the package's own pages are. */
export function card(title: string, body: Html, script?: string): Html {
  return frame(
    title,
    html`<body class="quiet-page">
      <main class="card">
        <p class="brand">
          <a href="/"><img src="/icon.svg" alt="" width="28" height="28" />Chat</a>
        </p>
        <h1>${title}</h1>
        ${body}
      </main>
    </body>`,
    script,
  );
}
