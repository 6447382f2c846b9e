import { channel } from "node:diagnostics_channel";
import { EventEmitter } from "node:events";
import type { SendLimit } from "./errors.ts";

/** What every event tells: no code, and of the phone number only its fingerprint. */
export interface FactorEvent {
  /** Milliseconds since the epoch. */
  at: number;
  /** The tenant it belongs to. */
  tenant: string;
  /** Absent where something happened to nobody's account, such as a calling code that was paused. */
  account?: string;
  /** The factor it is about. */
  factor: string;
  /** What was proven, or to be proven. */
  purpose: string;
  /** `sms`, `call`, `whatsapp`, or a factor's own, where a message is involved. */
  channel?: string;
  /** The transport that took the message, or did not. */
  provider?: string;
  /** Calling code of the number, without plus: `886`. */
  calling_code?: string;
  /** Keyed, irreversible fingerprint of the phone number, where one is involved. */
  phone?: string;
  /** The same of any other address that a code goes to. */
  address?: string;
  /** The client's address. */
  ip?: string;
  /** Why, where something was refused or failed: one of the error codes or a transport's name for it. */
  reason?: string;
  /** With `too_many_requests` and `sends_paused` at a send: which limit refused. */
  limit?: SendLimit;
  /** How a delivery failed: `permanent`, `retryable` or `ambiguous`; or what became of a message: `delivered`, `missed`, … */
  delivery?: string;
  /** Milliseconds that the transport took. */
  duration_ms?: number;
  /** What the message costs, where the provider says so. */
  price?: {
    /** In whole units of the currency. */
    amount: number;
    /** ISO 4217. */
    currency: string;
  };
  /** Codes of a set that are left. */
  remaining?: number;
}

/** The names follow the structured log of the phone module that this package grew from. */
export const EVENT_NAMES = [
  "phone_otp_send_start",
  "phone_otp_send_suppressed",
  "phone_otp_send_delivery_completed",
  "phone_otp_send_delivery_failed",
  "phone_otp_delivery_reported",
  "phone_otp_verify_start",
  "phone_otp_verify_invalid_or_expired",
  "phone_otp_verify_code_mismatch",
  "phone_otp_verify_completed",
  "phone_registered",
  "phone_changed",
  "backup_codes_generated",
  "backup_code_used",
  "backup_code_mismatch",
  "backup_codes_low",
  "factor_begun",
  "factor_send_suppressed",
  "factor_delivery_failed",
  "factor_delivery_reported",
  "factor_passed",
  "factor_failed",
  "factor_added",
  "factor_removed",
  "factor_renamed",
  "factor_suspicious",
  "recovery_started",
  "recovery_proven",
  "recovery_held",
  "recovery_cancelled",
  "recovery_refused",
  "recovery_handed_over",
  "password_reset",
  "factor_enrolment_refused",
  "approval_given",
  "approval_refused",
  "contact_accepted",
  "contact_declined",
  "account_locked",
  "account_unlocked",
  "factor_disabled",
  "device_trusted",
  "device_recognized",
  "devices_revoked",
  "sends_paused",
  "sends_resumed",
] as const;

/** What an account's owner should hear of, through a channel that the change itself does not control (NIST SP 800-63B-4 §4.6). */
export const NOTICE_KINDS = [
  "phone_registered",
  "phone_changed",
  "backup_codes_generated",
  "backup_code_used",
  "backup_codes_low",
  "device_trusted",
  "account_locked",
  "factor_disabled",
  "factor_added",
  "factor_removed",
  "factor_renamed",
  "password_reset",
  "recovery_held",
  "recovery_limited",
] as const;

/** What the owner of an account is told of. */
export type NoticeKind = (typeof NOTICE_KINDS)[number];
/** The names of the events. */
export type FactorEventName = (typeof EVENT_NAMES)[number];
/** Every event with what it carries. */
export type FactorEventMap = Record<FactorEventName, FactorEvent>;

/** The listening side of the package's events. */
export interface FactorEvents {
  /** Listens to an event. */
  on<Name extends FactorEventName>(name: Name, listener: (event: FactorEventMap[Name]) => void): void;
  /** Listens no more. */
  off<Name extends FactorEventName>(name: Name, listener: (event: FactorEventMap[Name]) => void): void;
  /** Listens to every event; answers a function that stops it. */
  onAny(listener: (name: FactorEventName, event: FactorEvent) => void): () => void;
}

export interface FactorEmitter extends FactorEvents {
  /** Whether anybody listens: what nobody hears need not be made. */
  wanted(name: FactorEventName): boolean;
  emit(name: FactorEventName, event: FactorEvent): void;
}

/** The `node:diagnostics_channel` that carries every event as `{ name, event }`. */
export const DIAGNOSTICS_CHANNEL = "passport-factors";

/** Events that cannot hurt the flow that emits them: what a listener throws goes to `onError`. */
export function createEvents(onError: (error: unknown) => void): FactorEmitter {
  const emitter = new EventEmitter();
  const diagnostics = channel(DIAGNOSTICS_CHANNEL);
  const all = new Set<(name: FactorEventName, event: FactorEvent) => void>();

  /** A listener may be an async function, whatever its type says. */
  function guarded(hear: () => unknown): void {
    try {
      const answer = hear();
      if (answer instanceof Promise) answer.catch(onError);
    } catch (error) {
      onError(error);
    }
  }

  return {
    on: (name, listener) => void emitter.on(name, listener),
    off: (name, listener) => void emitter.off(name, listener),
    onAny(listener) {
      all.add(listener);
      return () => void all.delete(listener);
    },
    wanted: (name) => all.size > 0 || diagnostics.hasSubscribers || emitter.listenerCount(name) > 0,
    emit(name, event) {
      for (const listener of emitter.listeners(name)) guarded(() => listener(event));
      for (const listener of all) guarded(() => listener(name, event));
      diagnostics.publish({ name, event });
    },
  };
}
