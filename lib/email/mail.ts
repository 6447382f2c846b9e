import { translator, type Translate } from "../locales/translate.ts";
import { mailHtml, type Piece } from "./mail-html.ts";

/** What a mail says, in plain text and as a page: both say the same. */
export interface Mail {
  subject: string;
  text: string;
  html: string;
}

interface MailParts {
  reference: string;
  /** What the code is good for: `login`, `enrol`, `recovery`, … */
  purpose: string;
  /** BCP 47. */
  locale: string;
  /** The texts of that language, the app's own among them; left out: the package's. */
  t?: Translate;
  appName: string;
  /** So long what is in it lives. */
  minutes: number;
}

export interface CodeMail extends MailParts {
  code: string;
}

export interface LinkMail extends MailParts {
  url: string;
  /** For who opens the mail on another device. */
  code?: string;
}

/**
 * A code by mail: who sends it, the code, what it is for, how long, its reference, never to share it, and what to do if nobody asked. No image, no
 * tracking, no link. The subject has no code: mail servers write subjects to their logs.
 */
export function codeMail(parts: CodeMail): Mail {
  const t = parts.t ?? translator(parts.locale);
  const { appName: app, code, reference } = parts;
  return write(parts, t("mail.subject", { app, reference }), [
    words(t("mail.code", { app })),
    { kind: "code", code },
    words(t(whyOf(parts.purpose))),
    words(expires(t, parts)),
    ...footOf(t, parts),
  ]);
}

/** A link by mail, and its code for who cannot open it where it is needed. */
export function linkMail(parts: LinkMail): Mail {
  const t = parts.t ?? translator(parts.locale);
  const { appName: app, url, code, reference } = parts;
  const instead: Piece[] = code === undefined ? [] : [words(t("mail.link.code")), { kind: "code", code }];
  return write(parts, t("mail.link.subject", { app, reference }), [
    words(t("mail.link.why")),
    { kind: "link", url, label: t("mail.link.button") },
    words(expires(t, parts)),
    ...instead,
    ...footOf(t, parts),
  ]);
}

function footOf(t: Translate, { reference, purpose }: MailParts): Piece[] {
  return [
    { kind: "note", text: t("verification.reference", { reference }) },
    { kind: "note", text: t(isLogin(purpose) ? "mail.notYou.login" : "mail.notYou") },
  ];
}

export function write(
  { locale, appName }: Pick<MailParts, "locale" | "appName">,
  subject: string,
  pieces: readonly Piece[],
): Mail {
  const text = pieces.map(textOf).join("\n\n");
  return { subject, text: `${text}\n`, html: mailHtml({ locale, appName, subject, pieces }) };
}

function textOf(piece: Piece): string {
  if (piece.kind === "code") return piece.code;
  return piece.kind === "link" ? piece.url : piece.text;
}

export const words = (text: string): Piece => ({ kind: "words", text });

const expires = (t: Translate, { minutes }: MailParts) => t("mail.expires", { minutes });

/** Who makes a login send a code has typed the password before. */
const isLogin = (purpose: string) => purpose === "login" || purpose === "step-up";

function whyOf(purpose: string): "mail.why" | "mail.why.enrol" | "mail.why.recovery" {
  if (purpose === "enrol") return "mail.why.enrol";
  return purpose === "recovery" ? "mail.why.recovery" : "mail.why";
}
