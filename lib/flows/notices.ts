import type { RequestContext } from "./request-context.ts";

/** What an account's owner should hear of, through a channel that the change itself does not control (NIST SP 800-63B-4 §4.6). */
export type NoticeKind =
  | "phone_registered"
  | "phone_changed"
  | "backup_codes_generated"
  | "backup_code_used"
  | "backup_codes_low"
  | "device_trusted"
  | "account_locked"
  | "factor_disabled"
  | "factor_added"
  | "factor_removed"
  | "factor_renamed";

/** Given to the app's `notify` hook, which writes the mail or the message. No code stands in it. */
export interface Notice<User = Express.User> {
  kind: NoticeKind;
  user: User;
  account: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** The client's address. */
  ip: string | undefined;
  /** The owner's language (BCP 47). */
  locale: string;
  /** With backup codes: how many are left. */
  remaining?: number;
  /** With `factor_added`, `factor_removed` and `factor_renamed`: its name. */
  factor?: string;
  /** With `phone_changed`: the number that was replaced (E.164), which should hear of it. */
  previous_phone?: string;
}

export type NoticeHook<User> = (notice: Notice<User>) => void | Promise<void>;
export type Notify = (
  context: RequestContext,
  notice: Pick<Notice, "kind" | "remaining" | "previous_phone" | "factor">,
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
