import { inProduction } from "../../environment.ts";
import { checkNames } from "../../options.ts";
import { consoleTransport } from "../console.ts";
import { given, naming, variablesOf, type Env } from "../env-variables.ts";
import type { Transport } from "../transport.ts";
import { smtpTransport } from "./transport.ts";

/**
 * What carries mails, as the environment has it: `SMTP_URL` and `SMTP_FROM`, and where they are wished `SMTP_BOUNCES` and `SMTP_TIMEOUT_MS`, all behind one
 * prefix. Without `SMTP_URL` mails are shown in the terminal, which production refuses. Throws a TypeError that names the variable; values are not shown.
 *
 * @example
 * const transport = mailTransportFromEnv(process.env);
 */
export function mailTransportFromEnv(env: Env, options: { prefix?: string } = {}): Transport {
  checkNames("mailTransportFromEnv", options, { prefix: true });
  const { prefix = "" } = options;
  const { text, needed, integer } = variablesOf(env, prefix);
  const url = text("SMTP_URL");
  if (url === undefined) {
    if (!inProduction(env)) return consoleTransport();
    throw new TypeError(`${prefix}SMTP_URL is required in production, where codes do not belong in a log`);
  }
  const from = needed("SMTP_FROM", `${prefix}SMTP_URL is set`);
  const optional = given({ bounces: text("SMTP_BOUNCES"), timeoutMs: integer("SMTP_TIMEOUT_MS") });
  return naming(prefix, "SMTP_", () => smtpTransport({ url, from, ...optional }));
}
