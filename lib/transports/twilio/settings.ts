import { inProduction } from "../../environment.ts";
import { boundedTimeout, requiredText, textOption, urlOption } from "../checks.ts";
import { checkNames } from "../../options.ts";

/** Options of `twilio`; docs/options.md has every default, unit and range. */
export interface TwilioOptions {
  /** `AC…`, from Twilio's console. */
  accountSid: string;
  /** Also checks the signatures of Twilio's reports. */
  authToken: string;
  /** The sender of text messages and calls: E.164, a short code or an alphanumeric sender. */
  from?: string;
  /** Sends text messages through a Messaging Service in place of `from`. */
  messagingServiceSid?: string;
  /** Leaves making and checking codes to this Twilio Verify service. Its code length must be the factor's `codeLength`. */
  verifyServiceSid?: string;
  /** The WhatsApp sender, E.164. */
  whatsappFrom?: string;
  /** The approved authentication template; variable 1 is the code. Left out, the text is sent as it is, as in Twilio's sandbox. */
  whatsappContentSid?: string;
  /** Left out: those that the senders above allow. */
  channels?: readonly string[];
  /** @default "https://api.twilio.com" */
  apiBaseUrl?: string;
  /** Left out: https://verify.twilio.com, or `apiBaseUrl` where that is not Twilio's own. */
  verifyBaseUrl?: string;
  /** Where Twilio tells what became of a message. Left out: this app's `deliveryStatus`, when it is mounted and the app has a `publicUrl`. */
  statusCallbackUrl?: string;
  /** Milliseconds, 1 to 30 000. @default 5000 */
  timeoutMs?: number;
}

export interface TwilioSettings extends Required<Pick<TwilioOptions, "accountSid" | "authToken">> {
  from: string | undefined;
  messagingServiceSid: string | undefined;
  verifyServiceSid: string | undefined;
  whatsappFrom: string | undefined;
  whatsappContentSid: string | undefined;
  statusCallbackUrl: string | undefined;
  channels: readonly string[];
  /** No slash at the end. */
  apiBaseUrl: string;
  verifyBaseUrl: string;
  timeoutMs: number;
}

const NAME = "twilio";
const NAMES = {
  accountSid: true,
  authToken: true,
  from: true,
  messagingServiceSid: true,
  verifyServiceSid: true,
  whatsappFrom: true,
  whatsappContentSid: true,
  channels: true,
  apiBaseUrl: true,
  verifyBaseUrl: true,
  statusCallbackUrl: true,
  timeoutMs: true,
} as const;
const API = "https://api.twilio.com";

/** Throws a TypeError that names the option when one is missing or cannot be right; values are not shown. */
export function twilioSettings(options: TwilioOptions): TwilioSettings {
  checkNames(NAME, options, NAMES);
  const text = (option: keyof TwilioOptions) => textOption(NAME, option, options[option]);
  const address = (option: "apiBaseUrl" | "verifyBaseUrl" | "statusCallbackUrl", value: string) =>
    urlOption(NAME, option, value, { httpsOnly: inProduction() }).replace(/\/+$/, "");
  const api = address("apiBaseUrl", options.apiBaseUrl ?? API);
  const verify = new URL(api).hostname.endsWith("twilio.com") ? "https://verify.twilio.com" : api;
  const settings = {
    accountSid: requiredText(NAME, "accountSid", options.accountSid),
    authToken: requiredText(NAME, "authToken", options.authToken),
    from: text("from"),
    messagingServiceSid: text("messagingServiceSid"),
    verifyServiceSid: text("verifyServiceSid"),
    whatsappFrom: text("whatsappFrom"),
    whatsappContentSid: text("whatsappContentSid"),
    statusCallbackUrl:
      options.statusCallbackUrl === undefined
        ? undefined
        : address("statusCallbackUrl", options.statusCallbackUrl),
    apiBaseUrl: api,
    verifyBaseUrl: address("verifyBaseUrl", options.verifyBaseUrl ?? verify),
    timeoutMs: boundedTimeout(NAME, options.timeoutMs),
  };
  const possible = Object.keys(NEEDS).filter((channel) => missingFor(channel, settings) === undefined);
  const channels = options.channels ?? possible;
  if (channels.length === 0)
    throw new TypeError(`${NAME}: from is required (or ${NEEDS["sms"]?.join(", ")})`);
  for (const channel of channels) {
    const missing = missingFor(channel, settings);
    if (missing !== undefined)
      throw new TypeError(`${NAME}: ${missing} is required for the channel ${channel}`);
  }
  return { ...settings, channels };
}

type Senders = Pick<TwilioSettings, "from" | "messagingServiceSid" | "verifyServiceSid" | "whatsappFrom">;

/** Any one of these options lets a channel be used. */
const NEEDS: Readonly<Record<string, readonly (keyof Senders)[]>> = {
  sms: ["from", "messagingServiceSid", "verifyServiceSid"],
  call: ["from", "verifyServiceSid"],
  whatsapp: ["whatsappFrom", "verifyServiceSid"],
};

function missingFor(channel: string, senders: Senders): string | undefined {
  const needs = NEEDS[channel];
  if (needs === undefined) throw new TypeError(`${NAME}: channels: "sms", "call" and "whatsapp" are known`);
  return needs.some((each) => senders[each] !== undefined) ? undefined : needs.join(" or ");
}
