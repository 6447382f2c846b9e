import { duration } from "../locales/duration.ts";
import { html, type Html } from "./html.ts";
import { blame, errorText, layout } from "./layout.ts";
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
  const { field, general } = blame(error, ["pin_number"]);
  const failed = challenge.delivery === "failed";
  const hint = t(failed ? "verification.failed" : "verification.sent", {
    length: codeLength,
    phone: challenge.phone_display,
  });
  const described = field === undefined ? "pin_number-hint" : "pin_number-error pin_number-hint";
  const expires = t("verification.expires", { time: duration(challenge.expires_in_seconds) });
  return html`<p id="pin_number-hint"${failed && html` class="error"`}>${hint}</p>
${errorText(general)}
<form method="post" action="${page.action}" data-otp>
<label for="pin_number">${t("verification.code")}</label>
<input id="pin_number" class="code" name="pin_number" type="text" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9０-９ \\-]*" maxlength="20" required autofocus aria-describedby="${described}"${field !== undefined && html` aria-invalid="true"`}>
${field !== undefined && errorText(error, field)}
<button>${t("verification.submit")}</button>
</form>
<p class="status" data-expires-in="${challenge.expires_in_seconds}" data-text="${t("verification.expires")}" data-over="${t("verification.expired")}"><span aria-hidden="true">${expires}</span><span class="hidden" role="status">${expires}</span></p>
<p class="status">${t("verification.attempts", { n: challenge.attempts_remaining })}</p>`;
}

/** Without JavaScript the button always works, and the server says how long to wait; with it, it waits. */
function resend(page: SmsVerificationPage, label: string, waitSeconds: number, quiet: boolean): Html {
  const wait = page.t("verification.resendWait", { time: duration(waitSeconds) });
  return html`<form method="post" action="${page.resendAction}" data-resend-in="${waitSeconds}" data-text="${page.t("verification.resendWait")}" data-over="${page.t("verification.resendReady")}">
<button${quiet && html` class="quiet"`} aria-describedby="resend-wait">${label}</button>
<p class="status" id="resend-wait">${waitSeconds > 0 && wait}</p>
<span class="hidden" role="status"></span>
</form>`;
}

function startOver(page: SmsVerificationPage): Html {
  return html`
<form method="post" action="${page.startOverAction}"><button class="link">${page.t("verification.startOver")}</button></form>`;
}
