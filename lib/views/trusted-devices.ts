import { html } from "./html.ts";
import { layout } from "./layout.ts";
import type { TrustedDevicesPage } from "./pages.ts";

/** The devices that are remembered, and a button to forget each. */
export function trustedDevicesView(page: TrustedDevicesPage): string {
  const { t, devices, locale } = page;
  const date = (iso: string) =>
    new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(iso));
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
    html`<li><p><strong>${name}</strong>${current && html` (${t("devices.current")})`}<br><span class="status">${t("devices.used", { date: date(used_at) })} · ${t("devices.expires", { date: date(expires_at) })}</span></p>
<button class="quiet" name="device" value="${id}">${t("devices.revoke")}</button></li>
`,
)}</ul>
<button name="device" value="all">${t("devices.revokeAll")}</button>
</form>`
}
<p><a href="${page.backUrl}">${t("problem.back")}</a></p>`,
  );
}
