import { html, type Html } from "./html.ts";
import { icon } from "./icons.ts";
import { errorText, layout } from "./layout.ts";
import { localDate } from "./local-date.ts";
import { withPiece } from "./piece.ts";
import type { BackupCodesPage } from "./pages.ts";

/** Backup codes: what they are and what is on file; and, once, a new set to keep. */
export function backupCodesView(page: BackupCodesPage): string {
  const { codes } = page;
  return codes === undefined ? onFile(page) : newSet(page, codes);
}

function onFile(page: BackupCodesPage): string {
  const { t, remaining, generated_at: made, low } = page;
  const none = made === null;
  // What kills codes that are still good is not the first thing to press.
  const urgent = none || low;
  const left = t("backupCodes.remaining", { n: remaining });
  return layout(
    page,
    t("backupCodes.title"),
    html`<p>${t("backupCodes.intro")}</p>
${page.just_made === true && html`<p role="status">${t("backupCodes.justMade")}</p>`}
${!none && (low ? errorText({ code: "low", message: left }) : html`<p>${left}</p>`)}
${!none && html`<p class="status">${withPiece((date) => t("backupCodes.made", { date }), localDate(page.locale, made, "long"))}</p>`}
<form method="post" action="${page.action}" class="go-on">
<input type="hidden" name="replaces" value="${made ?? "none"}">
${!none && html`<p class="status">${t("backupCodes.kills")}</p>`}
<button${!urgent && html` class="quiet"`}>${t(none ? "backupCodes.create" : "backupCodes.replace")}</button>
</form>
${goOn(page, t(none ? "backupCodes.later" : "backupCodes.continue"), urgent ? "link" : undefined)}`,
  );
}

function newSet(page: BackupCodesPage, codes: readonly string[]): string {
  const { t, appName } = page;
  const text = `${appName}\n${t("backupCodes.title")}, ${dateOf(page, page.generated_at)}\n\n${codes.join("\n")}\n`;
  return layout(
    page,
    t("backupCodes.newTitle"),
    html`<p>${t("backupCodes.keep")}</p>
<ol class="codes" data-codes>
${codes.map((code) => html`<li><code>${code}</code></li>\n`)}</ol>
<div class="tools" data-tools>
<button type="button" class="quiet" hidden data-copy="${codes.join("\n")}" data-done="${t("backupCodes.copied")}" data-refused="${t("backupCodes.notCopied")}">${icon("copy")}${t("backupCodes.copy")}</button>
<a class="button quiet" download="${fileName(appName)}" href="data:text/plain;charset=utf-8,${encodeURIComponent(text)}">${icon("download")}${t("backupCodes.download")}</a>
<button type="button" class="quiet" hidden data-print>${icon("print")}${t("backupCodes.print")}</button>
</div>
<p class="status" role="status" data-copied></p>
<div data-once-saved>
<p class="status" id="save-first" hidden>${t("backupCodes.saveFirst")}</p>
${goOn(page, t("backupCodes.saved"))}</div>`,
  );
}

function goOn(page: BackupCodesPage, label: string, look?: string): Html {
  return html`<form method="post" action="${page.continueAction}" class="go-on"><button${look !== undefined && html` class="${look}"`}>${label}</button></form>`;
}

function dateOf({ locale }: BackupCodesPage, made: string | null): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(
    made === null ? undefined : new Date(made),
  );
}

/** A name that every file system takes. */
function fileName(appName: string): string {
  const plain = appName
    .normalize("NFKD")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return `${plain === "" ? "backup-codes" : `${plain.toLowerCase()}-backup-codes`}.txt`;
}
