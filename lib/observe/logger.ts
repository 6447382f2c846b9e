import type { FactorEventName, FactorEvents } from "../events.ts";

/** What pino, bunyan and winston have in common with it: an object first, then a text. */
export interface Logger {
  /** Says what has happened. */
  info(fields: object, text: string): void;
  /** Says what somebody should look at. */
  warn(fields: object, text: string): void;
}

/** What somebody should look at. */
const WARNINGS: ReadonlySet<FactorEventName> = new Set([
  "phone_otp_send_delivery_failed",
  "factor_delivery_failed",
  "account_locked",
  "factor_disabled",
  "sends_paused",
  "backup_codes_low",
  "recovery_handed_over",
  "recovery_held",
]);

/** Writes every event as one structured line: its name as text and as `event`, beside its fields. */
export function logEvents(events: FactorEvents, logger: Logger): void {
  events.onAny((name, event) => {
    const fields = { event: name, ...event };
    // Whatever it answers is for the emitter: a promise that fails must be heard.
    return WARNINGS.has(name) ? logger.warn(fields, name) : logger.info(fields, name);
  });
}
