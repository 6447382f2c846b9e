import { waitInWords } from "../../../lib/locales/wait.ts";
import { inGroups } from "../../../lib/totp/key-uri.ts";
import { qrSvg } from "../../../lib/totp/qr-svg.ts";
import type { FactorSettingsPage } from "../../../lib/views/pages.ts";
import type { State, Words } from "./states.ts";

const AT = "2026-11-02T22:30:00.000Z";
const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const CODES = Array.from({ length: 10 }, (_, i) =>
  inGroups(`${i}BCDEFGHJKMN`.slice(0, 12)).replaceAll(" ", "-"),
);

type OnFile = FactorSettingsPage["factors"][number];

function security({ t, name, wrong }: Words): Record<string, State> {
  const line = (factor: string, more: Partial<OnFile> = {}): OnFile => ({
    factor,
    id: factor,
    label: name(factor),
    added_at: AT,
    last_used_at: AT,
    removeAction: `/security/${factor}/remove`,
    ...more,
  });
  const phone: OnFile = {
    factor: "sms",
    id: null,
    label: t("security.phone"),
    display: "+886 ••• ••• 678",
    added_at: null,
    last_used_at: null,
    manageUrl: "/sms_registration",
  };
  const adding = (factor: string, isNew = true) => ({
    factor,
    label: name(factor),
    action: `/security/${factor}`,
    isNew,
  });
  const email = {
    factor: "email",
    label: name("email"),
    action: "/security/email",
    name: "email",
    type: "email",
    autocomplete: "email",
    value: "",
  } as const;
  const kind = "factorSettings";
  const invitation = { factor: "delegate", label: name("delegate"), id: "1", invited_at: AT };
  const many: OnFile[] = [
    line("passkey", {
      label: "Adas Laptop mit einem ziemlich langen Namen",
      kind: name("passkey"),
      renameAction: "/security/passkey/rename",
    }),
    line("passkey", { id: "2", last_used_at: null, renameAction: "/security/passkey/rename" }),
    line("security-key", { renameAction: "/security/security-key/rename" }),
    line("totp"),
    phone,
    line("email", { display: "a•••@example.com" }),
    line("backup-code", { display: t("security.left", { n: 2 }), manageUrl: "/backup_codes" }),
  ];
  return {
    "security-empty": {
      kind,
      shows: {
        factors: [],
        additions: ["passkey", "security-key", "totp"].map((each) => adding(each)),
        addresses: [email],
        registrationUrl: "/sms_registration",
        warnings: ["no_factor"],
        backUrl: "/chat",
      },
    },
    "security-one": {
      kind,
      shows: {
        factors: [phone],
        additions: ["passkey", "totp"].map((each) => adding(each)),
        addresses: [],
        backupCodesUrl: "/backup_codes",
        warnings: ["only_phone", "no_backup_codes"],
        backUrl: "/chat",
      },
    },
    "security-many": {
      kind,
      shows: {
        factors: many,
        additions: [adding("passkey"), adding("totp", false)],
        addresses: [{ ...email, value: "ada@" }],
        warnings: ["backup_codes_low"],
        waiting: [{ by: "device", url: "/security/approve" }],
        invitations: [
          { ...invitation, from: "bob", accepted: false, acceptAction: "/a", declineAction: "/d" },
          { ...invitation, id: "3", from: "carol", accepted: true, acceptAction: "/a", declineAction: "/d" },
        ],
        invited: [{ ...invitation, display: "dan", removeAction: "/r" }],
        backUrl: "/chat",
        error: wrong("invalid_email", "email"),
      },
    },
  };
}

