import { html } from "./html.ts";
import { blame, errorText, layout } from "./layout.ts";
import type { BackupCodeVerificationPage } from "./pages.ts";

/** Where a backup code is typed. */
export function backupCodeVerificationView(page: BackupCodeVerificationPage): string {
  const { t, error, otherWays } = page;
  const { field, general } = blame(error, ["backup_code"]);
  const described = field === undefined ? "backup_code-hint" : "backup_code-error backup_code-hint";
  return layout(
    page,
    t("backupCode.title"),
    html`<p id="backup_code-hint">${t("backupCode.hint")}</p>
${errorText(general)}
<form method="post" action="${page.action}">
<label for="backup_code">${t("backupCode.code")}</label>
<input id="backup_code" class="backup" name="backup_code" type="text" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required autofocus aria-describedby="${described}"${field !== undefined && html` aria-invalid="true"`}>
${field !== undefined && errorText(error, field)}
<button>${t("verification.submit")}</button>
</form>
${otherWays !== undefined && html`<div class="ways"><a href="${otherWays}">${t("verification.otherWays")}</a></div>`}`,
  );
}
