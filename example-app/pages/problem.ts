import type { Words } from "../words/words.ts";
import { html } from "./html.ts";
import { card, type Page } from "./layout.ts";

export interface ProblemPage {
  status: number;
  code: string;
  message: string;
}

/** What is shown where no form can mend it. */
export function problemPage({ status, code, message }: ProblemPage): Page {
  return (t) => {
    const [url, text] =
      code === "delivery_failed"
        ? ["/sms_verification/new", t("problem.tryAgain")]
        : status === 401
          ? ["/login", t("signIn")]
          : ["/", t("problem.toStart")];
    return card(
      titleOf(status, t),
      html`<p class="lead">${message}</p>
        <p><a class="button" href="${url}">${text}</a></p>
        <p class="number" aria-hidden="true">${status}</p>`,
    );
  };
}

function titleOf(status: number, t: Words): string {
  if (status === 401) return t("problem.401");
  if (status === 404) return t("problem.404");
  if (status === 429) return t("problem.429");
  if (status === 500) return t("problem.500");
  if (status === 503) return t("problem.503");
  return t("problem.other");
}
