import type { ChallengeRules, Issued } from "../challenges/challenge.ts";
import { createDeadlines, type Deadlines } from "../deadlines.ts";
import { asError, FactorError } from "../errors.ts";
import { randomToken } from "../crypto/random-token.ts";
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
import { checkedDestination } from "./checked-destination.ts";
import type { CodeSection, MessageWords } from "./code-section.ts";
import type { BeginRequest, FactorTools, SentCode } from "./factor.ts";
import { messageWords } from "./message-text.ts";

const TIMEOUT_MS = 5000;

/** The machine behind every factor that sends a code: makes it, hands it to the transport, and judges what is typed. */
export function createSentCode(name: string, section: CodeSection, rules: ChallengeRules): SentCode {
  const { transport, channel = name, readOut = false, message: wordsOf = messageWords } = section;
  const strict = section.strict ?? true;
  const timeoutMs = section.timeoutMs ?? transport.timeoutMs ?? TIMEOUT_MS;
  const deadlines = createDeadlines(timeoutMs, () =>
    deliveryError("ambiguous", `${transport.name}: no answer within ${timeoutMs} ms`),
  );
  // A verifier that makes its codes itself has no words but its own.
  const carriesText = transport.check === undefined && (section.carriesText ?? true);
  const minutes = Math.floor(rules.ttlMs / 60_000) || 1;

  function messageOf(
    { ref, locale, instead }: BeginRequest,
    { code: live, terms: { reference, expiresAt } }: Issued,
    { appName, host, languages }: FactorTools,
  ): Message {
    const code = instead === undefined ? live : "";
    const { to, purpose } = ref;
    const t = languages.translator(locale);
    const words =
      instead === undefined
        ? checkedWords(name, wordsOf({ code, reference, locale, t, appName, host, minutes, purpose }))
        : typeof instead === "string"
          ? { text: instead }
          : instead({ reference });
    return { id: randomToken(), channel, to, code, reference, purpose, locale, appName, expiresAt, ...words };
  }

  /** A code whose message cannot be written is not kept: nobody could know it. */
  async function written(request: BeginRequest, issued: Issued, tools: FactorTools): Promise<Message> {
    try {
      const message = messageOf(request, issued, tools);
      return transport.callbacks === undefined ? message : await withCallbacks(message, tools);
    } catch (error) {
      if (!issued.terms.repeated) await tools.challenges.revoke(request.ref, true, issued.record);
      throw error;
    }
  }

  /** Where the provider tells what becomes of the message, and fetches what a call says. */
  async function withCallbacks(message: Message, tools: FactorTools): Promise<Message> {
    const { code, locale, expiresAt } = message;
    const script = readOut ? { code, locale, expiresAt } : undefined;
    const callbacks = await tools.callbacks(transport, script);
    return callbacks === undefined ? message : { ...message, callbacks };
  }

  async function ask(managed: ManagedAttempt, signal: AbortSignal): Promise<ManagedVerdict> {
    const verdict: unknown = await transport.check?.(managed, signal);
    if (verdict === "approved" || verdict === "wrong" || verdict === "expired") return verdict;
    throw wrongAnswer(`${transport.name}: check`, verdict, "approved, wrong or expired");
  }

  return {
    destination: checkedDestination(section.destination),
    channel,
    transport,
    carriesText,
    strict,
    rules,
    async begin(request, tools) {
      const { ref, instead, keeping, admission } = request;
      const fixed = tools.fixedCode(ref.to, ref.kind);
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
      const message = await written(request, issued, tools);
      const sent = await deliver(transport, deadlines, message);
      const tookMs = performance.now() - start;
      // A repeated code may already have arrived by the message before; only a code that nobody has is removed.
      if ("failure" in sent && strict && !terms.repeated) await tools.challenges.revoke(ref, true, record);
      return { terms, record, tookMs, ...sent };
    },
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
  };
}

/** What the app wrote, as a message takes it: words, and nothing that would send them elsewhere. */
function checkedWords(name: string, answer: unknown): MessageWords {
  const { text, subject, html } = (answer ?? {}) as Partial<Record<keyof MessageWords, unknown>>;
  const isText = (value: unknown) => typeof value === "string" && value !== "";
  const isTextOrNone = (value: unknown) => value === undefined || isText(value);
  if (!isText(text) || !isTextOrNone(subject) || !isTextOrNone(html))
    throw wrongAnswer(`factor "${name}": code.message`, answer, "an object with a text");
  return {
    text: text as string,
    ...(subject === undefined ? {} : { subject: subject as string }),
    ...(html === undefined ? {} : { html: html as string }),
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
