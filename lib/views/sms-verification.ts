import { duration } from "../locales/duration.ts";
import type { Texts } from "../locales/en.ts";
import { againLine, askForm } from "./again.ts";
import { codeField } from "./code-field.ts";
import { html, type Html } from "./html.ts";
import { blame, errorText, layout } from "./layout.ts";
import { withNumber } from "./tel.ts";
import type { PageError, ProfileInput, SmsVerificationPage } from "./pages.ts";

type Pending = NonNullable<SmsVerificationPage["challenge"]>;

/** Where a code is typed; without a pending code, a button that asks for one. */
export function smsVerificationView(page: SmsVerificationPage): string {
  const { t, challenge, error } = page;
  if (challenge !== undefined && !isMissed(page))
    return layout(page, t("verification.title"), codeForm(page, challenge));
  const wait = challenge?.resend_after_seconds ?? error?.retry_after ?? 0;
  const label = inChannel(page, challenge === undefined ? "verification.send" : "verification.resend");
  return layout(
    page,
    t("verification.askTitle"),
    html`${challenge === undefined ? html`<p>${inChannel(page, "verification.ask")}</p>` : html`<p class="error" role="alert">${t("delivery.missed")}</p>`}
${errorText(error)}
${askForm(page, { action: page.resendAction, label, waitSeconds: wait })}
<div class="ways">${page.otherWays !== undefined && html`<a href="${page.otherWays}">${t("verification.otherWays")}</a>\n`}<form method="post" action="${page.startOverAction}"><button class="link">${t("verification.startOver")}</button></form></div>`,
  );
}

/** The text of this channel, where it has one of its own. */
function inChannel(
  { t, channel }: SmsVerificationPage,
  key: keyof Texts,
  values?: Record<string, string | number>,
): string {
  const own = channel === "call" || channel === "whatsapp" ? (`${key}.${channel}` as keyof Texts) : key;
  return t(own, values);
}

const isMissed = ({ channel, challenge }: SmsVerificationPage) =>
  channel === "call" && challenge?.delivery === "missed";

function codeForm(page: SmsVerificationPage, challenge: Pending): Html {
  const { t, error, codeLength } = page;
  const fields = page.fields ?? [];
  const { field, general } = blame(error, ["pin_number", ...fields.map(({ name }) => name)]);
  const failed = challenge.delivery === "failed";
  const reason = failed ? reasonText(page, challenge.delivery_reason) : undefined;
  const hint =
    reason ??
    withNumber(
      (phone) =>
        failed
          ? t("verification.failed", { phone })
          : inChannel(page, "verification.sent", { length: codeLength, phone }),
      challenge.phone_display,
    );
  return html`<p id="pin_number-hint"${failed && html` class="error"`}>${hint}</p>
${errorText(general)}
<form method="post" action="${page.action}" data-otp>
${remember(page)}${codeField(page, {
    name: "pin_number",
    label: t("verification.code"),
    length: codeLength,
    error: field === "pin_number" ? error : undefined,
    attempts: challenge.attempts_remaining,
    describedBy: "pin_number-hint",
    sends: page.fields === undefined,
  })}
${fields.map((each) => profileInput(each, each.name === field ? error : undefined))}<button>${t(page.fields === undefined ? "verification.submit" : "signup.submit")}</button>
</form>
${delivery(page, challenge)}
${expiry(page, challenge)}
${againLine(page, {
  action: page.resendAction,
  label: inChannel(page, "verification.resend"),
  waitSeconds: challenge.resend_after_seconds,
  instead: page.instead,
  otherWays: page.otherWays,
  startOver: page.startOverAction,
})}
${small(page, challenge)}`;
}

/** Guesses left (beside the field where one was wrong), and the mark that the message has too. */
function small({ t, error, channel }: SmsVerificationPage, challenge: Pending): Html {
  const left =
    error?.field !== "pin_number" && t("verification.attempts", { n: challenge.attempts_remaining });
  const reference = channel !== "call" && t("verification.reference", { reference: challenge.reference });
  return html`<p class="status reference">${[left, reference].filter((each) => each !== false).join(" · ")}</p>`;
}

/** Before the code: at its last digit the form is gone. */
const remember = ({ t, rememberDays: days }: SmsVerificationPage): Html | undefined =>
  days === undefined
    ? undefined
    : html`<label class="check"><input type="checkbox" name="remember_device" value="1"> ${t("devices.remember", { days })}</label>\n`;

function expiry({ t }: SmsVerificationPage, { expires_in_seconds: seconds }: Pending): Html {
  const text = t("verification.expires", { time: duration(seconds) });
  return html`<p class="status" data-expires-in="${seconds}" data-text="${t("verification.expires")}" data-over="${t("verification.expired")}"><span aria-hidden="true">${text}</span><span class="hidden" role="status">${text}</span></p>`;
}

function profileInput(
  { name, label, type, autocomplete, required, value }: ProfileInput,
  error: PageError | undefined,
): Html {
  return html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" maxlength="200" value="${value}"${required && html` required`}${error !== undefined && html` aria-invalid="true" aria-describedby="${name}-error"`}>
${errorText(error, name)}
`;
}

const STATUSES = ["queued", "sent", "delivered", "failed", "ringing", "answered", "missed"] as const;
const MAY_CHANGE = new Set(["queued", "sent", "ringing", "answered"]);

/** Why a message failed, where the person can mend it or must know. */
const REASONS: readonly string[] = [
  "invalid_phone_number",
  "country_not_allowed",
  "recipient_stopped",
  "recipient_unreachable",
];

const reasonText = ({ t }: SmsVerificationPage, reason: string | undefined): string | undefined =>
  REASONS.includes(String(reason)) ? t(`error.${reason}` as keyof Texts) : undefined;

/** What became of the message: as it stood when the page was made, and followed by script from there. */
function delivery(page: SmsVerificationPage, { delivery: status }: Pending): Html {
  const { t } = page;
  const textOf = (name: string) => {
    const calling = page.channel === "call" && (name === "queued" || name === "sent");
    return t(calling ? "delivery.calling" : (`delivery.${name}` as keyof Texts));
  };
  const known = STATUSES.find((each) => each === status) ?? "sent";
  const texts = JSON.stringify({
    ...Object.fromEntries(STATUSES.map((name) => [name, textOf(name)])),
    ...Object.fromEntries(REASONS.map((reason) => [reason, reasonText(page, reason)])),
  });
  return html`<p class="status" role="status" data-delivery="${known}"${MAY_CHANGE.has(known) && html` data-follow="${page.challengeUrl}"`} data-texts="${texts}">${known !== "failed" && textOf(known)}</p>`;
}