function ceremonies({ t, texts, wrong }: Words): Record<string, State> {
  const enrolment = { backUrl: "/security", named: false, digits: false, length: 64, autocomplete: "off" };
  const typed = { ...enrolment, length: 6, digits: true, autocomplete: "one-time-code" };
  const totp = {
    factor: "totp",
    texts: texts("totp"),
    prompt: "typed",
    field: "totp",
    action: "/security/totp/confirm",
    shown: {
      id: "1",
      secret: SECRET,
      uri: `otpauth://totp/Chat:ada?secret=${SECRET}`,
      qr: qrSvg(`otpauth://totp/Chat:ada?secret=${SECRET}`, t("totp.qr")),
    },
  } as const;
  const verification = { rememberDays: 30, otherWays: "/second_factor/new", capitals: false };
  const key = { factor: "passkey", texts: texts("passkey"), field: "passkey" };
  return {
    "totp-enrolment": { kind: "factorEnrolment", shows: { ...typed, ...totp } },
    "totp-enrolment-wrong": {
      kind: "factorEnrolment",
      shows: { ...typed, ...totp, error: { ...wrong("invalid_code", "totp"), attempts_remaining: 4 } },
    },
    "passkey-enrolment": {
      kind: "factorEnrolment",
      shows: {
        ...enrolment,
        ...key,
        named: true,
        prompt: "ceremony",
        action: "/c",
        shown: { publicKey: {} },
      },
    },
    "questions-enrolment": {
      kind: "factorEnrolment",
      shows: {
        ...enrolment,
        factor: "secret-questions",
        texts: texts("secret-questions"),
        prompt: "typed",
        field: "answers",
        action: "/c",
        error: wrong("answer_refused"),
        shown: {
          fields: [1, 2, 3].flatMap((n) => [
            {
              name: `question${n}`,
              label: t("questions.question", { n }),
              options: [{ value: "a", label: "…?" }],
            },
            { name: `answer${n}`, label: t("questions.answer", { n }) },
          ]),
        },
      },
    },
    "totp-verification": {
      kind: "factorVerification",
      shows: { ...typed, ...totp, ...verification, action: "/totp_verification" },
    },
    "totp-verification-wrong": {
      kind: "factorVerification",
      shows: {
        ...typed,
        ...totp,
        ...verification,
        action: "/t",
        error: { ...wrong("invalid_code", "totp"), attempts_remaining: 4 },
      },
    },
    "backup-code-verification": {
      kind: "factorVerification",
      shows: {
        ...typed,
        ...verification,
        factor: "backup-code",
        texts: texts("backup-code"),
        prompt: "typed",
        field: "backup_code",
        action: "/backup_code_verification",
        length: 24,
        digits: false,
        capitals: true,
        error: wrong("invalid_code", "backup_code"),
      },
    },
    "passkey-verification": {
      kind: "factorVerification",
      shows: {
        ...typed,
        ...key,
        ...verification,
        prompt: "ceremony",
        action: "/p",
        beginAction: "/p/challenge",
      },
    },
    "passkey-sign-in": {
      kind: "signIn",
      shows: {
        ...key,
        action: "/passkey_sign_in",
        beginAction: "/passkey_sign_in/challenge",
        otherWays: "/login",
      },
    },
  };
}

function rest({ t, locale, label, wrong }: Words): Record<string, State> {
  const codes = { action: "/backup_codes", continueAction: "/backup_codes/continue", low: false };
  const chooser = {
    action: "/second_factor",
    startOverAction: "/second_factor/start_over",
    offers: ["totp", "sms", "backup-code"].map((name) => ({
      name,
      label: label(name, "+886 ••• ••• 678"),
      ...(name === "sms" ? { phone_display: "+886 ••• ••• 678" } : {}),
    })),
  };
  const device = { used_at: AT, expires_at: AT };
  const devices = [
    { ...device, id: "1", name: "Chrome, Windows", current: true },
    { ...device, id: "2", name: "Safari, iPhone", current: false },
  ];
  const waiting = [{ id: "1", from: "bob", requested_at: AT, expires_at: AT }];
  const approval = { action: "/security/approve", backUrl: "/security" };
  const waits = {
    code: "too_many_requests",
    message: t("wait.sends", { when: waitInWords(3480, locale) }),
    retry_after: 3480,
  };
  return {
    "chooser-waits": { kind: "secondFactor", shows: { ...chooser, none: false, error: waits } },
    "chooser-cannot": { kind: "secondFactor", shows: { ...chooser, none: true } },
    "chooser-none": { kind: "secondFactor", shows: { ...chooser, offers: [], none: true } },
    "backup-codes-none": { kind: "backupCodes", shows: { ...codes, remaining: 0, generated_at: null } },
    "backup-codes": { kind: "backupCodes", shows: { ...codes, remaining: 8, generated_at: AT } },
    "backup-codes-low": {
      kind: "backupCodes",
      shows: { ...codes, remaining: 2, low: true, generated_at: AT },
    },
    "backup-codes-just-made": {
      kind: "backupCodes",
      shows: { ...codes, remaining: 10, generated_at: AT, just_made: true },
    },
    "backup-codes-new": {
      kind: "backupCodes",
      shows: { ...codes, remaining: 10, generated_at: AT, codes: CODES },
    },
    devices: { kind: "trustedDevices", shows: { action: "/trusted_devices", devices, backUrl: "/chat" } },
    "devices-none": { kind: "trustedDevices", shows: { action: "/t", devices: [], backUrl: "/chat" } },
    "approval-device": {
      kind: "approval",
      shows: { ...approval, by: "device", waiting, error: wrong("invalid_code", "number") },
    },
    "approval-person": { kind: "approval", shows: { ...approval, by: "person", waiting } },
    "approval-none": { kind: "approval", shows: { ...approval, by: "device", waiting: [] } },
    "approval-number": {
      kind: "approval",
      shows: { ...approval, by: "person", waiting: [], decided: { approved: true, number: "482915" } },
    },
  };
}

export const settingsStates = (words: Words): Record<string, State> => ({
  ...security(words),
  ...ceremonies(words),
  ...rest(words),
});
