import { pictureOf } from "../factors/pictures.ts";
import type { Texts } from "../locales/en.ts";
import { html, type Html } from "./html.ts";
import { icon } from "./icons.ts";
import { invitationsSection } from "./invitations.ts";
import { errorText, layout } from "./layout.ts";
import { localDate } from "./local-date.ts";
import { withPiece } from "./piece.ts";
import type { FactorSettingsPage } from "./pages.ts";

/** What is on file to confirm who somebody is, what is missing there, and what can be put there. */
export function factorSettingsView(page: FactorSettingsPage): string {
  const { t, factors, warnings } = page;
  return layout(
    page,
    t("security.title"),
    html`${(page.waiting ?? []).map(({ by, url }) => html`<p><a class="button" href="${url}">${icon("bell")}${t(by === "device" ? "approval.title" : "vouch.title")}</a></p>\n`)}
${warnings.map((each) => html`<p class="error warns">${icon("warning")}<span>${t(`security.${each}` as keyof Texts)}</span></p>\n`)}
<p>${t(factors.length === 0 ? "security.none" : "security.intro")}</p>
${factors.length > 0 && html`<ul class="devices">\n${factors.map((each) => line(page, each))}</ul>`}
${adding(page)}
${invitationsSection(page)}
<div class="ways"><a href="${page.backUrl}">${t("problem.back")}</a></div>`,
  );
}

type OnFile = FactorSettingsPage["factors"][number];

/** One way that is on file: what it is, which of them it is, since when, and what can be done about it. */
function line(page: FactorSettingsPage, each: OnFile): Html {
  const { t, locale } = page;
  const { factor, id, label, kind, display, added_at: added, last_used_at: used, manageUrl } = each;
  const dates = [
    added !== null && withPiece((date) => t("security.added", { date }), localDate(locale, added)),
    used !== null && withPiece((date) => t("security.used", { date }), localDate(locale, used)),
  ].filter((date) => date !== false);
  const said = display ?? label;
  const { removeAction, renameAction } = each;
  return html`<li>${icon(pictureOf(factor))}<div><p><strong>${label}</strong>${kind !== undefined && html`<br>${kind}`}${display !== undefined && html`<br><span class="tel" translate="no">${display}</span>`}</p>
${dates.map((date) => html`<p class="status">${date}</p>\n`)}<div class="does">${manageUrl !== undefined && html`<a href="${manageUrl}" aria-label="${t("security.manageOf", { name: label })}">${t("security.manage")}</a>`}
${renameAction !== undefined && id !== null && rename(page, { id, label, action: renameAction })}
${removeAction !== undefined && id !== null && html`<form method="post" action="${removeAction}"><button class="link" name="id" value="${id}" aria-label="${t("security.removeOf", { name: said })}">${t("security.remove")}</button></form>`}</div></div></li>
`;
}

/** What can be put on file: the strongest of what is not there is the one thing to press. */
function adding(page: FactorSettingsPage): Html | undefined {
  const { t, additions, addresses, registrationUrl, backupCodesUrl } = page;
  const isAny = additions.length + addresses.length > 0;
  if (!isAny && registrationUrl === undefined && backupCodesUrl === undefined) return undefined;
  return html`<h2>${t("security.addTitle")}</h2>
<div class="choices">${additions.map(
    ({ factor, label, action, isNew }) =>
      html`<form method="post" action="${action}"><button class="quiet">${icon(pictureOf(factor))}<span>${t(isNew ? "security.setUp" : "security.setUpAnew", { name: label })}</span></button></form>\n`,
  )}${registrationUrl !== undefined && html`<a class="button quiet" href="${registrationUrl}">${icon("app")}<span>${t("registration.title")}</span></a>\n`}${backupCodesUrl !== undefined && html`<a class="button quiet" href="${backupCodesUrl}">${icon("codes")}<span>${t("backupCodes.create")}</span></a>`}</div>
${addresses.map((each) => addressForm(page, each))}`;
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
