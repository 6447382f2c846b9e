import { createHash } from "node:crypto";
import type { SendMailOptions } from "nodemailer";
import { parseEmail } from "../../email/address.ts";
import { createSmtpMailer, type SmtpMailer } from "./mailer.ts";
import { smtpSettings, type SmtpSettings, type SmtpTransportOptions } from "./options.ts";
import { deliveryError, type Message, type Transport } from "../transport.ts";

/**
 * Sends each message as a mail, by nodemailer 10, which the app installs; it is loaded when the first mail goes out. Throws a TypeError that names the
 * option when one is missing or cannot be right.
 *
 * @example
 * const transport = smtpTransport({ url: process.env.SMTP_URL!, from: "no-reply@chat.example" });
 */
export function smtpTransport(options: SmtpTransportOptions): Transport {
  const settings = smtpSettings(options);
  let mailer: Promise<SmtpMailer> | undefined;

  /** Loaded once; where that has failed, again. */
  function loaded(): Promise<SmtpMailer> {
    mailer ??= createSmtpMailer(settings);
    mailer.catch(() => (mailer = undefined));
    return mailer;
  }

  return {
    name: "smtp",
    channels: ["email"],
    timeoutMs: settings.timeoutMs,
    async send(message, signal) {
      const address = parseEmail(message.to);
      // Whatever else stands there could be read as a list (CVE-2023-7028).
      if (address === undefined) throw deliveryError("permanent", "smtp: to is not one email address");
      return (await loaded()).send(mailOf(message, address, settings), signal);
    },
  };
}

/** The address is always handed over as an object: a text would be parsed, and sent to everybody who is named in it. */
function mailOf(message: Message, address: string, { from, bounces, domain }: SmtpSettings): SendMailOptions {
  const to = { name: "", address };
  return {
    from: { name: from.name ?? message.appName, address: from.address },
    to,
    envelope: { from: { name: "", address: bounces }, to: [to] },
    subject: message.subject ?? message.appName,
    text: message.text,
    ...(message.html === undefined ? {} : { html: message.html }),
    // The same for every try, so that a receiver can drop repetitions.
    messageId: `<${createHash("sha256").update(message.id).digest("hex").slice(0, 32)}@${domain}>`,
    headers: {
      // RFC 3834 §5, and the same for Exchange: no out-of-office note comes back.
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      "Content-Language": message.locale,
    },
  };
}
