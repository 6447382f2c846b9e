import { html } from "./html.ts";
import { card, type Page } from "./layout.ts";

export function termsPage(): Page {
  return (t) =>
    card(
      t("terms.title"),
      html`<p class="lead">${t("terms.lead")}</p>
      <ul class="terms">
        <li>${t("terms.when")}</li>
        <li>${t("terms.kept")}</li>
        <li>${t("terms.use")}</li>
        <li>${t("terms.cost")}</li>
      </ul>
      <form method="post" action="/sms_auth_term"><button>${t("terms.accept")}</button></form>
      <form method="post" action="/logout"><button class="quiet">${t("terms.decline")}</button></form>`,
    );
}
