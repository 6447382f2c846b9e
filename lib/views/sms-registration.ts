import type { Texts } from "../locales/en.ts";
import { html, type Html } from "./html.ts";
import { blame, errorText, layout } from "./layout.ts";
import { withPiece } from "./piece.ts";
import type { SmsRegistrationPage } from "./pages.ts";

const FIELDS = ["country_code", "phone_number"] as const;
type Field = (typeof FIELDS)[number];
type Country = SmsRegistrationPage["countries"][number];

/** The form that asks for a phone number. */
export function smsRegistrationView(page: SmsRegistrationPage): string {
  const { t, values, error } = page;
  const { field, general } = blame(error, FIELDS);
  const wrong = (name: Field): Html | false =>
    name === field && html` aria-invalid="true" aria-describedby="${name}-error" autofocus`;
  const reason = (name: Field): Html | false | undefined => name === field && errorText(error, name);
  const likely = page.likely ?? [];
  const isLikely = ({ country_code }: Country) => likely.includes(country_code);
  const first = likely.flatMap((code) => page.countries.filter(({ country_code }) => country_code === code));
  const others = page.countries.filter((each) => !isLikely(each));
  const chosen = [...first, ...others].find((each) => isChosen(each, values.country_code));
  const example = chosen?.example;
  // Keeps the plus before its digits where letters run the other way.
  const mark = page.dir === "rtl" && "\u200e";
  const option = (each: Country) =>
    html`<option value="${each.country_code}"${each === chosen && html` selected`} data-calling="${each.calling_code}"${each.main === true && html` data-main`}${each.example !== undefined && html` data-example="${each.example}"`}${each.grouped === true && html` data-grouped`}>${each.name} (${mark}+${each.calling_code})</option>
`;
  return layout(
    page,
    t(titleOf(page)),
    html`<p>${t(page.signup === true ? "signup.intro" : "registration.intro")}</p>
${page.replaces !== undefined && html`<p>${replaced(page, page.replaces.phone_display)}</p>`}
${errorText(general)}
<form method="post" action="${page.action}">
<label for="country_code">${t("registration.country")}</label>
<select id="country_code" name="country_code" autocomplete="tel-country-code" required${wrong("country_code")} data-countries data-matches="${t("registration.matches")}" data-none="${t("registration.noMatch")}">
<option value="">–</option>
${first.map(option)}${first.length > 0 && html`<hr>\n`}${others.map(option)}</select>
${reason("country_code")}
<label for="phone_number">${t("registration.number")}</label>
<input id="phone_number" name="phone_number" type="tel" autocomplete="tel" inputmode="tel" required value="${values.phone_number}"${example !== undefined && html` placeholder="${example}"`}${wrong("phone_number")} data-number>
${reason("phone_number")}
<button>${t("registration.submit")}</button>
</form>
${page.replaces !== undefined && html`<div class="ways"><a href="${page.replaces.backUrl}">${t("registration.cancel")}</a></div>`}
<p class="note">${t("registration.risk")}</p>`,
  );
}

function titleOf({ signup, replaces }: SmsRegistrationPage): keyof Texts {
  if (signup === true) return "signup.title";
  return replaces === undefined ? "registration.title" : "registration.changeTitle";
}

const replaced = ({ t }: SmsRegistrationPage, number: string): Html =>
  withPiece(
    (phone) => t("registration.replaces", { phone }),
    html`<bdi class="tel" dir="ltr">${number}</bdi>`,
  );

/** The country as it was typed: `TW`, `886` or `+886`; for a calling code the first country that has it. */
function isChosen(country: Country, typed: string): boolean {
  return (
    country.country_code === typed.toUpperCase() ||
    (/\d/.test(typed) && country.calling_code === typed.replace("+", ""))
  );
}
