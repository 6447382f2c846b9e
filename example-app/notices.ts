import type { Clock, DelegateMessage, Notice, Transport } from "passport-factors";
import type { User, Users } from "./users.ts";
import { wordsIn } from "./words/words.ts";

/** The mail that tells an account's owner what happened. */
export function noticeText({ kind, remaining, locale }: Notice<User>): string {
  const t = wordsIn(locale);
  const left = remaining === undefined ? [] : [t("mail.left", { n: remaining })];
  return [t(`mail.${kind}`), ...left, t("mail.notYou")].join(" ");
}

interface Letter {
  id: string;
  to: string;
  locale: string;
  subject: string;
  text: string;
  html?: string;
}

/** Sends a mail that holds no code. */
function post(transport: Transport, clock: Clock, letter: Letter): Promise<unknown> {
  const about = { channel: "email", purpose: "notice", appName: "Chat", code: "", reference: "" };
  return transport.send({ ...letter, ...about, expiresAt: clock() }, AbortSignal.timeout(30_000));
}

/**
 * Sends a notice to all addresses that should hear of it; where none is on file, to the one that the user signs in with. What the package has written already,
 * in the owner's language, is sent as it is.
 */
export function mailBy(transport: Transport, clock: Clock): (notice: Notice<User>) => Promise<void> {
  return async (notice) => {
    const { user, addresses = [user.email], locale, at } = notice;
    const words = notice.mail ?? { subject: wordsIn(locale)("mail.subject"), text: noticeText(notice) };
    const letter = { locale, ...words };
    await Promise.all(
      addresses
        .filter((to) => to !== "")
        .map((to) =>
          post(transport, clock, { ...letter, id: `${notice.account} ${notice.kind} ${at} ${to}`, to }),
        ),
    );
  };
}

interface Telling {
  mails: Transport;
  users: Users;
  publicUrl: URL;
  clock: Clock;
}

/** Mails whoever is named as a person to trust, and whoever is needed as one. Their language is not known here. */
export function tellDelegateBy({ mails, users, publicUrl, clock }: Telling) {
  return async ({ kind, to, from, name }: DelegateMessage): Promise<void> => {
    const person = await users.byId(to);
    if (person === undefined) return;
    const t = wordsIn("en");
    const url = new URL(kind === "invited" ? "/security" : "/security/vouch", publicUrl).href;
    const letter = { subject: t(`delegate.${kind}Subject`), text: t(`delegate.${kind}`, { name, url }) };
    const id = `${from} ${kind} ${clock()} ${to}`;
    await post(mails, clock, { ...letter, id, to: person.email, locale: "en" });
  };
}
