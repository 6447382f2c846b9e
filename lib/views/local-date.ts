import { html, type Html } from "./html.ts";

/** A date for people: UTC's where there is no script, the reader's own with it; `time` with the hour, `hour` that alone. */
export function localDate(
  locale: string,
  iso: string,
  style: "medium" | "long" | "time" | "hour" = "medium",
): Html {
  const utc = (shown: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...shown, timeZone: "UTC" }).format(new Date(iso));
  const text =
    style === "hour"
      ? `${utc({ timeStyle: "short" })} UTC`
      : utc({ dateStyle: style === "long" ? "long" : "medium" });
  return html`<time datetime="${iso}" data-local="${style}">${text}</time>`;
}
