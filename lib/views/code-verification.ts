import { duration } from "../locales/duration.ts";
import type { Texts } from "../locales/en.ts";
import { html, type Html } from "./html.ts";
import { blame, errorText, layout } from "./layout.ts";
import type {
  CodeVerificationPage,
  PageError,
  PendingCode,
  ProfileInput,
  SmsVerificationPage,
} from "./pages.ts";

/** A code on its way to a phone, or to anywhere else. */
interface CodePage extends Omit<SmsVerificationPage, "kind" | "challenge"> {
  field: string;
  /** The browser may read the code from a text message. */
  readsMessages: boolean;
  words: Words;
  challenge?: Pending;
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

/** Where a code to a phone is typed; without a pending code, a button that asks for one. */
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
  const { t, challenge, error, words } = page;
  const body =
    challenge === undefined
      ? html`${words.ask !== undefined && html`<p>${words.ask}</p>`}${errorText(error)}${resend(page, words.send, error?.retry_after ?? 0, false)}`
      : html`${codeForm(page, challenge)}${resend(page, words.resend, challenge.resend_after_seconds, !isMissed(page))}`;
  const nothingToType = challenge === undefined || isMissed(page);
  return layout(
    page,
    t(nothingToType ? "verification.askTitle" : "verification.title"),
    html`${body}${ways(page)}`,
  );
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

/** Only of a call. */
const isMissed = ({ challenge }: CodePage) => challenge?.delivery === "missed";

function codeForm(page: CodePage, challenge: Pending): Html {
  const { t, error, codeLength, words, field: name } = page;
  const fields = page.fields ?? [];
  const blamed = blame(error, [name, ...fields.map((each) => each.name)]);
  const { general } = blamed;
  const field = blamed.field === name ? blamed.field : undefined;
  // Nobody heard the code: there is nothing to type.
  if (isMissed(page)) return html`<p class="error" role="alert">${t("delivery.missed")}</p>`;
  const failed = challenge.delivery === "failed";
  const hint = failed
    ? (reasonText(page, challenge.delivery_reason) ?? words.failed(challenge))
    : words.sent({ length: codeLength, display: challenge.display });
  const described = field === undefined ? `${name}-hint` : `${name}-error ${name}-hint`;
  const expires = t("verification.expires", { time: duration(challenge.expires_in_seconds) });
  return html`<p id="${name}-hint"${failed && html` class="error"`}>${hint}</p>
${errorText(general)}
<form method="post" action="${page.action}"${page.readsMessages && html` data-otp`}>
<label for="${name}">${words.field}</label>
<input id="${name}" class="code" name="${name}" type="text" inputmode="numeric" autocomplete="one-time-code" required autofocus aria-describedby="${described}"${field !== undefined && html` aria-invalid="true"`}>
${field !== undefined && errorText(error, field)}
${fields.map((each) => profileInput(each, each.name === blamed.field ? error : undefined))}${
    page.rememberDays !== undefined &&
    html`<label class="check"><input type="checkbox" name="remember_device" value="1"> ${t("devices.remember", { days: page.rememberDays })}</label>
`
  }<button>${t(page.fields === undefined ? "verification.submit" : "signup.submit")}</button>
</form>
${delivery(page, challenge)}
<p class="status" data-expires-in="${challenge.expires_in_seconds}" data-text="${t("verification.expires")}" data-over="${t("verification.expired")}"><span aria-hidden="true">${expires}</span><span class="hidden" role="status">${expires}</span></p>
<p class="status">${t("verification.attempts", { n: challenge.attempts_remaining })}${page.channel !== "call" && html` · ${t("verification.reference", { reference: challenge.reference })}`}</p>`;
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
  "email_unreachable",
];

const reasonText = ({ t }: CodePage, reason: string | undefined): string | undefined =>
  REASONS.includes(String(reason)) ? t(`error.${reason}` as keyof Texts) : undefined;

/** What became of the message: as it stood when the page was made, and followed by script from there. */
function delivery(page: CodePage, { delivery: status }: Pending): Html {
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

/** Without JavaScript the button always works, and the server says how long to wait; with it, it waits. */
function resend(page: CodePage, label: string, waitSeconds: number, quiet: boolean): Html {
  const wait = page.t("verification.resendWait", { time: duration(waitSeconds) });
  return html`<form method="post" action="${page.resendAction}" data-resend-in="${waitSeconds}" data-text="${page.t("verification.resendWait")}" data-over="${page.t("verification.resendReady")}">
<button${quiet && html` class="quiet"`} aria-describedby="resend-wait">${label}</button>
<p class="status" id="resend-wait">${waitSeconds > 0 && wait}</p>
<span class="hidden" role="status"></span>
</form>`;
}

function ways(page: CodePage): Html {
  return html`
<div class="ways">${page.otherWays !== undefined && html`<a href="${page.otherWays}">${page.t("verification.otherWays")}</a>`}
<form method="post" action="${page.startOverAction}"><button class="link">${page.t("verification.startOver")}</button></form></div>`;
}
