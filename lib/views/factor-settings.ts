import type { Texts } from "../locales/en.ts";
import { html, type Html } from "./html.ts";
import { invitationsSection } from "./invitations.ts";
import { errorText, layout } from "./layout.ts";
import type { FactorSettingsPage } from "./pages.ts";

/** What is on file to confirm who somebody is, and what can be put there. */
export function factorSettingsView(page: FactorSettingsPage): string {
  const { t, factors, additions, warnings, locale } = page;
  const date = (iso: string) =>
    new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(iso));
  return layout(
    page,
    t("security.title"),
    html`${(page.waiting ?? []).map(({ by, url }) => html`<p><a class="button" href="${url}">${t(by === "device" ? "approval.title" : "vouch.title")}</a></p>\n`)}
${warnings.map((each) => html`<p class="error">${t(`security.${each}` as keyof Texts)}</p>\n`)}
<p>${t(factors.length === 0 ? "security.none" : "security.intro")}</p>
${
  factors.length > 0 &&
  html`<ul class="devices">
${factors.map(
  ({ id, label, kind, display, added_at, last_used_at, removeAction, renameAction, manageUrl }) =>
    html`<li><div><p><strong>${label}</strong>${kind !== undefined && html`<br>${kind}`}${display !== undefined && html`<br><span translate="no">${display}</span>`}${added_at !== null && html`<br><span class="status">${t("security.added", { date: date(added_at) })}${last_used_at !== null && html` · ${t("security.used", { date: date(last_used_at) })}`}</span>`}</p>
${renameAction !== undefined && id !== null && rename(page, { id, label, action: renameAction })}</div>
${removeAction !== undefined && id !== null && html`<form method="post" action="${removeAction}"><button class="quiet" name="id" value="${id}" aria-label="${t("security.removeOf", { name: display ?? label })}">${t("security.remove")}</button></form>`}
${manageUrl !== undefined && html`<a href="${manageUrl}" aria-label="${t("security.manageOf", { name: label })}">${t("security.manage")}</a>`}</li>
`,
)}</ul>`
}
${additions.map(
  ({ label, action, isNew }) =>
    html`<form method="post" action="${action}"><button${!isNew && html` class="quiet"`}>${t(isNew ? "security.setUp" : "security.setUpAnew", { name: label })}</button></form>\n`,
)}
${page.addresses.map((each) => addressForm(page, each))}
${invitationsSection(page)}
${page.registrationUrl !== undefined && html`<p><a class="button quiet" href="${page.registrationUrl}">${t("registration.title")}</a></p>`}
${page.backupCodesUrl !== undefined && html`<p><a class="button quiet" href="${page.backupCodesUrl}">${t("backupCodes.create")}</a></p>`}
<p><a href="${page.backUrl}">${t("problem.back")}</a></p>`,
  );
}

function addressForm(
  { t, error }: FactorSettingsPage,
  { factor, label, action, name, type, autocomplete, value }: FactorSettingsPage["addresses"][number],
): Html {
  const id = `${factor}-${name}`;
  const field = error?.field === name;
  return html`<form method="post" action="${action}">
<label for="${id}">${t("security.add", { name: label })}</label>
<input id="${id}" name="${name}" type="${type}" autocomplete="${autocomplete}" maxlength="320" value="${value}" required${error !== undefined && html` aria-invalid="true" aria-describedby="${field ? `${name}-error` : "error"}"`}>
${errorText(error, field ? name : undefined)}
<button class="quiet">${t("security.sendCode")}</button>
</form>
`;
}

/** Out of the way until it is asked for, also without script. */
function rename(
  { t }: FactorSettingsPage,
  { id, label, action }: { id: string; label: string; action: string },
): Html {
  return html`<details><summary aria-label="${t("security.renameOf", { name: label })}">${t("security.rename")}</summary>
<form method="post" action="${action}"><input type="hidden" name="id" value="${id}">
<label>${t("security.newName")} <input name="label" type="text" autocomplete="off" maxlength="60" required></label>
<button class="quiet">${t("security.rename")}</button></form></details>`;
}
