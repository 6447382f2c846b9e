import type { FactorErrorCode } from "../../errors.ts";
import { refusedBy, type PostAnswer } from "../http-post.ts";
import { deliveryError, type DeliveryError } from "../transport.ts";

/** What Twilio's error codes mean for the person. Their texts hold phone numbers and are never quoted. */
const MEANINGS: readonly [FactorErrorCode, readonly number[]][] = [
  // Not a valid number; not a mobile; no WhatsApp; a landline.
  ["invalid_phone_number", [21211, 21214, 21217, 21614, 13223, 13224, 60200, 60205, 60223, 63024]],
  // Geographic permissions of messages, calls and Verify; a prefix blocked by Fraud Guard.
  ["country_not_allowed", [21408, 21215, 13227, 60410, 60605]],
  ["too_many_requests", [60203, 60212, 20429]],
];

/** Twilio Verify lets a number have five sends in ten minutes. */
const VERIFY_WINDOW_SECONDS = 600;

export function twilioFailure(answer: PostAnswer): DeliveryError {
  const { status, body, retryAfter } = answer;
  const { code } = body;
  if (typeof code !== "number") return refusedBy("twilio", answer);
  const refusal = MEANINGS.find(([, codes]) => codes.includes(code))?.[0];
  const throttled = refusal === "too_many_requests";
  const seconds = retryAfter ?? (code === 60203 ? VERIFY_WINDOW_SECONDS : undefined);
  return deliveryError(
    throttled ? "retryable" : refusedBy("twilio", answer).delivery,
    `twilio: HTTP ${status}, error ${code}`,
    {
      ...(refusal === undefined ? {} : { refusal }),
      ...(seconds === undefined ? {} : { retryAfter: seconds }),
    },
  );
}
