import type { DelegateMessage, Notice, Transport } from "passport-factors";
import type { User } from "./users.ts";

const TEXTS: Readonly<Record<Notice["kind"], string>> = {
  phone_registered: "A phone number was added to your account.",
  phone_changed: "The phone number of your account was changed.",
  backup_codes_generated: "New backup codes were made for your account; older ones no longer work.",
  backup_code_used: "Somebody signed in to your account with a backup code.",
  backup_codes_low: "You have few backup codes left. Make new ones soon.",
  device_trusted: "A device was told to be remembered for your account.",
  factor_added: "A new way to sign in was added to your account.",
  factor_removed: "A way to sign in was removed from your account.",
  password_reset: "The password of your account was changed after a recovery.",
  recovery_held: "Somebody wants a new password for your account.",
  recovery_limited: "Somebody keeps asking for a new password for your account.",
  factor_renamed: "A way to sign in has another name now.",
  account_locked: "There were too many wrong codes on your account. It is locked for a while.",
  factor_disabled:
    "There were far too many wrong codes on your account. Text messages are switched off for it.",
};

/** The mail that tells an account's owner what happened. */
export function noticeText({ kind, remaining }: Notice<User>): string {
  const left = remaining === undefined ? "" : ` Backup codes left: ${remaining}.`;
  return `${TEXTS[kind]}${left} If this was not you, please contact us.`;
}

/** What the package has written already, in the owner's language, is sent as it is. Sends a notice to all addresses that should hear of it; where none is on file, to the one that the user signs in with. */
export function mailBy(transport: Transport, clock: () => number): (notice: Notice<User>) => Promise<void> {
  return async (notice) => {
    const { user, addresses = [user.email], locale, at } = notice;
    const words = notice.mail ?? { subject: "Your Chat account", text: noticeText(notice) };
    const message = { channel: "email", ...words, code: "", reference: "" };
    const about = { purpose: "notice", locale, appName: "Chat", expiresAt: clock() };
    await Promise.all(
      addresses
        .filter((to) => to !== "")
        .map((to) =>
          transport.send(
            { id: `${notice.account} ${notice.kind} ${at} ${to}`, to, ...message, ...about },
            AbortSignal.timeout(30_000),
          ),
        ),
    );
  };
}

/** The mail to somebody whom an account has named to stand for it. */
export function mailPeopleBy(
  transport: Transport,
  {
    emailOf,
    publicUrl,
    clock,
  }: { emailOf: (id: string) => Promise<string>; publicUrl: URL; clock: () => number },
): (message: DelegateMessage) => Promise<void> {
  return async ({ kind, to, name }) => {
    const address = await emailOf(to);
    if (!address.includes("@")) return;
    const text =
      kind === "invited"
        ? `${name} asks you to stand for them, should they lose access: ${new URL("/security", publicUrl).href}`
        : `${name} has lost access. Call them. If it is them: ${new URL("/security/vouch", publicUrl).href}`;
    const message = { channel: "email", subject: "Somebody counts on you", text, code: "", reference: "" };
    const about = { purpose: "notice", locale: "en", appName: "Chat", expiresAt: clock() };
    const id = `${to} ${kind} ${clock()}`;
    await transport.send({ id, to: address, ...message, ...about }, AbortSignal.timeout(30_000));
  };
}
