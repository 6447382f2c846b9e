import { duration } from "../locales/duration.ts";
import type { Texts } from "../locales/en.ts";
import { againLine, askForm } from "./again.ts";
import { codeField } from "./code-field.ts";
import { deliveryLine, isLost, whatFailed } from "./delivery-line.ts";
import { html, type Html } from "./html.ts";
import { blame, errorText, layout } from "./layout.ts";
import type { CodeVerificationPage, PendingCode, SmsVerificationPage } from "./pages.ts";
import { withPiece } from "./piece.ts";
import { profileInput } from "./profile-input.ts";

/** A code on its way to a phone, or to anywhere else. */
interface CodePage extends Omit<SmsVerificationPage, "kind" | "challenge"> {
  field: string;
  /** The browser may read the code from a text message. */
  readsMessages: boolean;
  words: Words;
  challenge?: Pending | undefined;
}

type Pending = PendingCode & { display: string };

/** What differs from factor to factor. */
interface Words {
  field: string;
  /** What is going to happen, before a code is asked for. */
  ask: string | undefined;
  send: string;
  resend: string;
  sent(values: { length: number; display: string }): string;
  failed(values: { display: string }): string;
}

/** Where a code to a phone is typed; where there is none to type, what happened and the button that asks for one. */
export function smsVerificationView({ challenge, ...page }: SmsVerificationPage): string {
  const words: Words = {
    field: page.t("verification.code"),
    ask: inChannel(page, "verification.ask"),
    send: inChannel(page, "verification.send"),
    resend: inChannel(page, "verification.resend"),
    sent: ({ length, display }) => inChannel(page, "verification.sent", { length, phone: display }),
    failed: ({ display }) => page.t("verification.failed", { phone: display }),
  };
  const pending = challenge && { challenge: { ...challenge, display: challenge.phone_display } };
  return codeView({ ...page, ...pending, field: "pin_number", readsMessages: true, words });
}

/** The same for a code that goes anywhere else, in the factor's own words. */
export function codeVerificationView(page: CodeVerificationPage): string {
  const { t, texts } = page;
  const words: Words = {
    field: texts.field,
    ask: texts.hint,
    send: texts.begin ?? t("verification.askTitle"),
    resend: t("verification.resend"),
    sent: (values) => t("verification.sent.address", values),
    failed: (values) => t("verification.failed.address", values),
  };
  return codeView({ ...page, readsMessages: false, words });
}

function codeView(page: CodePage): string {
  const { t, challenge, error } = page;
  const fresh = t("verification.newTitle");
  if (challenge === undefined || isOver(page))
    return layout(
      page,
      challenge === undefined && error === undefined ? t("verification.askTitle") : fresh,
      newCode(page),
    );
  const expired = { code: "code_expired", message: t("verification.expired") };
  return layout(
    page,
    t("verification.title"),
    html`<div data-typing>${codeForm(page, challenge)}</div>
<div data-over="${fresh}" hidden>${newCode({ ...page, challenge: undefined, error: expired })}</div>`,
  );
}

/** Nothing that could be typed would do. */
function isOver({ challenge, error }: CodePage): boolean {
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
function newCode(page: CodePage): Html {
  const { t, challenge, error, words, instead = [], otherWays, field: name } = page;
  const failed = challenge === undefined ? undefined : whatFailed(page, challenge, words.failed);
  const waitSeconds = error?.retry_after ?? challenge?.resend_after_seconds ?? 0;
  return html`${failed !== undefined && html`<p class="error" role="alert" id="${name}-hint">${failed}</p>`}
${(failed === undefined || error?.retry_after !== undefined) && errorText(error)}
${failed === undefined && error === undefined && words.ask !== undefined && html`<p>${words.ask}</p>`}
${askForm(page, {
  action: page.resendAction,
  label: challenge === undefined ? words.send : words.resend,
  waitSeconds,
})}
<div class="ways">${instead.map(({ action, label }) => html`<form method="post" action="${action}"><button class="quiet">${label}</button></form>\n`)}${otherWays !== undefined && html`<a href="${otherWays}">${t("verification.otherWays")}</a>\n`}<form method="post" action="${page.startOverAction}"><button class="link">${t("verification.startOver")}</button></form></div>`;
}

function codeForm(page: CodePage, challenge: Pending): Html {
  const { t, error, codeLength, words, field: name } = page;
  const fields = page.fields ?? [];
  const { field, general } = blame(error, [name, ...fields.map((each) => each.name)]);
  return html`${sentTo(page, challenge)}
${errorText(general)}
<form method="post" action="${page.action}"${page.readsMessages && html` data-otp`}>
${remember(page)}${codeField(page, {
    name,
    label: words.field,
    length: codeLength,
    error: field === name ? error : undefined,
    attempts: challenge.attempts_remaining,
    describedBy: `${name}-hint`,
    sends: page.fields === undefined,
    value: page.typed,
    focus: field === undefined || field === name,
  })}
${fields.map((each) => profileInput(each, each.name === field ? error : undefined))}<button>${t(page.fields === undefined ? "verification.submit" : "signup.submit")}</button>
</form>
${deliveryLine(page, challenge)}
${expiry(page, challenge)}
${againLine(page, {
  action: page.resendAction,
  label: words.resend,
  waitSeconds: challenge.resend_after_seconds,
  instead: page.instead,
  otherWays: page.otherWays,
  // Who may mend the number starts over by that.
  startOver: challenge.typed_number === undefined ? page.startOverAction : undefined,
})}
${small(page, challenge)}`;
}

/** Where the code went: the whole number for who has just typed it, with a way to mend it; else what is shown of it. */
function sentTo(page: CodePage, { typed_number, display }: Pending): Html {
  const { t, codeLength: length, startOverAction, words, field: name } = page;
  const address = html`<bdi class="tel" dir="ltr">${typed_number ?? display}</bdi>`;
  const sent = withPiece((hole) => words.sent({ length, display: hole }), address);
  if (typed_number === undefined) return html`<p id="${name}-hint">${sent}</p>`;
  return html`<p><span id="${name}-hint">${sent}</span> <button class="link inline" form="start-over">${t("verification.edit")}</button></p>
<form method="post" action="${startOverAction}" id="start-over" hidden></form>`;
}

/** Guesses left (beside the field where one was wrong), and the mark that the message has too. */
function small({ t, error, channel, field }: CodePage, challenge: Pending): Html {
  const left = error?.field !== field && t("verification.attempts", { n: challenge.attempts_remaining });
  const reference = channel !== "call" && t("verification.reference", { reference: challenge.reference });
  return html`<p class="status reference">${[left, reference].filter((each) => each !== false).join(" · ")}</p>`;
}

/** Before the code: at its last digit the form is gone. */
const remember = ({ t, rememberDays: days }: CodePage): Html | undefined =>
  days === undefined
    ? undefined
    : html`<label class="check"><input type="checkbox" name="remember_device" value="1"> ${t("devices.remember", { days })}</label>\n`;

function expiry({ t }: CodePage, { expires_in_seconds: seconds }: Pending): Html {
  const text = t("verification.expires", { time: duration(seconds) });
  return html`<p class="status" data-expires-in="${seconds}" data-text="${t("verification.expires")}"><span aria-hidden="true">${text}</span><span class="hidden" role="status">${text}</span></p>`;
}
