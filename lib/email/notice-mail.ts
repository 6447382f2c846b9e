import type { Translate } from "../locales/translate.ts";
import { write, words, type Mail } from "./mail.ts";
import type { Piece } from "./mail-html.ts";

export interface NoticeMail {
  /** BCP 47. */
  locale: string;
  t: Translate;
  appName: string;
  /** Milliseconds since the epoch. */
  at: number;
  ip: string | undefined;
  /** Names of factors that were put on file lately. */
  added: readonly string[];
  /** Whom to turn to. */
  contact: string | undefined;
  heldUntil?: number | undefined;
  cancelUrl?: string | undefined;
}

/** A mail to an account's owner about a recovery: what happened, when and from where, what was added lately, and how to contest it (NIST SP 800-63B-4 §4.6). */
export function noticeMail(
  kind: "password_reset" | "recovery_held" | "recovery_limited",
  { locale, t, appName: app, at, ip, added, contact, heldUntil, cancelUrl }: NoticeMail,
): Mail {
  const time = (ms: number) => `${timeIn(locale, ms)} UTC`;
  const pieces: Piece[] = [
    words(t(`mail.${kind}`, { app, time: heldUntil === undefined ? "" : time(heldUntil) })),
    ...(cancelUrl === undefined
      ? []
      : [
          words(t("mail.recovery_held.end")),
          { kind: "link", url: cancelUrl, label: t("mail.recovery_held.button") } as const,
          words(t("mail.recovery_held.login")),
        ]),
    words(ip === undefined ? t("mail.when", { time: time(at) }) : t("mail.whenFrom", { time: time(at), ip })),
    ...(added.length === 0 ? [] : [words(t("mail.added", { factors: added.join(", ") }))]),
    words(contact === undefined ? t("mail.contest") : t("mail.contestAt", { contact })),
  ];
  return write({ locale, appName: app }, t(`mail.${kind}.subject`, { app }), pieces);
}

const timeIn = (locale: string, ms: number) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }).format(ms);
