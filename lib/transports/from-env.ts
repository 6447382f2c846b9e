import { inProduction } from "../environment.ts";
import { consoleTransport } from "./console.ts";
import { disabledTransport } from "./disabled.ts";
import { fallbackTransport } from "./fallback.ts";
import { given, naming, variablesOf, type Env, type Variables } from "./env-variables.ts";
import type { Transport } from "./transport.ts";
import { twilioTransport } from "./twilio/transport.ts";
import { webhookTransport } from "./webhook.ts";
import { checkNames } from "../options.ts";

/** The transport that the environment describes, and what is beside it. */
export interface EnvTransport extends Transport {
  /** What `CHANNELS` says: the factors to offer, in this order. */
  readonly channels: readonly Channel[];
  /** What `STRICT_DELIVERY` says; factors take it from here where their own `strict` is left out. */
  readonly strict: boolean;
}

const CHANNELS = ["sms", "call", "whatsapp"] as const;
type Channel = (typeof CHANNELS)[number];

const PROVIDERS = ["CONSOLE", "WEBHOOK", "TWILIO", "DISABLED"] as const;
type Provider = (typeof PROVIDERS)[number];

/**
 * The transport that the environment names: `PROVIDER` (CONSOLE, WEBHOOK, TWILIO or DISABLED), a `FALLBACK_PROVIDER`, and what each of
 * them needs, all behind one prefix. Throws a TypeError that names the variable when one is missing or has a value that is not known;
 * values are not shown.
 *
 * @example
 * const transport = transportFromEnv(process.env);
 * const factors = createFactors({ secret, accounts, factors: [sms({ transport })] });
 */
export function transportFromEnv(env: Env, options: { prefix?: string } = {}): EnvTransport {
  checkNames("transportFromEnv", options, { prefix: true });
  const { prefix = "MAILZEN_SMS_" } = options;
  const variables = variablesOf(env, prefix);
  const channels = variables.list("CHANNELS", CHANNELS, ["sms"]);
  const strict = variables.flag("STRICT_DELIVERY", inProduction(env));
  const provider = variables.word("PROVIDER", PROVIDERS) ?? "CONSOLE";
  const fallback = variables.word("FALLBACK_PROVIDER", PROVIDERS);
  if (fallback !== undefined && (fallback === provider || fallback === "DISABLED"))
    throw new TypeError(
      `${prefix}FALLBACK_PROVIDER must be another provider than ${prefix}PROVIDER, and not DISABLED`,
    );
  if (fallback !== undefined && provider === "DISABLED")
    throw new TypeError(`${prefix}FALLBACK_PROVIDER has no meaning where ${prefix}PROVIDER is DISABLED`);
  const first = build(provider, "PROVIDER", variables, channels, inProduction(env));
  const transport =
    fallback === undefined
      ? first
      : fallbackTransport(
          first,
          build(fallback, "FALLBACK_PROVIDER", variables, channels, inProduction(env)),
        );
  return { ...transport, channels, strict };
}

function build(
  provider: Provider,
  from: string,
  variables: Variables,
  channels: readonly Channel[],
  production: boolean,
): Transport {
  const name = `${variables.prefix}${from}`;
  if (provider === "DISABLED") return disabledTransport();
  if (provider === "WEBHOOK") return webhook(variables, channels, `${name} is ${provider}`);
  if (provider === "TWILIO") return twilio(variables, channels, `${name} is ${provider}`);
  if (production)
    throw new TypeError(`${name} must not be CONSOLE in production, where codes do not belong in a log`);
  return consoleTransport();
}

function webhook(variables: Variables, channels: readonly Channel[], because: string): Transport {
  const { prefix, text, needed, integer } = variables;
  const url = needed("WEBHOOK_URL", because);
  const optional = given({
    token: text("WEBHOOK_TOKEN"),
    signingKey: text("WEBHOOK_SIGNING_KEY"),
    timeoutMs: integer("WEBHOOK_TIMEOUT_MS"),
  });
  return naming(prefix, "WEBHOOK_", () => webhookTransport({ url, channels, ...optional }));
}

function twilio(variables: Variables, channels: readonly Channel[], because: string): Transport {
  const { prefix, text, needed, integer } = variables;
  const accountSid = needed("TWILIO_ACCOUNT_SID", because);
  const authToken = needed("TWILIO_AUTH_TOKEN", because);
  const verifyServiceSid = text("TWILIO_VERIFY_SERVICE_SID");
  const messagingServiceSid = text("TWILIO_MESSAGING_SERVICE_SID");
  const ownCodes = (channel: Channel) => verifyServiceSid === undefined && channels.includes(channel);
  if (ownCodes("call") || (ownCodes("sms") && messagingServiceSid === undefined))
    needed("TWILIO_FROM_NUMBER", because);
  if (ownCodes("whatsapp")) needed("TWILIO_WHATSAPP_FROM", because);
  const optional = given({
    from: text("TWILIO_FROM_NUMBER"),
    messagingServiceSid,
    verifyServiceSid,
    whatsappFrom: text("TWILIO_WHATSAPP_FROM"),
    whatsappContentSid: text("TWILIO_WHATSAPP_CONTENT_SID"),
    apiBaseUrl: text("TWILIO_API_BASE_URL"),
    statusCallbackUrl: text("TWILIO_STATUS_CALLBACK_URL"),
    timeoutMs: integer("TWILIO_TIMEOUT_MS"),
  });
  return naming(prefix, "TWILIO_", () => twilioTransport({ accountSid, authToken, channels, ...optional }));
}
