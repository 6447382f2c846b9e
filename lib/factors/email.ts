import { guessesInARow, guessesPerHour } from "./guess-options.ts";
import { codeMail } from "../email/mail.ts";
import { boolean, parseOptions } from "../options.ts";
import type { Transport } from "../transports/transport.ts";
import { codeRulesSchema, deliverySchema, SEND_DEFAULTS } from "./code-section.ts";
import { defineFactor } from "./define-factor.ts";
import { emailDestination } from "./email-addresses.ts";
import { emailTexts } from "./email-texts.ts";
import type { CodeFactor } from "./factor.ts";

/** Options of `email`; docs/options.md has every default, unit and range. */
export interface EmailOptions {
  /** What carries the mails: `smtpTransport`, a webhook, the terminal. */
  transport: Transport;
  /** Whether a failed delivery is an error, or a warning. */
  strict?: boolean;
  /** How long the transport is waited for. */
  timeoutMs?: number;
  /** Digits of a code. */
  codeLength?: number;
  /** Life of a code. */
  ttlSeconds?: number;
  /** Whether a resend repeats the code that lives, or makes a new one. */
  resend?: "same" | "new";
  /** Waits between two sends, the last one for all that follow. */
  cooldownSeconds?: readonly number[];
  /** Sends to one destination in any hour. */
  sendsPerHour?: number;
  /** Sends to one destination in any day. */
  sendsPerDay?: number;
  /** Wrong guesses of one code. */
  guessesPerCode?: number;
  /** Wrong guesses of one account in any hour. */
  guessesPerHour?: number;
  /** Wrong guesses in a row after which the factor is off until it is bound anew (NIST SP 800-63B). */
  guessesInARow?: number;
  /** Lets a mail be a second factor at a login. Whoever reads the mail can often reset the password too, so that it is none. @default false */
  dangerouslyAllowEmailAsFactor?: boolean;
}

const NAME = "email";
const rules = codeRulesSchema(SEND_DEFAULTS, "an address");

/** The options of `email`; the reference page is made from this. */
export const emailSchema = {
  ...deliverySchema,
  ...rules,
  // A mail may take minutes, and is opened later than a text.
  ttlSeconds: { ...rules.ttlSeconds, default: 600 },
  guessesPerHour: guessesPerHour(),
  guessesInARow: guessesInARow(
    "Wrong guesses in a row after which codes by mail are off until an address is put on file anew. One in five is kept for known devices.",
  ),
  dangerouslyAllowEmailAsFactor: boolean({
    default: false,
    about:
      "Lets a code by mail be a second factor at logins and step-ups. Off: it confirms addresses, and helps who has lost the others.",
    source:
      "NIST SP 800-63B-4 §3.1.3.1: email SHALL NOT be used for out-of-band authentication; OWASP ASVS 5.0 6.3.6",
  }),
};

/**
 * Codes by mail: to confirm an address, and for recovery. Throws a TypeError that names the option when one is missing, unknown or out of range.
 *
 * @example
 * const transport = smtpTransport({ url: process.env.SMTP_URL!, from: "no-reply@chat.example" });
 * const factors = createFactors({ secret, accounts, factors: [totp(), email({ transport })] });
 */
export function email(options: EmailOptions): CodeFactor {
  const parsed = parseOptions(NAME, emailSchema, options);
  const { transport, strict, guessesPerHour, guessesInARow, dangerouslyAllowEmailAsFactor } = parsed;
  if (transport === undefined)
    throw new TypeError("email: transport is required, for example smtpTransport({ url, from })");
  if (transport.channels?.includes(NAME) === false)
    throw new TypeError(
      `email: transport "${transport.name}" carries no mails (${transport.channels.join(", ")})`,
    );
  const { codeLength, ttlSeconds, resend, cooldownSeconds, sendsPerHour, sendsPerDay, guessesPerCode } =
    parsed;
  return defineFactor({
    name: NAME,
    amr: "otp",
    class: "address",
    uses: dangerouslyAllowEmailAsFactor ? ["login", "step-up", "recovery"] : ["recovery"],
    texts: emailTexts,
    field: "email_code",
    limits: { guessesPerHour, guessesInARow },
    code: {
      destination: emailDestination,
      transport,
      strict: options.strict ?? (transport as { strict?: boolean }).strict ?? strict,
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      rules: { codeLength, ttlSeconds, resend, cooldownSeconds, sendsPerHour, sendsPerDay, guessesPerCode },
      message: codeMail,
    },
  });
}
