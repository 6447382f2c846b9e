import type { Refusal } from "../refusals.ts";
import { refusedBy, type PostAnswer } from "../http-post.ts";
import { deliveryError, type DeliveryError } from "../transport.ts";

/**
 * What Twilio's error codes mean for the person (https://www.twilio.com/docs/api/errors). Whatever is not here is the app's own affair (account,
 * sender, template, carrier filter) and is told to `onError` only. Twilio's texts hold phone numbers and are never quoted.
 */
const MEANINGS: readonly [Refusal, readonly number[]][] = [
  // No number, or none that Twilio can call.
  ["invalid_phone_number", [21211, 21214, 21217, 13223, 13224, 13226, 60200]],
  // Premium, or an information service; our own.
  ["invalid_phone_number", [21202, 21266, 21268]],
  // A short code, no mobile, a landline; not on WhatsApp.
  ["invalid_phone_number", [21265, 21614, 21635, 60205, 63003, 63024]],
  // Replied STOP.
  ["recipient_stopped", [21610]],
  // No way from this sender; switched off or away; unknown to its carrier; a landline, or a carrier that is not reached.
  ["recipient_unreachable", [21612, 30003, 30005, 30006]],
  // Blocked: a call, a number, a message; by the recipient on WhatsApp; and whom WhatsApp keeps from being written to.
  ["recipient_unreachable", [13225, 21216, 30004, 63014, 63032, 63033]],
  // Geographic permissions of calls, messages and Verify; rules of the region.
  ["country_not_allowed", [21215, 21408, 13227, 32224, 60605]],
  // China without vetting, embargoes, out of coverage; a prefix that is blocked for pumped traffic.
  ["country_not_allowed", [60220, 60238, 60600, 60610, 30450, 60410]],
  // Taken for a fraudulent sign-up.
  ["send_refused", [60412]],
  // The account's rate, the sender's, the number's.
  ["too_many_requests", [10004, 20429, 60207]],
  ["too_many_requests", [21611, 30001, 30022, 63017, 63018]],
  ["too_many_requests", [14107, 60202, 60203, 60212, 60626]],
];

/** Where Twilio names no wait. Verify lets a number have five sends in ten minutes, and five checks; a loop between two numbers is stopped for thirty seconds. */
const WAIT_SECONDS: Readonly<Record<number, number>> = { 60202: 600, 60203: 600, 14107: 30 };

export function twilioFailure(answer: PostAnswer): DeliveryError {
  const { status, body, retryAfter } = answer;
  // A message that Twilio has made names its error otherwise than a request that it refuses.
  const code = body["error_code"] ?? body["code"];
  if (typeof code !== "number") return refusedBy("twilio", answer);
  const refusal = twilioRefusal(code);
  const seconds = retryAfter ?? WAIT_SECONDS[code];
  return deliveryError(
    refusal === "too_many_requests" ? "retryable" : refusedBy("twilio", answer).delivery,
    `twilio: HTTP ${status}, error ${code}`,
    {
      ...(refusal === undefined ? {} : { refusal }),
      ...(seconds === undefined ? {} : { retryAfter: seconds }),
    },
  );
}

export function twilioRefusal(code: number): Refusal | undefined {
  return MEANINGS.find(([, codes]) => codes.includes(code))?.[0];
}
