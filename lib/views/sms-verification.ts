import { duration } from "../locales/duration.ts";
import type { Texts } from "../locales/en.ts";
import { againLine, askForm } from "./again.ts";
import { codeField } from "./code-field.ts";
import { deliveryLine, isLost, whatFailed } from "./delivery-line.ts";
import { html, type Html } from "./html.ts";
import { blame, errorText, layout } from "./layout.ts";
import type { SmsVerificationPage } from "./pages.ts";
import { profileInput } from "./profile-input.ts";
import { withPiece } from "./piece.ts";

type Pending = NonNullable<SmsVerificationPage["challenge"]>;

/** Where a code is typed; where there is none to type, what happened and the button that asks for one. */
export function smsVerificationView(page: SmsVerificationPage): string {
  const { t, challenge, error } = page;
  if (challenge === undefined || isOver(page))
    return layout(
      page,
      t(error === undefined && challenge === undefined ? "verification.askTitle" : "verification.newTitle"),
      newCode(page),
    );
  const title = t("verification.title");
  return layout(
    page,
    title,
    html`<div data-typing>${codeForm(page, challenge)}</div>
<div data-over="${t("verification.newTitle")}" hidden>${newCode({ ...page, challenge: undefined, error: { code: "", message: t("verification.expired") } })}</div>`,
  );
}

/** Nothing that could be typed would do. */
function isOver({ challenge, error }: SmsVerificationPage): boolean {
  if (challenge === undefined || challenge.attempts_remaining === 0 || isLost(challenge)) return true;
  return error?.code === "attempts_exceeded" || error?.code === "code_expired";
}

/** The text of this channel, where it has one of its own. */
function inChannel(
  { t, channel }: Pick<SmsVerificationPage, "t" | "channel">,
  key: keyof Texts,
  values?: Record<string, string | number>,
): string {
  const own = channel === "call" || channel === "whatsapp" ? (`${key}.${channel}` as keyof Texts) : key;
  return t(own, values);
}

/** What happened, then the one thing to do about it, then what else there is. */
function newCode(page: Omit<SmsVerificationPage, "challenge"> & { challenge?: Pending | undefined }): Html {
  const { t, challenge, error } = page;
  const failed = challenge === undefined ? undefined : whatFailed(page, challenge);
  const wait =
    challenge === undefined || error?.retry_after !== undefined
      ? (error?.retry_after ?? 0)
      : challenge.resend_after_seconds;
  const { instead = [], otherWays } = page;
  return html`${failed !== undefined && html`<p class="error" role="alert" id="pin_number-hint">${failed}</p>`}
${errorText(failed !== undefined && error?.code === "code_expired" ? undefined : error)}
${failed === undefined && error === undefined && html`<p>${inChannel(page, "verification.ask")}</p>`}
${askForm(page, { action: page.resendAction, label: inChannel(page, "verification.send"), waitSeconds: wait })}
<div class="ways">${instead.map(({ action, label }) => html`<form method="post" action="${action}"><button class="quiet">${label}</button></form>\n`)}${otherWays !== undefined && html`<a href="${otherWays}">${t("verification.otherWays")}</a>\n`}<form method="post" action="${page.startOverAction}"><button class="link">${t("verification.startOver")}</button></form></div>`;
}

function codeForm(page: SmsVerificationPage, challenge: Pending): Html {
  const { t, error, codeLength } = page;
  const fields = page.fields ?? [];
  const { field, general } = blame(error, ["pin_number", ...fields.map(({ name }) => name)]);
  const isElsewhere = field !== undefined && field !== "pin_number";
  return html`${sentTo(page, challenge)}
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
    value: page.typed,
    focus: !isElsewhere,
  })}
${fields.map((each) => profileInput(each, each.name === field ? error : undefined))}<button>${t(page.fields === undefined ? "verification.submit" : "signup.submit")}</button>
</form>
${deliveryLine(page, challenge)}
${expiry(page, challenge)}
${againLine(page, {
  action: page.resendAction,
  label: inChannel(page, "verification.resend"),
  waitSeconds: challenge.resend_after_seconds,
  instead: page.instead,
  otherWays: page.otherWays,
  startOver: challenge.typed_number === undefined ? page.startOverAction : undefined,
})}
${small(page, challenge)}`;
}

/** Where the code went: the whole number for who has just typed it, with a way to mend it; else its last digits. */
function sentTo(page: SmsVerificationPage, { typed_number, phone_display }: Pending): Html {
  const { t, codeLength: length, startOverAction } = page;
  const number = html`<bdi class="tel" dir="ltr">${typed_number ?? phone_display}</bdi>`;
  const sent = withPiece((phone) => inChannel(page, "verification.sent", { length, phone }), number);
  if (typed_number === undefined) return html`<p id="pin_number-hint">${sent}</p>`;
  return html`<p><span id="pin_number-hint">${sent}</span> <button class="link inline" form="start-over">${t("verification.edit")}</button></p>
<form method="post" action="${startOverAction}" id="start-over" hidden></form>`;
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
  return html`<p class="status" data-expires-in="${seconds}" data-text="${t("verification.expires")}"><span aria-hidden="true">${text}</span><span class="hidden" role="status">${text}</span></p>`;
}
