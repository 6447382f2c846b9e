import type { Message, Receipt } from "../transport.ts";
import type { Form, TwilioClient } from "./client.ts";
import { statusCallback } from "./messages.ts";
import type { TwilioSettings } from "./settings.ts";
import { readCodeTwiml } from "./twiml.ts";

/** Calls that read a code out, by Programmable Voice. */
export async function placeCall(
  client: TwilioClient,
  settings: TwilioSettings,
  message: Message,
  signal: AbortSignal,
): Promise<Receipt> {
  const callback = statusCallback(settings, message);
  const form: Form = {
    To: message.to,
    From: settings.from,
    ...scriptOf(message),
    // Half a minute of ringing, and a minute in all: the code is read twice in less.
    Timeout: "30",
    TimeLimit: "60",
    Record: "false",
    ...(callback === undefined
      ? {}
      : {
          StatusCallback: callback,
          StatusCallbackEvent: ["initiated", "ringing", "answered", "completed"],
        }),
  };
  const url = `${settings.apiBaseUrl}/2010-04-01/Accounts/${encodeURIComponent(client.accountSid)}/Calls.json`;
  const { sid } = await client.create(url, form, signal);
  return { id: sid, status: "queued" };
}

/** Where Twilio can reach this app, the code waits here for a key press; else the script goes with the call. */
function scriptOf({ callbacks, code, locale, text }: Message): Form {
  return callbacks?.voiceToken === undefined
    ? { Twiml: readCodeTwiml({ code, locale, text }) }
    : { Url: `${callbacks.base}/twilio/voice/${callbacks.voiceToken}`, Method: "POST" };
}
