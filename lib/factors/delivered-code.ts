import type { ChallengeRules, Issued } from "../challenges/challenge.ts";
import { readCode } from "../challenges/code.ts";
import { createDeadlines, type Deadlines } from "../deadlines.ts";
import { asError, FactorError } from "../errors.ts";
import type { PhonePolicy } from "../phone/policy.ts";
import { randomToken } from "../crypto/random-bytes.ts";
import {
  deliveryError,
  receiptOf,
  type ManagedAttempt,
  type ManagedVerdict,
  type Message,
  type Receipt,
  type Transport,
} from "../transports/transport.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import type { BeginRequest, DeliveredFactor, FactorTools } from "./factor.ts";
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

  function messageOf(
    { ref, locale, instead }: BeginRequest,
    { code: live, terms: { reference, expiresAt } }: Issued,
    { appName, host, languages }: FactorTools,
  ): Message {
    const code = instead === undefined ? live : "";
    const text =
      instead ??
      messageText({
        code,
        reference,
        t: languages.translator(locale),
        appName,
        host,
        ttlMs: rules.ttlMs,
        channel,
      });
    const { to, purpose } = ref;
    return { id: randomToken(), channel, to, text, code, reference, purpose, locale, appName, expiresAt };
  }

  /** Where the provider tells what becomes of the message, and fetches what a call says. A code whose script has no place is not kept. */
  async function withCallbacks(
    message: Message,
    { ref }: BeginRequest,
    { record, terms: { repeated } }: Issued,
    tools: FactorTools,
  ): Promise<Message> {
    const { code, locale, expiresAt } = message;
    const script = channel === "call" ? { code, locale, expiresAt } : undefined;
    try {
      const callbacks = await tools.callbacks(transport, script);
      return callbacks === undefined ? message : { ...message, callbacks };
    } catch (error) {
      if (!repeated) await tools.challenges.revoke(ref, true, record);
      throw error;
    }
  }

  async function ask(managed: ManagedAttempt, signal: AbortSignal): Promise<ManagedVerdict> {
    const verdict: unknown = await transport.check?.(managed, signal);
    if (verdict === "approved" || verdict === "wrong" || verdict === "expired") return verdict;
    throw wrongAnswer(`${transport.name}: check`, verdict, "approved, wrong or expired");
  }

  return {
    name,
    channel,
    amr,
    class: "phone",
    field: "pin_number",
    transport,
    carriesText,
    strict,
    phones,
    rules,
    enrolled: async ({ phone }) => phone !== undefined && transport.off !== true,
    async begin(request, tools) {
      const { ref, instead, keeping, admission } = request;
      const fixed = tools.fixedCode(ref.to);
      if (transport.off === true) {
        await admission?.counted;
        throw new FactorError("delivery_disabled");
      }
      const issued = await tools.challenges.issue(ref, rules, admission, keeping, fixed);
      if ("other" in issued) return issued;
      const { terms, record } = issued;
      const unsent = { terms, record, tookMs: 0 };
      if (fixed !== undefined)
        return { ...unsent, unsent: "test number", receipt: { status: "sent", provider: "test number" } };
      if (instead !== undefined && !carriesText)
        return { ...unsent, unsent: "replaced", receipt: unsentReceipt(transport) };
      const start = performance.now();
      const message = messageOf(request, issued, tools);
      const addressed =
        transport.callbacks === undefined ? message : await withCallbacks(message, request, issued, tools);
      const sent = await deliver(transport, deadlines, addressed);
      const tookMs = performance.now() - start;
      // A repeated code may already have arrived by the message before; only a code that nobody has is removed.
      if ("failure" in sent && strict && !terms.repeated) await tools.challenges.revoke(ref, true, record);
      return { terms, record, tookMs, ...sent };
    },
    parse: (response) => readCode(response, rules.codeLength),
    verify(ref, { code, managed, admission }, tools) {
      if (managed === undefined || transport.check === undefined)
        return tools.challenges.verify(ref, code, rules, admission);
      return tools.challenges.verifyElsewhere(ref, code, rules, admission, async () => {
        try {
          return await deadlines.race((signal) => ask({ id: managed, to: ref.to, code }, signal));
        } catch (thrown) {
          throw new FactorError("verifier_unavailable", { retryAfter: 5, cause: asError(thrown) });
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

type Delivered = { receipt: Receipt } | { failure: Error };

/** The receipt, or the reason why the transport did not take the message. */
async function deliver(transport: Transport, deadlines: Deadlines, message: Message): Promise<Delivered> {
  try {
    const answer = await deadlines.race((signal) => transport.send(message, signal));
    return { receipt: receiptOf(transport.name, answer) };
  } catch (thrown) {
    return { failure: asError(thrown) };
  }
}
