import { chooseLanguage } from "../../locales/translate.ts";
import {
  deliveryError,
  type ManagedAttempt,
  type ManagedVerdict,
  type Message,
  type Receipt,
} from "../transport.ts";
import type { TwilioClient } from "./client.ts";
import { twilioFailure } from "./failures.ts";
import type { TwilioSettings } from "./settings.ts";

/** Twilio Verify, where Authy once stood: Twilio makes the code and judges it. */
export async function startVerification(
  client: TwilioClient,
  settings: TwilioSettings,
  { to, channel, locale }: Message,
  signal: AbortSignal,
): Promise<Receipt> {
  const language = chooseLanguage(locale);
  const form = {
    To: to,
    Channel: channel,
    // Verify writes traditional Chinese under this tag only.
    Locale: language === "zh-TW" ? "zh-HK" : language,
  };
  const { sid } = await client.create(`${service(settings)}/Verifications`, form, signal);
  return { id: sid, status: "queued", managed: true };
}

export async function checkVerification(
  client: TwilioClient,
  settings: TwilioSettings,
  { id, code }: ManagedAttempt,
  signal: AbortSignal,
): Promise<ManagedVerdict> {
  const answer = await client.ask(
    `${service(settings)}/VerificationCheck`,
    { VerificationSid: id, Code: code },
    signal,
  );
  const { status, body } = answer;
  // Gone: expired, approved before, or canceled.
  if (status === 404 || body["code"] === 20404) return "expired";
  if (body["code"] === 60202) {
    // Too many checks by Twilio's count. Until this one is canceled, the number gets no other code.
    await client.ask(
      `${service(settings)}/Verifications/${encodeURIComponent(id)}`,
      { Status: "canceled" },
      signal,
    );
    return "expired";
  }
  if (status < 200 || status > 299) throw twilioFailure(answer);
  // A wrong code is no error for Twilio: the verification just stays pending.
  if (body["status"] === "approved") return "approved";
  if (body["status"] === "pending") return "wrong";
  if (typeof body["status"] === "string") return "expired";
  throw deliveryError("ambiguous", `twilio: HTTP ${status} without a verdict`);
}

function service({ verifyBaseUrl, verifyServiceSid }: TwilioSettings): string {
  return `${verifyBaseUrl}/v2/Services/${encodeURIComponent(verifyServiceSid ?? "")}`;
}
