import { Readable } from "node:stream";
import type { SendMailOptions } from "nodemailer";
import { asError } from "../../errors.ts";
import { smtpFailure } from "./failures.ts";
import type { SmtpSettings } from "./options.ts";
import { deliveryError, type Receipt } from "../transport.ts";

export interface SmtpMailer {
  /** Sends one mail. Rejects with a `deliveryError` that says what can be known of it. */
  send(mail: SendMailOptions, signal: AbortSignal): Promise<Receipt>;
}

/** How far a mail had got. */
interface Progress {
  handedOver: boolean;
}

type Tracked = SendMailOptions & { progress: Progress };

export async function createSmtpMailer(settings: SmtpSettings): Promise<SmtpMailer> {
  const { timeoutMs, server } = settings;
  const { host, port, secure, requireTLS, name, auth, tls, dkim } = server;
  const { createTransport } = await load();
  const transporter = createTransport({
    ...defined({ host, port, secure, requireTLS, name, auth, tls, dkim }),
    // Minutes, by nodemailer's own defaults.
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketCloseTimeout: 1000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // The message is read when the server has answered DATA: from then on it may have been taken.
  transporter.use("stream", ({ data, message }, done) => {
    const whole = message.createReadStream.bind(message);
    message.createReadStream = (options) => {
      return Readable.from(readBy(whole(options), (data as Tracked).progress));
    };
    done();
  });

  return {
    async send(mail, signal) {
      const progress: Progress = { handedOver: false };
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        const tracked: Tracked = { ...mail, progress, signal: deadline };
        const { messageId } = await transporter.sendMail(tracked);
        return { status: "sent", id: messageId };
      } catch (thrown) {
        throw smtpFailure(thrown, progress.handedOver);
      }
    },
  };
}

async function* readBy(message: Readable, progress: Progress): AsyncGenerator<unknown> {
  progress.handedOver = true;
  yield* message;
}

/** Not loaded by the main entry: an app that sends no mails has no need of it. */
async function load(): Promise<typeof import("nodemailer")> {
  try {
    return await import("nodemailer");
  } catch (thrown) {
    throw deliveryError("permanent", "smtp: nodemailer is not installed here: npm install nodemailer@10", {
      cause: asError(thrown),
    });
  }
}

const defined = (options: object) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
