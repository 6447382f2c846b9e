import { duration } from "../locales/duration.ts";
import { html, type Html } from "./html.ts";
import { errorText, layout } from "./layout.ts";
import type { SmsVerificationPage } from "./pages.ts";

type Pending = NonNullable<SmsVerificationPage["challenge"]>;

/** Where a code is typed; without a pending code, a button that asks for one. */
export function smsVerificationView(page: SmsVerificationPage): string {
  const { t, challenge, error } = page;
  const body =
    challenge === undefined
      ? html`<p>${t("verification.ask")}</p>${errorText(error)}${resend(page, t("verification.send"), error?.retry_after ?? 0, false)}`
      : html`${codeForm(page, challenge)}${resend(page, t("verification.resend"), challenge.resend_after_seconds, true)}`;
  return layout(page, t("verification.title"), html`${body}${startOver(page)}`);
}

function codeForm(page: SmsVerificationPage, challenge: Pending): Html {
  const { t, error, codeLength } = page;
  const sent = challenge.delivery === "failed" ? "verification.failed" : "verification.sent";
  const described = error === undefined ? "pin_number-hint" : "pin_number-error pin_number-hint";
  return html`<p id="pin_number-hint">${t(sent, { length: codeLength, phone: challenge.phone_display })}</p>
<form method="post" action="${page.action}" data-otp>
<label for="pin_number">${t("verification.code")}</label>
<input id="pin_number" class="code" name="pin_number" type="text" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9０-９ \\-]*" maxlength="20" required autofocus aria-describedby="${described}"${error !== undefined && html` aria-invalid="true"`}>
${errorText(error, "pin_number")}
<button>${t("verification.submit")}</button>
</form>
<p class="status" data-expires-in="${challenge.expires_in_seconds}" data-text="${t("verification.expires")}" data-over="${t("verification.expired")}"><span aria-hidden="true">${t("verification.expires", { time: duration(challenge.expires_in_seconds) })}</span><span class="hidden" role="status">${t("verification.expires", { time: duration(challenge.expires_in_seconds) })}</span></p>
<p class="status">${t("verification.attempts", { n: challenge.attempts_remaining })}</p>`;
}

/** Without JavaScript the button always works, and the server says how long to wait; with it, it waits. */
function resend(page: SmsVerificationPage, label: string, waitSeconds: number, quiet: boolean): Html {
  const wait = page.t("verification.resendWait", { time: duration(waitSeconds) });
  return html`<form method="post" action="${page.resendAction}" data-resend-in="${waitSeconds}" data-text="${page.t("verification.resendWait")}">
<button${quiet && html` class="quiet"`}>${label}</button>
<p class="status" data-wait>${waitSeconds > 0 && wait}</p>
</form>`;
}

function startOver(page: SmsVerificationPage): Html {
  return html`
<form method="post" action="${page.startOverAction}"><button class="link">${page.t("verification.startOver")}</button></form>`;
}
