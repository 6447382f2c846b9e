import { html } from "./html.ts";
import { blame, errorText, layout } from "./layout.ts";
import type { FactorVerificationPage } from "./pages.ts";

/** Where the answer to any factor is typed that has no page of its own, in the factor's words. */
export function factorVerificationView(page: FactorVerificationPage): string {
  const { t, error, otherWays, texts, field: name, beginAction, rememberDays } = page;
  const { field, general } = blame(error, [name]);
  const hasHint = texts.hint !== undefined;
  const described = [field !== undefined && `${name}-error`, hasHint && `${name}-hint`]
    .filter(Boolean)
    .join(" ");
  return layout(
    page,
    texts.label,
    html`${hasHint && html`<p id="${name}-hint">${texts.hint}</p>`}
${errorText(general)}
${beginAction !== undefined && html`<form method="post" action="${beginAction}"><button class="quiet">${texts.begin ?? texts.label}</button></form>`}
<form method="post" action="${page.action}">
<label for="${name}">${texts.field}</label>
<input id="${name}" name="${name}" type="text" autocomplete="${page.autocomplete}" maxlength="${page.length}"${page.digits && html` inputmode="numeric"`}${page.capitals && html` class="capitals" autocapitalize="characters"`} spellcheck="false" required autofocus${described !== "" && html` aria-describedby="${described}"`}${field !== undefined && html` aria-invalid="true"`}>
${field !== undefined && errorText(error, field)}
${rememberDays !== undefined && html`<label class="check"><input type="checkbox" name="remember_device" value="1"> ${t("devices.remember", { days: rememberDays })}</label>`}
<button>${t("verification.submit")}</button>
</form>
${otherWays !== undefined && html`<div class="ways"><a href="${otherWays}">${t("verification.otherWays")}</a></div>`}`,
  );
}
