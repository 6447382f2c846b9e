import { deliveryError, type DeliveryError, type DeliveryFailure } from "../transport.ts";

/** What nodemailer rejects with. Its message, response and recipient may hold the address, so nothing of them is handed on. */
interface SmtpError {
  code?: unknown;
  /** The server's reply code (RFC 5321 §4.2). */
  responseCode?: unknown;
  /** The server's whole reply. */
  response?: unknown;
  /** The command that was refused; `CONN` for what happened to the connection. */
  command?: unknown;
}

/** How the connection can fail: nothing is known of the message but how far it had got. */
const CONNECTION = new Set([
  "ECONNECTION",
  "ESOCKET",
  "ETIMEDOUT",
  "EDNS",
  "ETLS",
  "EPROTOCOL",
  "EPROXY",
  "EABORT",
]);
/** Never got as far as the message, and will not the next time. */
const CONFIGURATION = new Set(["EAUTH", "ENOAUTH", "EENVELOPE", "ECONFIG", "EREQUIRETLS"]);

/**
 * What a failure means. A reply is the server's word: 4xx not now, 5xx never (RFC 5321 §4.2.1). Without one, a message whose sending had begun may have been
 * taken, and one that had not was surely not.
 */
export function smtpFailure(thrown: unknown, handedOver: boolean): DeliveryError {
  const { code, responseCode, response, command } = (thrown ?? {}) as SmtpError;
  const known = typeof code === "string" && /^E[A-Z0-9_]+$/.test(code) ? code : "failed";
  // What becomes of a connection before it is safe says nothing of the mail.
  if (typeof responseCode === "number" && responseCode >= 400 && known !== "ETLS") {
    const status = enhancedStatus(response);
    const isFinal = responseCode >= 500;
    const isAddress = isFinal && command === "RCPT TO" && isAboutTheAddress(status);
    return deliveryError(
      isFinal ? "permanent" : "retryable",
      ["smtp:", known, responseCode, ...(status === undefined ? [] : [status])].join(" "),
      isAddress ? { refusal: "email_unreachable" } : {},
    );
  }
  // Only what is about the connection is known to hold nothing of the message.
  const cause = CONNECTION.has(known) && response === undefined ? { cause: thrown } : {};
  return deliveryError(failureOf(known, handedOver), `smtp: ${known}`, cause);
}

function failureOf(code: string, handedOver: boolean): DeliveryFailure {
  if (CONFIGURATION.has(code)) return "permanent";
  return CONNECTION.has(code) && !handedOver ? "retryable" : "ambiguous";
}

/** RFC 3463: `5.1.1`, which stands behind the reply code. */
function enhancedStatus(response: unknown): string | undefined {
  return typeof response === "string"
    ? /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1]
    : undefined;
}

/** RFC 3463 §3.2, §3.3: addressing (no such mailbox, no such domain) and the mailbox (disabled, full); not routes, policy or content. */
const isAboutTheAddress = (status: string | undefined) => status === undefined || /^5\.[12]\./.test(status);
