import { ceremonyForm, ceremonyWithout } from "./ceremony.ts";
import { codeField } from "./code-field.ts";
import { html, type Html } from "./html.ts";
import { blame, errorText, layout } from "./layout.ts";
import type { FactorVerificationPage } from "./pages.ts";

/** Where the answer to any factor is given that has no page of its own, in the factor's words. */
export function factorVerificationView(page: FactorVerificationPage): string {
  const { t, error, otherWays, texts, prompt, field: name } = page;
  const { general } = blame(error, prompt === "typed" ? [name] : []);
  return layout(
    page,
    texts.label,
    html`${texts.hint !== undefined && html`<p id="${name}-hint">${texts.hint}</p>`}
${errorText(general)}
${prompt === "ceremony" ? ceremony(page) : form(page)}
${otherWays !== undefined && html`<div class="ways"><a href="${otherWays}">${t("verification.otherWays")}</a></div>`}`,
  );
}

function ceremony(page: FactorVerificationPage): Html {
  const { t, texts, field, action, beginAction = "" } = page;
  return html`${ceremonyWithout(t)}
${ceremonyForm(
  t,
  { kind: "get", field, action, options: beginAction },
  html`${remember(page)}<button>${texts.begin ?? texts.label}</button>`,
)}`;
}

function form(page: FactorVerificationPage): Html {
  const { t, error, texts, prompt, field: name, beginAction } = page;
  const { field } = blame(error, [name]);
  const described = [field !== undefined && `${name}-error`, texts.hint !== undefined && `${name}-hint`]
    .filter(Boolean)
    .join(" ");
  const input = html`<label for="${name}">${texts.field}</label>
<input id="${name}" name="${name}" type="text" autocomplete="${page.autocomplete}" maxlength="${page.length}"${page.digits && html` inputmode="numeric"`}${page.capitals && html` class="capitals" autocapitalize="characters"`} spellcheck="false" required autofocus${described !== "" && html` aria-describedby="${described}"`}${field !== undefined && html` aria-invalid="true"`}>
${field !== undefined && errorText(error, field)}
`;
  const places = page.digits && page.length >= 4 && page.length <= 10;
  const typed = places
    ? codeField(page, {
        name,
        label: texts.field,
        length: page.length,
        error: field === undefined ? undefined : error,
        attempts: error?.attempts_remaining,
        ...(texts.hint === undefined ? {} : { describedBy: `${name}-hint` }),
        sends: true,
      })
    : input;
  // Above a field that sends its form by itself.
  return html`${beginAction !== undefined && html`<form method="post" action="${beginAction}"><button class="quiet">${texts.begin ?? texts.label}</button></form>`}
<form method="post" action="${page.action}">
${places && remember(page)}${prompt === "typed" && typed}${!places && remember(page)}
<button>${t("verification.submit")}</button>
</form>`;
}

function remember({ t, rememberDays }: FactorVerificationPage): Html | undefined {
  if (rememberDays === undefined) return undefined;
  return html`<label class="check"><input type="checkbox" name="remember_device" value="1"> ${t("devices.remember", { days: rememberDays })}</label>`;
}
