import { randomUUID } from "node:crypto";
import type { ChallengeRef, ChallengeRules, Issued } from "../challenges/challenges.ts";
import { readCode } from "../challenges/code.ts";
import { createDeadlines, type Deadlines } from "../deadlines.ts";
import { FactorError } from "../errors.ts";
import type { PhonePolicy } from "../phone/policy.ts";
import { deliveryError, type Message, type Receipt, type Transport } from "../transports/transport.ts";
import type { Begun, DeliveredFactor, FactorTools } from "./factor.ts";
import { messageText } from "./message-text.ts";

export interface DeliveredCode {
  name: string;
  channel: string;
  amr: string;
  transport: Transport;
  timeoutMs: number;
  strict: boolean;
  phones: PhonePolicy;
  rules: ChallengeRules;
}

/** The shape of every factor that brings a code to a phone. */
export function deliveredCode(parts: DeliveredCode): DeliveredFactor {
  const { name, channel, amr, transport, strict, phones, rules, timeoutMs } = parts;
  const deadlines = createDeadlines(timeoutMs, () =>
    deliveryError("ambiguous", `${transport.name}: no answer within ${timeoutMs} ms`),
  );

  // A call reads out codes and a template of WhatsApp holds one; a verifier that makes its codes itself has no words but its own.
  const carriesText = channel === "sms" && transport.check === undefined;

  async function messageOf(
    ref: ChallengeRef,
    locale: string,
    { code: live, reference, expiresAt }: Issued,
    tools: FactorTools,
    instead: string | undefined,
  ): Promise<Message> {
    const { appName, host } = tools;
    const code = instead === undefined ? live : "";
    const text =
      instead ?? messageText({ code, reference, locale, appName, host, ttlMs: rules.ttlMs, channel });
    const script = channel === "call" ? { code, locale, expiresAt } : undefined;
    const callbacks =
      transport.callbacks === undefined ? undefined : await tools.callbacks(transport, script);
    return {
      id: randomUUID(),
      channel,
      to: ref.to,
      text,
      code,
      reference,
      purpose: ref.purpose,
      locale,
      appName,
      expiresAt,
      ...(callbacks === undefined ? {} : { callbacks }),
    };
  }

  return {
    name,
    channel,
    amr,
    field: "pin_number",
    transport,
    strict,
    phones,
    rules,
    enrolled: async ({ phone }) => phone !== undefined && transport.off !== true,
    async begin({ ref, locale, instead }, tools) {
      if (transport.off === true) throw new FactorError("delivery_disabled");
      const issued = await tools.challenges.issue(ref, rules, tools.fixedCode(ref.to));
      const { code: _secret, ...begun } = issued;
      if (tools.fixedCode(ref.to) !== undefined)
        return {
          ...begun,
          tookMs: 0,
          unsent: "test number",
          receipt: { status: "sent", provider: "test number" },
        };
      if (instead !== undefined && !carriesText)
        return { ...begun, tookMs: 0, unsent: "replaced", receipt: unsentReceipt(transport) };
      const start = performance.now();
      const message = await messageOf(ref, locale, issued, tools, instead);
      const sent = await deliver(transport, deadlines, message);
      const tookMs = performance.now() - start;
      // A repeated code may already have arrived by the message before; only a code that nobody has is removed.
      if ("failure" in sent && strict && !issued.repeated) await tools.challenges.revoke(ref, true);
      return { ...begun, ...sent, tookMs } satisfies Begun;
    },
    parse: (response) => readCode(response, rules.codeLength),
    async verify(ref, { code, managed }, tools) {
      const check = transport.check?.bind(transport);
      if (managed === undefined || check === undefined) return tools.challenges.verify(ref, code, rules);
      return tools.challenges.verifyElsewhere(ref, rules, async () => {
        try {
          return await deadlines.race((signal) => check({ id: managed, to: ref.to, code }, signal));
        } catch (cause) {
          throw new FactorError("verifier_unavailable", { retryAfter: 5, cause });
        }
      });
    },
    read: (ref, tools) => tools.challenges.read(ref, rules),
    revoke: (ref, undelivered, tools) => tools.challenges.revoke(ref, undelivered),
  };
}

/** For what was never sent. Of a managed verifier it has no id: there is nothing that the verifier could judge. */
export function unsentReceipt(transport: Transport): Receipt {
  return { status: "sent", ...(transport.check === undefined ? {} : { managed: true }) };
}

type Delivered = { receipt: Receipt } | { failure: unknown };

/** The receipt, or the reason why the transport did not take the message. */
async function deliver(transport: Transport, deadlines: Deadlines, message: Message): Promise<Delivered> {
  try {
    const receipt: Receipt | undefined = await deadlines.race(async (signal) =>
      transport.send(message, signal),
    );
    if (receipt === undefined)
      return { failure: deliveryError("ambiguous", `${transport.name}: answered no receipt`) };
    return { receipt };
  } catch (error) {
    return { failure: error ?? deliveryError("ambiguous", `${transport.name}: failed without a reason`) };
  }
}
