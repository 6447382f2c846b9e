import type { Refusal } from "../http.ts";
import { html } from "./html.ts";
import { card, type Card } from "./layout.ts";

const TITLES: Readonly<Record<number, string>> = {
  401: "Please sign in",
  404: "Nothing here",
  429: "A moment, please",
  500: "That went wrong",
  503: "Back in a moment",
};

/** What is shown where no form can mend it. */
export function problemPage({ status, code, message }: Refusal): Card {
  const [url, text] =
    code === "delivery_failed"
      ? ["/sms_verification/new", "Try again"]
      : status === 401
        ? ["/login", "Sign in"]
        : ["/", "Go to the start"];
  return card(
    TITLES[status] ?? "That did not work",
    html`<p class="lead">${message}</p>
      <p><a class="button" href="${url}">${text}</a></p>
      <p class="number" aria-hidden="true">${status}</p>`,
  );
}
