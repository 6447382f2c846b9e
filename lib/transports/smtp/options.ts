import { inProduction } from "../../environment.ts";
import { domainOf, parseEmail } from "../../email/address.ts";
import { checkNames } from "../../options.ts";
import { boundedTimeout, requiredText, textOption } from "../checks.ts";

/** Options of `smtpTransport`; docs/options.md has every default, unit and range. */
export interface SmtpTransportOptions {
  /** `smtps://user:password@mail.example:465`, or `smtp://…:587`. Give this or `options`. */
  url?: string;
  /** The server, where a URL cannot say it. */
  options?: SmtpServer;
  /** Whom mails are from: `no-reply@chat.example`, or with a name in the place of the app's. */
  from: string | { name?: string; address: string };
  /** Where mails come back to that could not be delivered. @default the address they are from */
  bounces?: string;
  /** Milliseconds that sending may take in all, 1 to 30 000. @default 10 000 */
  timeoutMs?: number;
}

/** How the mail server is reached; the names are nodemailer's. */
export interface SmtpServer {
  /** The server's name, or address. */
  host: string;
  /** @default 465 where `secure` is set, else 587 */
  port?: number;
  /** TLS from the first byte. @default true on port 465 */
  secure?: boolean;
  /** Sends nothing without STARTTLS. @default true in production, but for a server on this machine */
  requireTLS?: boolean;
  /** What this machine calls itself to the server. @default its host name */
  name?: string;
  /** `{ user, pass }`, or nodemailer's `{ type: "OAuth2", … }`. */
  auth?: Readonly<Record<string, unknown>>;
  /** Node's TLS options, such as `ca`; the server's certificate is always checked. */
  tls?: Readonly<Record<string, unknown>>;
  /** Signs mails where the server does not: nodemailer's `{ domainName, keySelector, privateKey }`. */
  dkim?: Readonly<Record<string, unknown>>;
}

/** Checked, as `smtpTransport` works with them. */
export interface SmtpSettings {
  server: SmtpServer;
  from: { name: string | undefined; address: string };
  bounces: string;
  /** Behind the `@` of the sender; Message-IDs are under it. */
  domain: string;
  timeoutMs: number;
}

const NAME = "smtp";
export const DEFAULT_SMTP_TIMEOUT_MS = 10_000;

/** Throws a TypeError that names the option when one is missing or cannot be right; no value is shown. */
export function smtpSettings(given: SmtpTransportOptions): SmtpSettings {
  checkNames(NAME, given, { url: true, options: true, from: true, bounces: true, timeoutMs: true });
  const { url, options, from, bounces, timeoutMs = DEFAULT_SMTP_TIMEOUT_MS } = given;
  if ((url === undefined) === (options === undefined))
    throw new TypeError(`${NAME}: url or options is required, one of them`);
  const server = url === undefined ? serverOf(options) : serverOfUrl(url);
  const sender = senderOf(from);
  return {
    server: { ...server, requireTLS: server.requireTLS ?? (inProduction() && !isHere(server.host)) },
    from: sender,
    bounces: bounces === undefined ? sender.address : addressOption("bounces", bounces),
    domain: domainOf(sender.address),
    timeoutMs: boundedTimeout(NAME, timeoutMs),
  };
}

/** Only what a URL is made of: nodemailer would also take options behind a `?`, which could switch off the check of certificates. */
function serverOfUrl(value: unknown): SmtpServer {
  const text = requiredText(NAME, "url", value);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^smtps?:$/.test(url.protocol) || url.hostname === "")
    throw new TypeError(`${NAME}: url must be an smtp:// or smtps:// address`);
  if (url.search !== "" || url.hash !== "" || !/^\/?$/.test(url.pathname))
    throw new TypeError(`${NAME}: url must end with its host and port; use options for more`);
  const [user, pass] = [decoded(url.username), decoded(url.password)];
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    secure: url.protocol === "smtps:" || url.port === "465",
    ...(url.port === "" ? {} : { port: Number(url.port) }),
    ...(user === "" ? {} : { auth: { user, pass } }),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new TypeError(`${NAME}: url must have its user and password percent-encoded`);
  }
}

function serverOf(options: unknown): SmtpServer {
  checkNames(`${NAME}: options`, options as SmtpServer, {
    host: true,
    port: true,
    secure: true,
    requireTLS: true,
    name: true,
    auth: true,
    tls: true,
    dkim: true,
  });
  const server = options as Record<keyof SmtpServer, unknown>;
  requiredText(NAME, "options.host", server.host);
  textOption(NAME, "options.name", server.name);
  must(server.port === undefined || isPort(server.port), "options.port must be an integer from 1 to 65535");
  for (const flag of ["secure", "requireTLS"] as const)
    must([undefined, true, false].includes(server[flag] as boolean), `options.${flag} must be true or false`);
  for (const part of ["auth", "tls", "dkim"] as const)
    must(server[part] === undefined || isObject(server[part]), `options.${part} must be an object`);
  const tls = (server.tls ?? {}) as Record<string, unknown>;
  must(
    tls["rejectUnauthorized"] !== false && tls["checkServerIdentity"] === undefined,
    "options.tls must leave the server's certificate checked; name its authority in ca",
  );
  return Object.fromEntries(
    Object.entries(server).filter(([, value]) => value !== undefined),
  ) as unknown as SmtpServer;
}

function senderOf(from: unknown): SmtpSettings["from"] {
  if (typeof from === "string") return { name: undefined, address: addressOption("from", from) };
  must(isObject(from), "from must be an email address, or { name, address }");
  checkNames(`${NAME}: from`, from as { name: string; address: string }, { name: true, address: true });
  const { name, address } = from as Record<string, unknown>;
  return { name: textOption(NAME, "from.name", name), address: addressOption("from.address", address) };
}

function addressOption(option: string, value: unknown): string {
  const address = parseEmail(value);
  if (address === undefined) throw new TypeError(`${NAME}: ${option} must be one email address`);
  return address;
}

/** What stays on the machine needs no TLS. */
const isHere = (host: string) => /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
const isPort = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;
const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

function must(isRight: boolean, what: string): asserts isRight {
  if (!isRight) throw new TypeError(`${NAME}: ${what}`);
}
