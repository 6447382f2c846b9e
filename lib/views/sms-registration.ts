import { html } from "./html.ts";
import { errorText, layout } from "./layout.ts";
import type { SmsRegistrationPage } from "./pages.ts";

/** The form that asks for a phone number. */
export function smsRegistrationView(page: SmsRegistrationPage): string {
  const { t, values, error } = page;
  const onCountry = error?.field === "country_code";
  const wrong = (field: boolean) =>
    error !== undefined && field && html` aria-invalid="true" aria-describedby="phone_number-error"`;
  return layout(
    page,
    t("registration.title"),
    html`<p>${t("registration.intro")}</p>
<form method="post" action="${page.action}">
<label for="country_code">${t("registration.country")}</label>
<select id="country_code" name="country_code" autocomplete="tel-country-code" required${wrong(onCountry)}>
<option value="">–</option>
${page.countries.map(
  (country) =>
    html`<option value="${country.country_code}"${isChosen(country, values.country_code) && html` selected`}>${country.name} (+${country.calling_code})</option>
`,
)}</select>
<label for="phone_number">${t("registration.number")}</label>
<input id="phone_number" name="phone_number" type="tel" autocomplete="tel" inputmode="tel" maxlength="40" required value="${values.phone_number}"${wrong(!onCountry)}>
${errorText(error, "phone_number")}
<button>${t("registration.submit")}</button>
</form>
<p class="note">${t("registration.risk")}</p>`,
  );
}

/** The country as it was typed: `TW`, `886` or `+886`; for a calling code the first country that has it. */
function isChosen(country: { country_code: string; calling_code: string }, typed: string): boolean {
  return (
    country.country_code === typed.toUpperCase() ||
    (/\d/.test(typed) && country.calling_code === typed.replace("+", ""))
  );
}
