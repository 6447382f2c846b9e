import { inGroups } from "../totp/key-uri.ts";
import { ceremonyForm, ceremonyWithout } from "./ceremony.ts";
import { factorFields, fieldsIn } from "./factor-fields.ts";
import { codeField } from "./code-field.ts";
import { html, type Html } from "./html.ts";
import { blame, errorText, layout } from "./layout.ts";
import type { FactorEnrolmentPage, PageError } from "./pages.ts";

/** What is being put on file, and where its first answer is given. A QR code is drawn by the factor. */
export function factorEnrolmentView(page: FactorEnrolmentPage): string {
  const { t, error, texts, prompt, field: name } = page;
  const { general } = blame(error, prompt === "typed" && fieldsIn(page.shown) === undefined ? [name] : []);
  return layout(
    page,
    t("security.setUp", { name: texts.name ?? texts.label }),
    html`${prompt === "ceremony" ? ceremony(page, general) : form(page, general)}
<div class="ways"><a href="${page.backUrl}">${t("problem.back")}</a></div>`,
  );
}

function ceremony(page: FactorEnrolmentPage, general: PageError | undefined): Html {
  const { t, texts, shown, field, action } = page;
  return html`${texts.hint !== undefined && html`<p>${texts.hint}</p>`}
${errorText(general)}
${ceremonyWithout(t)}
${ceremonyForm(
  t,
  { kind: "create", field, action, publicKey: JSON.stringify(shown["publicKey"]) },
  html`${label(page)}<button>${t("verification.submit")}</button>`,
)}`;
}

function form(page: FactorEnrolmentPage, general: PageError | undefined): Html {
  const { t, error, prompt, shown, field: name } = page;
  const { field } = blame(error, [name]);
  const { qr, secret, uri, id } = shown;
  const fields = fieldsIn(shown);
  const several = fields && factorFields(name, fields, error === undefined ? undefined : "error");
  const places = page.digits && page.length >= 4 && page.length <= 10;
  const input = places
    ? codeField(page, {
        name,
        label: t("totp.code"),
        length: page.length,
        error: field === undefined ? undefined : error,
        attempts: error?.attempts_remaining,
        focus: field !== undefined,
        sends: !page.named,
      })
    : html`<label for="${name}">${t("totp.code")}</label>
<input id="${name}" name="${name}" type="text" autocomplete="${page.autocomplete}" maxlength="${page.length}"${page.digits && html` inputmode="numeric"`} spellcheck="false" required${field !== undefined && html` aria-invalid="true" aria-describedby="${name}-error"`}>
${field !== undefined && errorText(error, field)}
`;
  return html`${typeof qr === "string" && html`<p>${t("totp.scan")}</p>\n<div class="qr">${{ html: qr }}</div>`}
${typeof secret === "string" && html`<p class="status">${t("totp.key")}</p>\n<p class="key"><code translate="no">${inGroups(secret)}</code></p>`}
${typeof uri === "string" && uri.startsWith("otpauth:") && html`<p><a href="${uri}">${t("totp.open")}</a></p>`}
${errorText(general)}
<form method="post" action="${page.action}">
${typeof id === "string" && html`<input type="hidden" name="id" value="${id}">`}
${prompt === "typed" && (several ?? input)}${label(page)}<button>${t("verification.submit")}</button>
</form>`;
}

function label({ t, named }: FactorEnrolmentPage): Html | undefined {
  if (!named) return undefined;
  return html`<label for="label">${t("security.label")}</label>
<input id="label" name="label" type="text" autocomplete="off" maxlength="60">
`;
}
