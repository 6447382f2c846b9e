import { html, type Html } from "./html.ts";

/** A date for people: UTC's where there is no script, the reader's own with it; `time` with the hour. */
export function localDate(locale: string, iso: string, style: "medium" | "long" | "time" = "medium"): Html {
  const dateStyle = style === "long" ? "long" : "medium";
  const text = new Intl.DateTimeFormat(locale, { dateStyle, timeZone: "UTC" }).format(new Date(iso));
  return html`<time datetime="${iso}" data-local="${style}">${text}</time>`;
}
