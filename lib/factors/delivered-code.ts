import { randomUUID } from "node:crypto";
import type { ChallengeRules } from "../challenges/challenges.ts";
import { readCode } from "../challenges/code.ts";
import { translator } from "../locales/translate.ts";
import type { PhonePolicy } from "../phone/policy.ts";
import { sendWithin } from "../transports/deadline.ts";
import type { Message, Receipt, Transport } from "../transports/transport.ts";
import type { Factor } from "./factor.ts";

export interface DeliveredCode {
  name: string;
  amr: string;
  transport: Transport;
  timeoutMs: number;
  strict: boolean;
  phones: PhonePolicy;
  rules: ChallengeRules;
}

/** The shape of every factor that brings a code to a phone. */
export function deliveredCode(parts: DeliveredCode): Factor {
  const { name, amr, transport, strict, phones, rules, timeoutMs } = parts;
  return {
    name,
    amr,
    strict,
    phones,
    ttlSeconds: rules.ttlMs / 1000,
    codeLength: rules.codeLength,
    async begin({ ref, locale, gate }, tools) {
      // A refused send must not replace the code that is alive.
      if (rules.resend === "new") await gate;
      // Both leave in one tick, so that a send costs one round trip.
      const [opened, issued] = await Promise.allSettled([gate, tools.challenges.issue(ref, rules)]);
      if (opened.status === "rejected") {
        if (issued.status === "fulfilled" && !issued.value.repeated)
          await tools.challenges.revoke(ref, false);
        throw opened.reason;
      }
      if (issued.status === "rejected") throw issued.reason;
      const { code, ...begun } = issued.value;
      const text = messageText({
        code,
        locale,
        appName: tools.appName,
        host: tools.host,
        ttlMs: rules.ttlMs,
      });
      const failure = await deliver(transport, timeoutMs, {
        id: randomUUID(),
        channel: name,
        to: ref.to,
        text,
        code,
        purpose: ref.purpose,
        locale,
        expiresAt: begun.expiresAt,
      });
      if (failure === undefined) return begun;
      // A repeated code may already have arrived by the message before; only a code that nobody has is removed.
      if (strict && !begun.repeated) await tools.challenges.revoke(ref, true);
      return { ...begun, failure };
    },
    parse: (response) => readCode(response, rules.codeLength),
    verify: (ref, code, tools) => tools.challenges.verify(ref, code, rules),
    read: (ref, tools) => tools.challenges.read(ref, rules),
    revoke: (ref, undelivered, tools) => tools.challenges.revoke(ref, undelivered),
  };
}

/** The reason why the transport did not take the message, or undefined. */
async function deliver(transport: Transport, timeoutMs: number, message: Message): Promise<unknown> {
  try {
    const receipt: Receipt | undefined = await sendWithin(transport, message, timeoutMs);
    return receipt === undefined ? new Error(`${transport.name}: answered no receipt`) : undefined;
  } catch (error) {
    return error ?? new Error(`${transport.name}: failed without a reason`);
  }
}

interface TextParts {
  code: string;
  locale: string;
  appName: string;
  host: string | undefined;
  ttlMs: number;
}

/**
 * The message: who, what for, how long, and never to share it; no URL. The last line is origin-bound
 * (WICG "Origin-bound one-time codes"): nothing may follow it, not even a newline.
 */
export function messageText({ code, locale, appName, host, ttlMs }: TextParts): string {
  const text = translator(locale)("sms.text", {
    code,
    app: appName,
    minutes: Math.floor(ttlMs / 60_000) || 1,
  });
  return host === undefined ? text : `${text}\n\n@${host} #${code}`;
}
