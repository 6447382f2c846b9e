import type { ChallengeRef, Keeping, Other } from "../../challenges/challenge.ts";
import { FactorError } from "../../errors.ts";
import { namesOf } from "../../factors/code-names.ts";
import { sendsCode } from "../../factors/define-factor.ts";
import type { Begun, CodeFactor, Factor, Instead } from "../../factors/factor.ts";
import { inFull } from "../../phone/display.ts";
import { failureOf, type DeliveryError, type Receipt } from "../../transports/transport.ts";
import type { Admission } from "../../stores/store.ts";
import { wrongAnswer } from "../../wrong-answer.ts";
import { deliveryOf, isLost, type Delivery } from "./delivery.ts";
import { displayIn, type Displayed } from "./display.ts";
import { emit, type Engine, type Occasion } from "../engine.ts";
import { emitAsked, emitSuppressed } from "./look-up.ts";
import { asTheLastSend, noteOutcome } from "./provider-outcomes.ts";
import {
  readNote,
  REGISTERING_MS,
  writeNote,
  type Found,
  type Pending,
  type PendingNote,
  type ReceiptNote,
} from "./pending.ts";
import type { RequestContext } from "../request-context.ts";

/** A pending code, as doors show it. */
export interface Challenge extends Delivery, Displayed {
  /** How the code goes out. */
  channel: string;
  /** The same short mark as in the message. */
  reference: string;
  /** Seconds that it lives on. */
  expires_in_seconds: number;
  /** Rounded up. */
  expires_in_minutes: number;
  /** Guesses that are left. */
  attempts_remaining: number;
  /** Seconds until another send may go; 0 when it may go now. */
  resend_after_seconds: number;
  /** For pages: the whole number, where somebody has just typed it, as it is written abroad. */
  typed_number?: string;
}

/** Who and what the events of a challenge tell of. */
export function occasionOf(context: RequestContext, factor: Factor, ref?: ChallengeRef): Occasion {
  return {
    account: context.account,
    factor: factor.name,
    purpose: ref?.purpose ?? "login",
    sentTo: ref?.to === "" ? undefined : ref,
    channel: sendsCode(factor) ? factor.code.channel : undefined,
    ip: context.ip,
  };
}

interface HowToSend {
  /** The request was counted for its address already. */
  admission?: Admission | undefined;
  /** What becomes of a code about something else that is pending in this session. */
  other?: Keeping["other"];
  /** Says something else in place of the code. */
  instead?: Instead | undefined;
}

/**
 * Sends a code, or repeats it; or says something else `instead`. What is refused never reaches the transport. Answers what else is pending where it is
 * to `tell` of it, and has done nothing then.
 */
export async function send(
  engine: Engine,
  context: RequestContext,
  pending: Pending,
  how: HowToSend = {},
): Promise<Challenge | Other> {
  const { ref, factor } = pending;
  const { code } = factor;
  const { other = "replace", instead } = how;
  const occasion = occasionOf(context, factor, ref);
  let begun: Begun | Other;
  try {
    // Comes before anything that is counted for others: who asks too often must not use up the budgets of everybody.
    const admission = "admission" in how ? how.admission : engine.sends.admit(context.ip);
    if (engine.beforeSend !== undefined) {
      await admission?.counted;
      await askHook(engine, context, pending);
    }
    const keepMs = pending.note.to === undefined ? 0 : REGISTERING_MS;
    const keeping = { note: writeNote(pending.note), other, keepMs };
    begun = await code.begin({ ref, keeping, locale: context.locale, instead, admission }, engine.tools);
  } catch (error) {
    emitAsked(engine, occasion, ref.kind);
    emitSuppressed(engine, occasion, ref.kind, error);
    throw error;
  }
  if ("other" in begun) return begun;
  emitAsked(engine, occasion, ref.kind);
  if (begun.unsent === "replaced") begun = await asTheLastSend(engine, pending, begun);
  else if (begun.unsent === undefined) {
    engine.sendTiming.note(code, begun.tookMs, begun.receipt?.status);
    await noteOutcome(engine, pending, "send", begun.failure);
  }
  emitOutcome(engine, occasion, factor, begun);
  const { failure, receipt } = begun;
  if (failure !== undefined && code.strict) throw deliveryFailed(failure);
  await keepReceipt(engine, pending, begun);
  const delivery = failure === undefined ? (receipt?.status ?? "sent") : "failed";
  return describe(engine, pending, begun.terms, { delivery });
}

function emitOutcome(engine: Engine, occasion: Occasion, { code }: CodeFactor, begun: Begun): void {
  const { unsent, failure, receipt } = begun;
  const { transport, destination } = code;
  const { events } = namesOf(destination.kind);
  if (unsent === "replaced") return emit(engine, events.suppressed, occasion, { reason: "phone_taken" });
  const carried = { duration_ms: begun.tookMs, provider: receipt?.provider ?? transport.name };
  if (failure === undefined)
    return emit(engine, events.sent, occasion, { ...carried, price: receipt?.price });
  const delivery = failureOf(failure);
  emit(engine, events.undelivered, occasion, {
    ...carried,
    reason: "delivery_failed",
    delivery,
  });
  engine.onError(deliveryFailed(failure));
}

