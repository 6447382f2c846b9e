import { html } from "./html.ts";
import { layout } from "./layout.ts";
import { withPiece } from "./piece.ts";
import type { NumberChangedPage } from "./pages.ts";

/** Says that a new number has taken the place of another, before somebody goes on. */
export function numberChangedView(page: NumberChangedPage): string {
  const { t, phone_display: number, continueAction } = page;
  const phone = html`<bdi class="tel" dir="ltr">${number}</bdi>`;
  return layout(
    page,
    t("registration.changed"),
    html`<p>${withPiece((hole) => t("registration.changedIntro", { phone: hole }), phone)}</p>
<form method="post" action="${continueAction}"><button autofocus>${t("verification.submit")}</button></form>`,
  );
}
