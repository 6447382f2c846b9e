import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { limitsFromEnv, type ApiClient, type LimitsOptions, type RecoveryOptions } from "passport-factors";

export interface Config {
  host: string;
  port: number;
  /** How people reach the app. */
  publicUrl: URL;
  /** `PUBLIC_URL` was set: providers can call back. */
  reachable?: boolean;
  /** People may have a device remembered, for so many days; left out: never. */
  rememberDays?: number;
  /** Secret questions and old passwords are asked in a recovery, which OWASP ASVS 6.4.2 does not allow; left out: they are not. */
  knowledgeFactors?: boolean;
  /** Numbers are in the vault, on a Redis that persists; left out: sealed in the database. */
  phoneVault?: boolean;
  /** Programs that may use the REST API; left out: no such door. */
  smsApiClients?: ApiClient[];
  /** Limits over all accounts; left out: the package's own. */
  limits?: LimitsOptions;
  databaseUrl: string;
  /** Left out: codes, limits and sessions live in memory. */
  redisUrl?: string;
  /** The first signs and seals, all verify and open. */
  factorsSecret: string[];
  sessionSecret: string[];
  /** Express's `trust proxy`. */
  trustProxy: boolean | number | string;
  /** What a security key on file means for the other ways back; left out: nothing. */
  fido2Mode?: RecoveryOptions["keyMode"];
  /** What a stranger sees of the ways back; left out: the same for everybody. */
  recoveryReveal?: RecoveryOptions["reveal"];
  /** How long a reset on weak proofs waits; left out: there is none. */
  recoveryHoldHours?: number;
  /** Left out: no OAuth door. */
  oauth?: OAuthConfig;
}

export interface OAuthConfig {
  authorizationUrl: string;
  tokenUrl: string;
  userinfoUrl: string;
  clientId: string;
  clientSecret: string;
}

/** A setting that the app cannot start with; the message is one line, for the terminal. */
export class ConfigError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

export interface Place {
  /** Where files go that the app makes itself. */
  dataDirectory: string;
  notice: (line: string) => void;
}

/** Reads the settings from environment variables. Throws a {@link ConfigError} that names the variable. */
export function loadConfig(env: Environment, { dataDirectory, notice }: Place): Config {
  const host = env["HOST"] || "127.0.0.1";
  const port = readPort(env["PORT"]);
  const publicUrl = readUrl(
    "PUBLIC_URL",
    env["PUBLIC_URL"] || `http://${reachable(host)}:${port}`,
    /^https?:$/,
  );
  const trustProxy = readTrustProxy(env["TRUST_PROXY"]);
  if (publicUrl.protocol === "https:" && trustProxy === false) {
    notice(
      "PUBLIC_URL is https, but TRUST_PROXY is not set: behind a proxy that ends TLS, sign-in needs it.",
    );
  }
  const secrets = secretReader(env, { dataDirectory, notice });
  const oauth = readOAuth(env);
  const smsApiClients = readClients(env["SMS_API_CLIENTS"]);
  mkdirSync(dataDirectory, { recursive: true });
  return {
    host,
    port,
    publicUrl,
    reachable: Boolean(env["PUBLIC_URL"]),
    limits: limitsFromEnv(env),
    trustProxy,
    databaseUrl: readDatabaseUrl(env["DATABASE_URL"], dataDirectory),
    factorsSecret: secrets("FACTORS_SECRET"),
    sessionSecret: secrets("SESSION_SECRET"),
    ...(env["REDIS_URL"] ? { redisUrl: readUrl("REDIS_URL", env["REDIS_URL"], /^rediss?:$/).href } : {}),
    ...(oauth === undefined ? {} : { oauth }),
    phoneVault: readVault(env),
    knowledgeFactors: readSwitch(env, "KNOWLEDGE_FACTORS"),
    ...readRememberDays(env),
    ...oneOf(env, "FIDO2_MODE", "fido2Mode", ["optional", "mandatory", "exclusive"]),
    ...oneOf(env, "RECOVERY_REVEAL", "recoveryReveal", ["uniform", "after-proof", "mailed", "always"]),
    ...readHoldHours(env["RECOVERY_HOLD_HOURS"]),
    ...(smsApiClients === undefined ? {} : { smsApiClients }),
  };
}

function readHoldHours(value: string | undefined): { recoveryHoldHours?: number } {
  if (!value) return {};
  const hours = Number(value);
  if (!Number.isInteger(hours) || hours < 1 || hours > 72)
    throw new ConfigError("RECOVERY_HOLD_HOURS must be a whole number from 1 to 72");
  return { recoveryHoldHours: hours };
}

function oneOf<Name extends string, const Word extends string>(
  env: Environment,
  variable: string,
  name: Name,
  words: readonly Word[],
): { [Each in Name]?: Word } {
  const value = env[variable];
  if (!value) return {};
  const word = words.find((each) => each === value);
  if (word === undefined) throw new ConfigError(`${variable} must be one of ${words.join(", ")}`);
  return { [name]: word } as { [Each in Name]?: Word };
}

