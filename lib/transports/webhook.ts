import { createHmac } from "node:crypto";
import { inProduction } from "../environment.ts";
import { boundedTimeout, headerOption, textOption, urlOption } from "./checks.ts";
import { post, refusedBy } from "./http-post.ts";
import { hasFailed, isRefusal } from "./refusals.ts";
import { priceOf, type DeliveryError, type Message, type Receipt, type Transport } from "./transport.ts";
import { checkNames } from "../options.ts";

/** Options of `webhook`; docs/options.md has every default, unit and range. */
export interface WebhookOptions {
  /** Where each message is posted; https in production. */
  url: string;
  /** Sent as `Authorization: Bearer`. */
  token?: string;
  /** Signs each request as Standard Webhooks do. A key that begins with `whsec_` is base64, any other is taken as raw bytes. */
  signingKey?: string;
  /** Milliseconds, 1 to 30 000. @default 5000 */
  timeoutMs?: number;
  /** The channels that the receiver carries. Left out: any. */
  channels?: readonly string[];
}

/**
 * Posts each message as JSON `{ id, channel, to, text, code, purpose, locale, expires_at }`, a mail with `subject` and `html`. A 2xx answer took it, and may name `id` and
 * `price: { amount, currency }`; any other, or one whose `status` is `failed`, may name a `code` that says what it means to the person. Throws a TypeError that names the option when one is missing or cannot be right.
 */
export function webhookTransport(options: WebhookOptions): Transport {
  const name = "webhook";
  checkNames(name, options, { url: true, token: true, signingKey: true, timeoutMs: true, channels: true });
  const url = urlOption(name, "url", options.url, { httpsOnly: inProduction() });
  const timeoutMs = boundedTimeout(name, options.timeoutMs);
  const token = headerOption(name, "token", options.token);
  const key = options.signingKey === undefined ? undefined : keyBytes(options.signingKey);
  return {
    name,
    timeoutMs,
    ...(options.channels === undefined ? {} : { channels: options.channels }),
    async send(message, signal) {
      const body = bodyOf(message);
      const headers = {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : signed(key, message.id, body)),
      };
      const answer = await post({ name, url, headers, body, signal, timeoutMs });
      if (answer.status < 200 || answer.status > 299 || hasFailed(answer.body["status"]))
        throw withRefusal(refusedBy(name, answer), answer.body["code"]);
      return receiptOf(answer.status, answer.body);
    },
  };
}

function bodyOf({ id, channel, to, subject, text, html, code, purpose, locale, expiresAt }: Message): string {
  const expires_at = new Date(expiresAt).toISOString();
  // What is undefined is left out: only a mail has a subject.
  return JSON.stringify({ id, channel, to, subject, text, html, code, purpose, locale, expires_at });
}

/** The receiver may say what its no means to the person, by one of our codes. */
function withRefusal(error: DeliveryError, code: unknown): DeliveryError {
  if (!isRefusal(code)) return error;
  if (code === "too_many_requests") error.delivery = "retryable";
  return Object.assign(error, { refusal: code });
}

/** Standard Webhooks: the id stays the same for every try of a message, so that the receiver can tell a repetition. */
function signed(key: Buffer, id: string, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

function keyBytes(signingKey: unknown): Buffer {
  const text = textOption("webhook", "signingKey", signingKey) ?? "";
  const bytes = text.startsWith("whsec_") ? Buffer.from(text.slice(6), "base64") : Buffer.from(text);
  if (bytes.length === 0) throw new TypeError("webhook: signingKey holds no bytes");
  return bytes;
}

function receiptOf(status: number, { id, price }: Readonly<Record<string, unknown>>): Receipt {
  const cost = priceOf(price);
  return {
    status: status === 202 ? "queued" : "sent",
    ...(typeof id === "string" && id !== "" ? { id: id.slice(0, 200) } : {}),
    ...(cost === undefined ? {} : { price: cost }),
  };
}
