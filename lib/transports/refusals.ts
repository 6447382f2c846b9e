import type { FactorErrorCode } from "../errors.ts";

/** What a provider's "no" may mean to the person, who can mend it or must know it. */
const REFUSALS = [
  "invalid_phone_number",
  "country_not_allowed",
  "recipient_stopped",
  "recipient_unreachable",
  "email_unreachable",
  "send_refused",
  "too_many_requests",
] as const satisfies readonly FactorErrorCode[];

export type Refusal = (typeof REFUSALS)[number];

export const isRefusal = (value: unknown): value is Refusal => REFUSALS.includes(value as Refusal);

/** How a message ends that nobody gets. A provider that answers this has taken nothing, whatever the HTTP status. */
export const hasFailed = (status: unknown): boolean =>
  ["failed", "undelivered", "canceled", "cancelled", "rejected", "expired"].includes(status as string);
