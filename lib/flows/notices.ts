import type { Mail } from "../email/mail.ts";
import type { NoticeKind } from "../events.ts";
import type { RequestContext } from "./request-context.ts";

/** Given to the app's `notify` hook, which writes the mail or the message. No code stands in it. */
export interface Notice<User = Express.User> {
  /** What has happened. */
  kind: NoticeKind;
  /** Whom to tell. */
  user: User;
  /** The id of the account. */
  account: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** The client's address. */
  ip: string | undefined;
  /** The owner's language (BCP 47). */
  locale: string;
  /** With codes that are handed out in sets: how many are left. */
  remaining?: number;
  /** With `factor_added`, `factor_removed` and `factor_renamed`: its name. */
  factor?: string;
  /** With `password_reset` and `recovery_held`: what was put on file in the last seven days. What the owner does not know, somebody else has added. */
  added?: readonly { factor: string; added_at: string }[];
  /** With recoveries, and a change of addresses of which there may be several, such as of mailboxes: all that were and are on file, which should hear of it. */
  addresses?: readonly string[];
  /** With `phone_changed`: the number that was replaced (E.164), which should hear of it. */
  previous_phone?: string;
  /** With what tells of a recovery: it says all of this in the owner's language, ready to be sent to `addresses`. */
  mail?: Mail;
  /** With `recovery_held`: when a new password can be set. Milliseconds since the epoch. */
  held_until?: number;
  /** With `recovery_held`: whoever posts the page behind it ends that recovery, once, without signing in. Send it to the owner only. */
  cancel_url?: string;
}

/** Tells the owner of an account, by mail or as you like. */
export type NoticeHook<User> = (notice: Notice<User>) => void | Promise<void>;
export type Notify = (
  context: RequestContext,
  notice: Omit<Notice, "user" | "account" | "at" | "ip" | "locale">,
) => void;

/** A notice never blocks, undoes or breaks what it tells of; what goes wrong is told to `onError`. */
export function createNotify(
  hook: NoticeHook<never> | undefined,
  clock: () => number,
  onError: (error: unknown) => void,
): Notify {
  if (hook === undefined) return () => {};
  return ({ user, account, ip, locale }, notice) => {
    const whole = { ...notice, user, account, ip, locale, at: clock() };
    Promise.resolve()
      .then(() => hook(whole as Notice<never>))
      .catch(onError);
  };
}