/** In development there is all there is to try; in production it is asked for. */
function readRememberDays(env: Environment): { rememberDays?: number } {
  const value = env["REMEMBER_DEVICE_DAYS"] || (env["NODE_ENV"] === "production" ? "0" : "30");
  if (value === "0") return {};
  const days = Number(value);
  if (!Number.isInteger(days) || days < 1 || days > 30)
    throw new ConfigError("REMEMBER_DEVICE_DAYS must be 0 to 30");
  return { rememberDays: days };
}

/** Off unless asked for: a Redis that forgets would take the numbers with it. */
function readVault(env: Environment): boolean {
  const wanted = readSwitch(env, "PHONE_VAULT");
  if (wanted && !env["REDIS_URL"]) throw new ConfigError("PHONE_VAULT needs REDIS_URL");
  return wanted;
}

function readSwitch(env: Environment, variable: string): boolean {
  const value = env[variable] || "false";
  if (value !== "true" && value !== "false") throw new ConfigError(`${variable} must be true or false`);
  return value === "true";
}

/** `tenant:client:secret`, with commas between; a client that stands there again has one more secret. */
function readClients(value: string | undefined): ApiClient[] | undefined {
  const entries = (value ?? "").split(",").map((each) => each.trim());
  const clients = new Map<string, { tenant_id: string; client_id: string; secrets: string[] }>();
  for (const entry of entries.filter((each) => each !== "")) {
    const [, tenant_id, client_id, secret] = /^([\w.-]+):([\w.-]+):([\x21-\x7E]+)$/.exec(entry) ?? [];
    if (tenant_id === undefined || client_id === undefined || secret === undefined)
      throw new ConfigError("SMS_API_CLIENTS must be a list of tenant:client:secret, with commas between");
    const known = clients.get(`${tenant_id} ${client_id}`) ?? { tenant_id, client_id, secrets: [] };
    known.secrets.push(secret);
    clients.set(`${tenant_id} ${client_id}`, known);
  }
  return clients.size === 0 ? undefined : [...clients.values()];
}

function readPort(value: string | undefined): number {
  const port = Number(value || 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new ConfigError(`PORT must be 0 to 65535, got "${value}"`);
  return port;
}

/** The value is not told: there may be a password in it. */
function readUrl(name: string, value: string, protocol: RegExp): URL {
  if (!URL.canParse(value) || !protocol.test(new URL(value).protocol))
    throw new ConfigError(`${name} is not a URL that can be used there`);
  return new URL(value);
}

/** As given: `file:chat.db` is a path beside the process, which a parsed URL would lose. */
function readDatabaseUrl(value: string | undefined, dataDirectory: string): string {
  if (!value) return pathToFileURL(join(dataDirectory, "chat.db")).href;
  readUrl("DATABASE_URL", value, /^(file|libsql|https?|wss?):$/);
  return value;
}

/** An address to open in a browser; `0.0.0.0` and `::` are for listening only, and browsers make passkeys for no IP address. */
function reachable(host: string): string {
  if (["0.0.0.0", "::", "127.0.0.1"].includes(host)) return "localhost";
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** `1` is one proxy in front, `loopback` or a list of networks are the proxies' addresses, `true` believes everybody. */
function readTrustProxy(value: string | undefined): Config["trustProxy"] {
  if (value === undefined || value === "" || value === "false") return false;
  if (value === "true") return true;
  return /^\d+$/.test(value) ? Number(value) : value;
}

const MINIMUM_SECRET = 32;

/** Secrets that the environment lacks are made up in development, and kept, so that sealed phone numbers survive a restart. */
function secretReader(env: Environment, { dataDirectory, notice }: Place): (name: string) => string[] {
  const file = join(dataDirectory, "development-secrets.json");
  return (name) => {
    const given = (env[name] ?? "")
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "");
    const short = given.find((each) => each.length < MINIMUM_SECRET);
    if (short !== undefined)
      throw new ConfigError(`${name} must have at least ${MINIMUM_SECRET} characters, got ${short.length}`);
    if (given.length > 0) return given;
    if (env["NODE_ENV"] === "production") {
      throw new ConfigError(
        `${name} is required in production: at least ${MINIMUM_SECRET} random characters, such as from "openssl rand -hex 32"`,
      );
    }
    notice(`${name} is not set; one made up for this machine is used (${relative(process.cwd(), file)}).`);
    return [madeUp(file, name)];
  };
}

function madeUp(file: string, name: string): string {
  const known = readSecrets(file);
  const secret = known[name] ?? randomBytes(32).toString("hex");
  if (known[name] === undefined) {
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ ...known, [name]: secret }, null, 2)}\n`, { mode: 0o600 });
  }
  return secret;
}

function readSecrets(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  } catch {
    return {};
  }
}

function readOAuth(env: Environment): OAuthConfig | undefined {
  const names = ["AUTHORIZATION_URL", "TOKEN_URL", "USERINFO_URL", "CLIENT_ID", "CLIENT_SECRET"].map(
    (each) => `OAUTH_${each}`,
  );
  const missing = names.filter((name) => !env[name]);
  if (missing.length === names.length) return undefined;
  if (missing.length > 0) throw new ConfigError(`for sign-in with OAuth, also set ${missing.join(", ")}`);
  const [authorizationUrl, tokenUrl, userinfoUrl, clientId, clientSecret] = names.map(
    (name) => env[name] as string,
  );
  return { authorizationUrl, tokenUrl, userinfoUrl, clientId, clientSecret } as OAuthConfig;
}
