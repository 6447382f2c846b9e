import { html, type Html } from "./html.ts";
import type { FactorSettingsPage } from "./pages.ts";

/** Who asks the account to stand for them, for whom it does, and whom it has asked. */
export function invitationsSection(page: FactorSettingsPage): Html | undefined {
  const { t, invitations = [], invited = [] } = page;
  if (invitations.length === 0 && invited.length === 0) return undefined;
  return html`<h2>${t("invitations.title")}</h2>
<ul class="devices">
${invited.map(
  ({ label, display, id, removeAction }) =>
    html`<li><p><strong>${label}</strong><br>${display}<br><span class="status">${t("invitations.waiting")}</span></p>
<form method="post" action="${removeAction}"><button class="quiet" name="id" value="${id}" aria-label="${t("security.removeOf", { name: display })}">${t("security.remove")}</button></form></li>
`,
)}${invitations.map(
    ({ from, accepted, id, acceptAction, declineAction }) =>
      html`<li><p>${t(accepted ? "invitations.accepted" : "invitations.asked", { name: from })}</p>
${
  accepted
    ? html`<form method="post" action="${declineAction}"><button class="quiet" name="id" value="${id}">${t("invitations.end")}</button></form>`
    : html`<div class="answers"><form method="post" action="${acceptAction}"><button name="id" value="${id}">${t("invitations.accept")}</button></form>
<form method="post" action="${declineAction}"><button class="quiet" name="id" value="${id}">${t("invitations.decline")}</button></form></div>`
}</li>
`,
  )}</ul>
<p class="status">${t("invitations.about")}</p>`;
}
