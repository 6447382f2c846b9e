import { duration } from "../../../lib/locales/duration.ts";
import { waitInWords } from "../../../lib/locales/wait.ts";
import { labelIn, nameIn, textsOf } from "../../../lib/factors/define-factor.ts";
import type { Factors } from "../../../lib/index.ts";
import { numberHint } from "../../../lib/phone/examples.ts";
import type { Page, Pages } from "../../../lib/views/pages.ts";
import { recoveryStates } from "./recovery-states.ts";
import { settingsStates } from "./settings-states.ts";

type Own<Kind extends keyof Pages> = Omit<Pages[Kind], keyof Page | "kind"> &
  Partial<Pick<Page, "error" | "support">>;

/** One page as somebody may meet it: its kind, and what that kind shows. */
export type State = { [Kind in keyof Pages]: { kind: Kind; shows: Own<Kind> } }[keyof Pages];

/** What the states are written with: the language, and the factors' own words in it. */
export interface Words {
  t: Page["t"];
  locale: string;
  texts(factor: string): ReturnType<typeof textsOf>;
  label(factor: string, display?: string): string;
  name(factor: string): string;
  wrong(code: string, field?: string): NonNullable<Page["error"]>;
}

export function wordsIn(factors: Factors, locale: string): Words {
  const t = factors.translator(locale);
  const factorOf = (name: string) => {
    const factor = factors.list.find((each) => each.name === name);
    if (factor === undefined) throw new Error(`no factor "${name}"`);
    return factor;
  };
  return {
    t,
    locale,
    texts: (name) => textsOf(factorOf(name), locale),
    label: (name, display) => labelIn(factorOf(name), locale, display),
    name: (name) => nameIn(factorOf(name), locale),
    wrong: (code, field) => ({
      code,
      message: t(`error.${code}` as never, { time: duration(30) }),
      ...(field === undefined ? {} : { field }),
    }),
  };
}

const MASKED = "+886 ••• ••• 678";
const VERIFICATION = {
  channel: "sms",
  action: "/sms_verification",
  pageUrl: "/sms_verification/new",
  resendAction: "/sms_verification/challenge",
  startOverAction: "/sms_verification/start_over",
  codeLength: 6,
};
const PENDING = {
  phone_display: MASKED,
  reference: "BX7K",
  expires_in_seconds: 290,
  attempts_remaining: 5,
  resend_after_seconds: 29,
  delivery: "sent",
};

function numbers({ t, wrong }: Words, factors: Factors, locale: string): Record<string, State> {
  const form = {
    action: "/sms_registration",
    countries: factors.listCountries(locale).map((each) => ({ ...each, ...numberHint(each.country_code) })),
    likely: ["TW", "DE"],
    values: { country_code: "TW", phone_number: "" },
  };
  const typed = { country_code: "TW", phone_number: "0912 345" };
  const kind = "smsRegistration";
  return {
    number: { kind, shows: form },
    "number-wrong": {
      kind,
      shows: { ...form, values: typed, error: wrong("invalid_phone_number", "phone_number") },
    },
    "number-country-wrong": {
      kind,
      shows: { ...form, values: typed, error: wrong("country_not_allowed", "country_code") },
    },
    "number-provider-failed": { kind, shows: { ...form, values: typed, error: wrong("delivery_failed") } },
    "number-change": {
      kind,
      shows: { ...form, replaces: { phone_display: MASKED, backUrl: "/chat" } },
    },
    "number-changed": {
      kind: "numberChanged",
      shows: { phone_display: MASKED, continueAction: "/sms_verification/continue" },
    },
    "number-signup": { kind, shows: { ...form, signup: true } },
    problem: {
      kind: "problem",
      shows: {
        status: 429,
        error: { code: "x", message: t("wait.other", { when: waitInWords(30, locale) }) },
        backUrl: "/",
      },
    },
  };
}

function codes({ t, locale, label, texts, wrong }: Words): Record<string, State> {
  const kind = "smsVerification";
  const instead = [
    { action: "/call_verification/challenge", label: t("verification.instead.call") },
    { action: "/whatsapp_verification/challenge", label: t("verification.instead.whatsapp") },
  ];
  const ways = { instead, otherWays: "/second_factor/new" };
  const fields = [
    {
      name: "email",
      label: t("signIn.username"),
      type: "email",
      autocomplete: "email",
      required: true,
      value: "ada@",
    },
    {
      name: "password",
      label: t("recovery.password"),
      type: "password",
      autocomplete: "new-password",
      required: true,
      value: "",
      hint: t("recovery.least", { n: 15 }),
    },
  ] as const;
  return {
    "code-ask": { kind, shows: { ...VERIFICATION, ...ways } },
    code: { kind, shows: { ...VERIFICATION, ...ways, challenge: PENDING, rememberDays: 30 } },
    "code-just-typed": {
      kind,
      shows: { ...VERIFICATION, challenge: { ...PENDING, typed_number: "+886 912 345 678" } },
    },
    "code-wrong": {
      kind,
      shows: {
        ...VERIFICATION,
        ...ways,
        challenge: { ...PENDING, attempts_remaining: 4, resend_after_seconds: 0 },
        error: wrong("invalid_code", "pin_number"),
      },
    },
    "code-used-up": {
      kind,
      shows: {
        ...VERIFICATION,
        ...ways,
        challenge: { ...PENDING, attempts_remaining: 0, resend_after_seconds: 0 },
        error: wrong("attempts_exceeded", "pin_number"),
      },
    },
    "code-expired": { kind, shows: { ...VERIFICATION, ...ways, error: wrong("code_expired") } },
    "code-not-delivered": {
      kind,
      shows: {
        ...VERIFICATION,
        ...ways,
        challenge: { ...PENDING, delivery: "failed", resend_after_seconds: 0 },
      },
    },
    "code-sends-used-up": {
      kind,
      shows: {
        ...VERIFICATION,
        ...ways,
        error: {
          code: "too_many_requests",
          message: t("wait.sends", { when: waitInWords(3480, locale) }),
          retry_after: 3480,
        },
      },
    },
    "code-call": {
      kind,
      shows: {
        ...VERIFICATION,
        channel: "call",
        action: "/call_verification",
        challenge: { ...PENDING, delivery: "ringing" },
      },
    },
    "code-signup": {
      kind,
      shows: {
        ...VERIFICATION,
        challenge: { ...PENDING, typed_number: "+886 912 345 678" },
        typed: "123456",
        fields,
        error: { code: "invalid_request", field: "email", message: t("signup.email") },
      },
    },
    "code-email": {
      kind: "codeVerification",
      shows: {
        ...VERIFICATION,
        channel: "email",
        factor: "email",
        field: "email",
        texts: texts("email"),
        challenge: { ...PENDING, display: "a•••@e•••.com" },
      },
    },
    chooser: {
      kind: "secondFactor",
      shows: {
        action: "/second_factor",
        startOverAction: "/second_factor/start_over",
        none: false,
        offers: ["passkey", "security-key", "totp", "sms", "call", "backup-code"].map((name) => ({
          name,
          label: label(name, MASKED),
          ...(name === "sms" || name === "call" ? { phone_display: MASKED } : {}),
          ...(name === "passkey" ? { recommended: true as const } : {}),
          ...(name === "sms" ? { last_used: true as const } : {}),
        })),
      },
    },
  };
}

/** Every state of every page, by name, in a language. */
export function statesOf(factors: Factors, locale: string): Record<string, State> {
  const words = wordsIn(factors, locale);
  return {
    ...numbers(words, factors, locale),
    ...codes(words),
    ...settingsStates(words),
    ...recoveryStates(words),
  };
}
