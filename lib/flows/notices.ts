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
  /** With `password_reset`: what was put on file in the last seven days. What the owner does not know, somebody else has added. */
  added?: readonly { factor: string; added_at: string }[];
  /** With a change of addresses of which there may be several, such as of mailboxes: all that were and are on file, which should hear of it. */
  addresses?: readonly string[];
  /** With `phone_changed`: the number that was replaced (E.164), which should hear of it. */
  previous_phone?: string;
}

/** Tells the owner of an account, by mail or as you like. */
export type NoticeHook<User> = (notice: Notice<User>) => void | Promise<void>;
export type Notify = (
  context: RequestContext,
  notice: Pick<Notice, "kind" | "remaining" | "previous_phone" | "factor" | "addresses" | "added">,
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