/** As errors and {@link Engine.times} call it. */
export const HOOK = "beforeSend";

/** The app's own check (captcha, risk score): false, or an error, refuses. A refused send counts for the address. */
async function askHook(engine: Engine, context: RequestContext, { ref, factor }: Pending): Promise<void> {
  const { account, locale, request, ip } = context;
  const { purpose, to } = ref;
  const { channel } = factor.code;
  const of = namesOf(ref.kind).isPhone ? { calling_code: ref.area?.code ?? "unknown" } : {};
  const attempt = { account, channel, purpose, to, ...of, ip, locale, request };
  let answer: unknown;
  const start = performance.now();
  try {
    answer = await engine.inTime(HOOK, () => engine.beforeSend?.(attempt));
  } catch (cause) {
    throw new FactorError("send_refused", { cause });
  } finally {
    engine.times.note(HOOK, performance.now() - start);
  }
  if (answer === false) throw new FactorError("send_refused");
  if (answer !== true && answer !== undefined)
    throw new FactorError("send_refused", {
      cause: wrongAnswer("beforeSend", answer, "true, false or undefined"),
    });
}

/** What the provider refused for a reason that the person can mend is told so. */
function deliveryFailed(failure: unknown): FactorError {
  const { refusal, retryAfter } = failure as Partial<DeliveryError>;
  return new FactorError(refusal ?? "delivery_failed", {
    cause: failure,
    ...(refusal === "invalid_phone_number" ? { field: "phone_number" } : {}),
    ...(refusal === "too_many_requests" ? { retryAfter: retryAfter ?? 60 } : {}),
  });
}

/**
 * Keeps what became of the message with the code, unless a newer one has taken its place. The message is out: that it cannot be kept is no reason to say
 * that it is not, but where a managed verifier is asked about it by its id.
 */
async function keepReceipt(
  engine: Engine,
  { ref, factor }: Pending,
  { record, failure, receipt }: Begun,
): Promise<void> {
  const { undelivered: _before, ...note }: PendingNote = readNote(record.note);
  // What arrived before may still be typed, so its receipt stays.
  if (failure !== undefined || receipt === undefined) return amend({ ...note, undelivered: true });
  const said = noteOf(receipt, factor);
  // What says nothing but "sent" is what is taken for granted.
  const plain = said === PLAINLY_SENT && note.receipts === undefined;
  return amend(plain ? note : { ...note, receipts: { ...note.receipts, [factor.name]: said } });

  async function amend(after: PendingNote): Promise<void> {
    const text = writeNote(after);
    if (text === record.note) return;
    const kept = engine.tools.challenges.amend(ref.binding, record, text);
    await (receipt?.managed === true ? kept : kept.catch(engine.onError));
  }
}

const PLAINLY_SENT: ReceiptNote = { status: "sent" };

function noteOf({ id, status, managed }: Receipt, { code: { transport } }: CodeFactor): ReceiptNote {
  const reports = transport.callbacks !== undefined;
  // Nobody asks for the id of what nobody judges or reports.
  const isNamed = id !== undefined && (managed === true || reports);
  if (!isNamed && managed !== true && !reports && status === "sent") return PLAINLY_SENT;
  const note: ReceiptNote = { status };
  if (isNamed) note.id = id;
  if (managed === true) note.managed = true;
  if (reports) note.reports = true;
  return note;
}

/** The pending code as doors show it. Throws `no_challenge` where none is alive. */
export async function describeFound(engine: Engine, found: Found): Promise<Challenge> {
  const { challenge, resendAfterMs } = found.answer;
  if (challenge === undefined) throw new FactorError("no_challenge");
  const reference = engine.tools.challenges.referenceOf(found.record);
  const delivery = await deliveryOf(engine, found.note, found.factor.name);
  // What did not arrive need not be waited for; a cap of the hour or the day is longer than any wait between two sends.
  const waits =
    !isLost(delivery.delivery) || resendAfterMs > Math.max(...found.factor.code.rules.sends.cooldownsMs);
  const described = describe(
    engine,
    found,
    { ...challenge, resendAfterMs: waits ? resendAfterMs : 0, reference },
    delivery,
  );
  if (found.note.to === undefined) return described;
  const { to, kind } = found.ref;
  return { ...described, typed_number: namesOf(kind).isPhone ? inFull(to) : to };
}

function describe(
  engine: Engine,
  { ref, factor }: Pending,
  code: { reference: string; attemptsRemaining: number; expiresAt: number; resendAfterMs: number },
  delivered: Delivery,
): Challenge {
  const left = Math.max(0, code.expiresAt - engine.clock());
  return {
    channel: factor.code.channel,
    ...displayIn(factor, ref.to),
    reference: code.reference,
    expires_in_seconds: Math.ceil(left / 1000),
    expires_in_minutes: Math.ceil(left / 60_000),
    attempts_remaining: code.attemptsRemaining,
    resend_after_seconds: Math.ceil(code.resendAfterMs / 1000),
    ...delivered,
  };
}
