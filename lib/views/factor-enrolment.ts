import { inGroups } from "../totp/key-uri.ts";
import { html } from "./html.ts";
import { blame, errorText, layout } from "./layout.ts";
import type { FactorEnrolmentPage } from "./pages.ts";

/** What is being put on file, and where its first code is typed. A QR code is drawn by the factor. */
export function factorEnrolmentView(page: FactorEnrolmentPage): string {
  const { t, error, texts, shown, field: name } = page;
  const { field, general } = blame(error, [name]);
  const { qr, secret, uri, id } = shown;
  const label = texts.name ?? texts.label;
  return layout(
    page,
    t("security.setUp", { name: label }),
    html`${typeof qr === "string" && html`<p>${t("totp.scan")}</p>\n<div class="qr">${{ html: qr }}</div>`}
${typeof secret === "string" && html`<p class="status">${t("totp.key")}</p>\n<p class="key"><code translate="no">${inGroups(secret)}</code></p>`}
${typeof uri === "string" && uri.startsWith("otpauth:") && html`<p><a href="${uri}">${t("totp.open")}</a></p>`}
${errorText(general)}
<form method="post" action="${page.action}">
${typeof id === "string" && html`<input type="hidden" name="id" value="${id}">`}
<label for="${name}">${t("totp.code")}</label>
<input id="${name}" name="${name}" type="text" autocomplete="${page.autocomplete}" maxlength="${page.length}"${page.digits && html` inputmode="numeric"`} spellcheck="false" required${field !== undefined && html` aria-invalid="true" aria-describedby="${name}-error"`}>
${field !== undefined && errorText(error, field)}
<button>${t("verification.submit")}</button>
</form>
<div class="ways"><a href="${page.backUrl}">${t("problem.back")}</a></div>`,
  );
}
