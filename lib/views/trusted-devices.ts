import { html } from "./html.ts";
import { icon } from "./icons.ts";
import { layout } from "./layout.ts";
import { localDate } from "./local-date.ts";
import { withPiece } from "./piece.ts";
import type { TrustedDevicesPage } from "./pages.ts";

/** The devices that are remembered, this one marked, and a button to forget each. */
export function trustedDevicesView(page: TrustedDevicesPage): string {
  const { t, devices, locale } = page;
  const used = (iso: string) =>
    withPiece((date) => t("devices.used", { date }), localDate(locale, iso, "time"));
  const until = (iso: string) => withPiece((date) => t("devices.expires", { date }), localDate(locale, iso));
  return layout(
    page,
    t("devices.title"),
    html`<p>${t(devices.length === 0 ? "devices.none" : "devices.intro")}</p>
${
  devices.length > 0 &&
  html`<form method="post" action="${page.action}">
<ul class="devices">
${devices.map(
  ({ id, name, used_at, expires_at, current }) =>
    html`<li>${icon("device")}<p><strong>${name}</strong>${current && html` <span class="badge">${t("devices.current")}</span>`}<br><span class="status">${used(used_at)}<br>${until(expires_at)}</span></p>
<button class="quiet" name="device" value="${id}" aria-label="${t("devices.revoke")}: ${name}">${t("devices.revoke")}</button></li>
`,
)}</ul>
<button class="quiet" name="device" value="all">${t("devices.revokeAll")}</button>
</form>`
}
<p><a href="${page.backUrl}">${t("problem.back")}</a></p>`,
  );
}
