import type { Transport } from "../transport.ts";
import { placeCall } from "./calls.ts";
import { twilioCallbacks } from "./callbacks.ts";
import { twilioClient } from "./client.ts";
import { sendMessage } from "./messages.ts";
import { twilioSettings, type TwilioOptions } from "./settings.ts";
import { checkVerification, startVerification } from "./verify.ts";

/**
 * Text messages, calls and WhatsApp by Twilio's HTTP API. With `verifyServiceSid`, Twilio Verify makes the codes and judges them; limits,
 * sessions and events stay those of this package. Throws a TypeError that names the option when one is missing or cannot be right.
 *
 * @example
 * const transport = twilioTransport({ accountSid, authToken, from: "+15550001111" });
 */
export function twilioTransport(options: TwilioOptions): Transport {
  const settings = twilioSettings(options);
  const { accountSid, authToken, timeoutMs, channels } = settings;
  const client = twilioClient(accountSid, authToken, timeoutMs);
  const shared = { name: "twilio", timeoutMs, channels };
  if (settings.verifyServiceSid !== undefined)
    return {
      ...shared,
      send: (message, signal) => startVerification(client, settings, message, signal),
      check: (attempt, signal) => checkVerification(client, settings, attempt, signal),
    };
  return {
    ...shared,
    callbacks: [twilioCallbacks(authToken)],
    send: (message, signal) =>
      (message.channel === "call" ? placeCall : sendMessage)(client, settings, message, signal),
  };
}
