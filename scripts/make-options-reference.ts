import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { factorsSchema } from "../lib/setup/options.ts";
import { limitsSchema } from "../lib/setup/limits.ts";
import { callSchema } from "../lib/factors/call.ts";
import { whatsappSchema } from "../lib/factors/whatsapp.ts";
import { backupCodesSchema } from "../lib/factors/backup-codes.ts";
import { emailSchema } from "../lib/factors/email.ts";
import { webauthnSchema } from "../lib/factors/webauthn.ts";
import { totpSchema } from "../lib/factors/totp.ts";
import { passwordSchema as recoveryPasswordSchema, recoverySchema } from "../lib/flows/recovery/options.ts";
import { trustedDeviceSchema } from "../lib/factors/trusted-device.ts";
import { delegateSchema } from "../lib/factors/delegate.ts";
import { secretQuestionsSchema } from "../lib/factors/secret-questions.ts";
import { oldPasswordSchema } from "../lib/factors/old-password.ts";
import { smsSchema } from "../lib/factors/sms.ts";
import type { OptionSchema, OptionSpec } from "../lib/options.ts";
import { auditSchema } from "../lib/observe/audit.ts";
import { passwordSchema } from "../lib/passwords/policy.ts";
import { bearerProofsSchema } from "../lib/routers/bearer-proofs.ts";
import { memorySchema } from "../lib/stores/memory.ts";

/** The reference page of all options, made from the schemas that check them. */
export function optionsReference(): string {
  return [
    "# Options",
    "",
    "Made from the schemas that check the options (`npm run docs` in the repository). An option out of range, or one that is not known, throws a `TypeError` at start that names it.",
    "",
    ...table("createFactors(options)", factorsSchema),
    ...table("createFactors: limits", limitsSchema),
    ...table("sms(options)", smsSchema),
    ...table("call(options)", callSchema),
    ...table("whatsapp(options)", whatsappSchema),
    ...table("backupCodes(options)", backupCodesSchema),
    ...table("passkey(options) and securityKey(options)", webauthnSchema),
    ...table("totp(options)", totpSchema),
    ...table("recovery(factors, options)", recoverySchema),
    ...table("recovery: password", recoveryPasswordSchema),
    ...table("bearerProofs(factors, options)", bearerProofsSchema),
    ...table("email(options)", emailSchema),
    ...table("trustedDevice(options)", trustedDeviceSchema),
    ...table("delegate(options)", delegateSchema),
    ...table("secretQuestions(options)", secretQuestionsSchema),
    ...table("oldPassword(options)", oldPasswordSchema),
    ...table("createPasswordPolicy(options)", passwordSchema),
    ...table("memoryStore(options)", memorySchema),
    ...table("auditTrail(factors, client, options)", auditSchema),
    "## redisStore(client, options)",
    "",
    "| option | default | allowed | what it is |",
    "| --- | --- | --- | --- |",
    '| `prefix` | `"{factors}"` | a text with a `{hash tag}` | Before every key; the hash tag keeps every step in one slot. |',
    "",
  ].join("\n");
}

function table(title: string, schema: OptionSchema): string[] {
  const rows = Object.entries(schema).map(
    ([name, spec]) => `| \`${name}\` | ${shown(spec)} | ${spec.shape} | ${about(spec)} |`,
  );
  return [
    `## ${title}`,
    "",
    "| option | default | allowed | what it is |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ];
}

function shown({ default: value, unit }: OptionSpec<unknown>): string {
  if (value === undefined || value === "") return "";
  // What is left out says so in words.
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return "";
  return `\`${JSON.stringify(value)}\`${unit === undefined ? "" : ` ${unit}`}`;
}

function about({ about: text, source }: OptionSpec<unknown>): string {
  return source === undefined ? text : `${text} (${source})`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(import.meta.dirname, "../docs/options.md"), optionsReference());
}
