import type { DeliveryStatus, ProviderCallbacks, StatusReport } from "../transport.ts";
import { twilioRefusal } from "./failures.ts";
import { isSignedByTwilio } from "./signature.ts";

const MESSAGE: Readonly<Record<string, DeliveryStatus>> = {
  accepted: "queued",
  scheduled: "queued",
  queued: "queued",
  sending: "queued",
  sent: "sent",
  delivered: "delivered",
  read: "delivered",
  undelivered: "failed",
  failed: "failed",
  canceled: "failed",
};

const CALL: Readonly<Record<string, DeliveryStatus>> = {
  queued: "queued",
  initiated: "queued",
  ringing: "ringing",
  "in-progress": "answered",
  answered: "answered",
  completed: "answered",
  busy: "missed",
  "no-answer": "missed",
  canceled: "missed",
  failed: "failed",
};

export function twilioCallbacks(authToken: string): ProviderCallbacks {
  return {
    path: "twilio",
    isAuthentic: (request) => isSignedByTwilio(authToken, request),
    read({ body }) {
      const told =
        report(MESSAGE, body["MessageSid"], body["MessageStatus"]) ??
        report(CALL, body["CallSid"], body["CallStatus"]);
      const refusal = told?.status === "failed" ? twilioRefusal(Number(body["ErrorCode"])) : undefined;
      return told === undefined || refusal === undefined ? told : { ...told, refusal };
    },
  };
}

function report(
  meanings: Readonly<Record<string, DeliveryStatus>>,
  id: unknown,
  word: unknown,
): StatusReport | undefined {
  if (typeof id !== "string" || id === "" || typeof word !== "string" || !Object.hasOwn(meanings, word))
    return undefined;
  return { id, status: meanings[word] as DeliveryStatus };
}
