import { deliveryError, type DeliveryError, type DeliveryFailure } from "./transport.ts";

export interface Post {
  /** Whose request it is; begins every error. Errors hold no address, header or body: those hold secrets and numbers. */
  name: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  signal: AbortSignal;
  timeoutMs: number;
}

export interface PostAnswer {
  status: number;
  /** Milliseconds are rounded up to seconds; undefined where the answer names no wait. */
  retryAfter: number | undefined;
  /** The body where it was a JSON object, else empty. */
  body: Readonly<Record<string, unknown>>;
}

/** More than any provider has to say. */
const MOST_BYTES = 65_536;

/** Posts once, follows no redirect. Rejects with a `deliveryError` when nothing answered in time. */
export async function post({ name, url, headers, body, signal, timeoutMs }: Post): Promise<PostAnswer> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let response: Response;
  try {
    response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal: deadline });
  } catch (cause) {
    throw unanswered(name, cause, deadline.aborted);
  }
  return {
    status: response.status,
    retryAfter: waitOf(response.headers.get("retry-after")),
    body: await readObject(response),
  };
}

/** What a status says about a message: only an answer that cannot come after it was taken lets it be sent again. */
export function failureOfStatus(status: number): DeliveryFailure {
  if (status === 429 || status === 503 || status === 425) return "retryable";
  return status >= 500 || status === 408 || status === 409 ? "ambiguous" : "permanent";
}

export function refusedBy(name: string, { status, retryAfter }: PostAnswer): DeliveryError {
  const why =
    status >= 300 && status < 400 ? `HTTP ${status}, a redirect, is not followed` : `HTTP ${status}`;
  // A yes that holds a failure comes after the message was judged: it is not on its way.
  const delivery = status < 300 ? "permanent" : failureOfStatus(status);
  return deliveryError(delivery, `${name}: ${why}`, retryAfter === undefined ? {} : { retryAfter });
}

/** Codes of failures before a byte of the request was sent. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|ERR_SSL_\w+|\w*CERT\w*|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/;

function unanswered(name: string, thrown: unknown, late: boolean): DeliveryError {
  if (late) return deliveryError("ambiguous", `${name}: no answer in time`, { cause: thrown });
  const code = (thrown as { cause?: { code?: unknown } }).cause?.code;
  const known = typeof code === "string" ? code : "network error";
  return deliveryError(NEVER_SENT.test(known) ? "retryable" : "ambiguous", `${name}: ${known}`, {
    cause: thrown,
  });
}

/** A body that cannot be read changes nothing: the status has said what matters. */
async function readObject(response: Response): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readText(response));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    // Leaving the loop closes the connection.
    if (text.length > MOST_BYTES) break;
  }
  return text;
}

function waitOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d{1,6}$/.test(header)
    ? Number(header)
    : Math.ceil((Date.parse(header) - Date.now()) / 1000);
  return Number.isFinite(seconds) ? Math.max(1, seconds) : undefined;
}
