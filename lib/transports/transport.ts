import { asError, type FactorErrorCode } from "../errors.ts";

/** One message to one phone or one mailbox. The text is complete; `code` stands beside it for transports that have templates. */
export interface Message {
  /** Idempotency id: the same for every try of this message. */
  id: string;
  /** How it goes out. */
  channel: "sms" | "call" | "whatsapp" | "email" | (string & {});
  /** E.164; of a mail the address. */
  to: string;
  /** The message, as plain text. */
  text: string;
  /** Of a mail: its subject. */
  subject?: string;
  /** Of a mail: what `text` says, as a page that loads nothing. */
  html?: string;
  /** The code, where the message brings one. */
  code: string;
  /** Short mark that message and page share, so that people know which code is meant. */
  reference: string;
  /** What the code is for. */
  purpose: string;
  /** BCP 47. */
  locale: string;
  /** The app's name. */
  appName: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Addresses of this app for the provider, where the app has a `publicUrl` and has mounted `deliveryStatus`. */
  callbacks?: CallbackUrls;
}

/** Where a provider reports to. */
export interface CallbackUrls {
  /** Where the provider may tell what became of the message; without the transport's own path segment at its end. */
  base: string;
  /** Names the script of a call; unguessable, holds no code. The script waits at `<base>/<path>/voice/<token>`. */
  voiceToken?: string;
}

/** What a provider said when it took the message. */
export interface Receipt {
  /** The provider's id of the message; what its status reports name. */
  id?: string;
  /** What the provider said of it at once. */
  status: "queued" | "sent";
  /** Who took it, where a transport stands before several. */
  provider?: string;
  /** What it costs, where the provider says so. */
  price?: Price;
  /** The provider made the code itself and judges it: see `Transport.check`. */
  managed?: boolean;
}

/** What a message has cost. */
export interface Price {
  /** In whole units of the currency. */
  amount: number;
  /** ISO 4217. */
  currency: string;
}

/** What carries a message. Rejects when the message was not taken, best with a `deliveryError`. */
export interface Transport {
  /** Names the transport in events. */
  readonly name: string;
  /** Sends one message; rejects where it did not go out. */
  send(message: Message, signal: AbortSignal): Promise<Receipt>;
  /** Delivery is switched off: nothing is sent, and no code is made. */
  readonly off?: boolean;
  /** How long a send may take in all, in milliseconds; what a factor waits where its own `timeoutMs` is left out. */
  readonly timeoutMs?: number;
  /** The channels it may carry; left out: any. */
  readonly channels?: readonly string[];
  /** Managed verifiers only: judges a typed code for a receipt with `managed`. */
  check?(attempt: ManagedAttempt, signal: AbortSignal): Promise<ManagedVerdict>;
  /** How its providers report what became of a message. */
  readonly callbacks?: readonly ProviderCallbacks[];
}

/** A code that is judged by the provider. */
export interface ManagedAttempt {
  /** The receipt's id. */
  id: string;
  /** E.164. */
  to: string;
  /** What was typed. */
  code: string;
}

/** What a provider says of a code. */
export type ManagedVerdict = "approved" | "wrong" | "expired";

/** What became of a message, as the provider tells it. */
export type DeliveryStatus = "queued" | "sent" | "delivered" | "failed" | "ringing" | "answered" | "missed";

/** What a provider reports of a message. */
export interface StatusReport {
  /** The receipt's id. */
  id: string;
  /** What became of the message. */
  status: DeliveryStatus;
  /** With `failed`: what it means to the person, where the provider says so. */
  refusal?: FactorErrorCode;
  /** What it has cost. */
  price?: Price;
}

/** A provider's request to this app, as it arrived. */
export interface ProviderRequest {
  /** The address as the provider wrote it. */
  url: string;
  /** The request's headers. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The urlencoded or JSON body. */
  body: Readonly<Record<string, unknown>>;
  /** The bytes of a JSON body. */
  rawBody?: Uint8Array;
}

/** What a transport does with its provider's requests. */
export interface ProviderCallbacks {
  /** Path segment behind `CallbackUrls.base`: `twilio`. */
  readonly path: string;
  /** Whether the provider itself sent this. */
  isAuthentic(request: ProviderRequest): boolean;
  /** What it tells; undefined for a report that means nothing to us. */
  read(request: ProviderRequest): StatusReport | undefined;
}

/**
 * How a delivery failed: `permanent` (this number or account will not work), `retryable` (not taken, another try may work)
 * or `ambiguous` (nobody knows whether it was taken, so it is never sent twice through the same provider).
 */
export type DeliveryFailure = "permanent" | "retryable" | "ambiguous";

/** Why a message did not go out. */
export interface DeliveryError extends Error {
  /** What the person can be told of it. */
  delivery: DeliveryFailure;
  /** The answer for the person, where `delivery_failed` is not the whole truth: an invalid number, too many sends. */
  refusal?: FactorErrorCode;
  /** Seconds after which it may be tried again. */
  retryAfter?: number;
}

/** Makes the error by which a transport says why a message did not go out. */
export function deliveryError(
  delivery: DeliveryFailure,
  message: string,
  details: { refusal?: FactorErrorCode; retryAfter?: number; cause?: unknown } = {},
): DeliveryError {
  const { cause, ...rest } = details;
  const error = new Error(message, cause === undefined ? undefined : { cause });
  return Object.assign(error, { name: "DeliveryError", delivery, ...rest });
}

/**
 * What a transport answered, as a receipt and nothing else. Whatever is none throws an ambiguous `deliveryError`: the message may be on its way.
 */
export function receiptOf(name: string, answer: unknown): Receipt {
  const { id, status, provider, price, managed } = (answer ?? {}) as Partial<Record<keyof Receipt, unknown>>;
  if (status !== "queued" && status !== "sent")
    throw deliveryError("ambiguous", `${name}: answered no receipt with status "queued" or "sent"`);
  const cost = priceOf(price);
  return {
    status,
    ...(typeof id === "string" && id !== "" ? { id: id.slice(0, LONGEST_ID) } : {}),
    ...(typeof provider === "string" ? { provider } : {}),
    ...(cost === undefined ? {} : { price: cost }),
    ...(managed === true ? { managed } : {}),
  };
}

const LONGEST_ID = 200;

/** Reads a price as a provider writes it. */
export function priceOf(value: unknown): Price | undefined {
  const { amount, currency } = (value ?? {}) as Partial<Price>;
  const known =
    typeof amount === "number" &&
    Number.isFinite(amount) &&
    amount >= 0 &&
    /^[A-Z]{3}$/.test(String(currency));
  return known ? { amount, currency: String(currency) } : undefined;
}

/** What is not known to be otherwise is ambiguous. */
export function failureOf(error: unknown): DeliveryFailure {
  const kind = (asError(error) as Partial<DeliveryError>).delivery;
  return kind === "permanent" || kind === "retryable" ? kind : "ambiguous";
}
