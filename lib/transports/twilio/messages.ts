import type { Message, Price, Receipt } from "../transport.ts";
import type { Created, Form, TwilioClient } from "./client.ts";
import type { TwilioSettings } from "./settings.ts";

/** Text messages and WhatsApp, by Programmable Messaging. */
export async function sendMessage(
  client: TwilioClient,
  settings: TwilioSettings,
  message: Message,
  signal: AbortSignal,
): Promise<Receipt> {
  const form = {
    ...(message.channel === "whatsapp" ? whatsapp(settings, message) : text(settings, message)),
    StatusCallback: statusCallback(settings, message),
  };
  const url = `${settings.apiBaseUrl}/2010-04-01/Accounts/${encodeURIComponent(client.accountSid)}/Messages.json`;
  const created = await client.create(url, form, signal);
  const price = priceOf(created);
  return {
    id: created.sid,
    status: created["status"] === "sent" ? "sent" : "queued",
    ...(price === undefined ? {} : { price }),
  };
}

/** Where Twilio tells what became of a message or a call. */
export function statusCallback({ statusCallbackUrl }: TwilioSettings, { callbacks }: Message) {
  return statusCallbackUrl ?? (callbacks === undefined ? undefined : `${callbacks.base}/twilio`);
}

function text({ from, messagingServiceSid }: TwilioSettings, { to, text, expiresAt }: Message): Form {
  return {
    To: to,
    ...(messagingServiceSid === undefined ? { From: from } : { MessagingServiceSid: messagingServiceSid }),
    Body: text,
    // A text that comes after its code has died is not sent at all.
    ValidityPeriod: String(Math.min(36_000, Math.max(1, Math.ceil((expiresAt - Date.now()) / 1000)))),
  };
}

function whatsapp({ whatsappFrom, whatsappContentSid }: TwilioSettings, { to, text, code }: Message): Form {
  const content =
    whatsappContentSid === undefined
      ? { Body: text }
      : { ContentSid: whatsappContentSid, ContentVariables: JSON.stringify({ "1": code }) };
  return { To: `whatsapp:${to}`, From: `whatsapp:${whatsappFrom}`, ...content };
}

/** Twilio names a price below zero, in the account's currency, and mostly only later. */
function priceOf({ price, price_unit: unit }: Created): Price | undefined {
  const amount = typeof price === "string" && price !== "" ? Math.abs(Number(price)) : Number.NaN;
  if (!Number.isFinite(amount) || typeof unit !== "string" || !/^[A-Za-z]{3}$/.test(unit)) return undefined;
  return { amount, currency: unit.toUpperCase() };
}
