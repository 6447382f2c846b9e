import type { ChallengeRef, Purpose } from "../challenges/challenges.ts";
import { FactorError } from "../errors.ts";
import { isDelivered, type Begun, type DeliveredFactor, type Factor } from "../factors/factor.ts";
import { callingCodeOf } from "../phone/calling-code.ts";
import { lastFour } from "../phone/display.ts";
import { parseE164 } from "../phone/parse.ts";
import { randomToken } from "../random-bytes.ts";
import type { Admission } from "../stores/store.ts";
import { failureOf, type DeliveryError, type DeliveryStatus, type Receipt } from "../transports/transport.ts";
import { deliveryOf } from "./delivery.ts";
import { deliveredNamed, tell, type House, type Occasion } from "./house.ts";
import { tellSuppressed } from "./look-up.ts";
import { mustProve } from "./on-file.ts";
import { asTheLastSend, noteOutcome } from "./provider-outcomes.ts";
import type { PendingChallenge, ReceiptNote, SessionState } from "./session-state.ts";
import type { Visit } from "./visit.ts";

/** A pending code, as doors show it. */
export interface Challenge {
  channel: string;
  /** `***-***-1234`. */
  phone_display: string;
  /** The same short mark as in the message. */
  reference: string;
  expires_in_seconds: number;
  /** Rounded up. */
  expires_in_minutes: number;
  attempts_remaining: number;
  /** Seconds until another send may go; 0 when it may go now. */
  resend_after_seconds: number;
  delivery: DeliveryStatus;
}

/** The challenge that a session holds, with everything that its key needs. */
export interface Held {
  pending: PendingChallenge;
  factor: DeliveredFactor;
  ref: ChallengeRef;
}

/** Who and what the events of a challenge tell of. */
export function occasionOf(visit: Visit, factor: Factor, held?: Held): Occasion {
  return {
    account: visit.account,
    factor: factor.name,
    purpose: held?.ref.purpose ?? "login",
    to: held?.ref.to,
    channel: isDelivered(factor) ? factor.channel : undefined,
    ip: visit.ip,
  };
}

/** A new binding for each session that asks, so that strangers guess at their own code and not at this one. */
export function newChallenge(purpose: Purpose, factor: string, sealedTo?: string): PendingChallenge {
  const pending: PendingChallenge = { purpose, factor, sentBy: [], binding: randomToken() };
  if (sealedTo !== undefined) pending.to = sealedTo;
  return pending;
}

/** A pending challenge with all that its key needs. */
export function hold(
  house: House,
  visit: Visit,
  pending: PendingChallenge,
  factor: DeliveredFactor,
  to: string,
  onFile: boolean,
): Held {
  const { purpose, binding } = pending;
  const lane = house.devices.laneOf(visit.request, visit.account);
  const { channel } = factor;
  const { named } = visit;
  return {
    pending: named === undefined ? pending : { ...pending, named },
    factor,
    ref: { purpose, binding, account: visit.account, to, onFile, channel, lane },
  };
}

export function sealNumber(house: House, account: string, to: string): string {
  return house.box.seal(to, `registering:${house.tenant}:${account}`);
}

/** Replacing a number that is on file needs a factor passed this recently (ASVS 7.5.1). */
export const FRESH_MS = 10 * 60_000;

export function provenWithin(house: House, state: SessionState, ms: number): boolean {
  return state.passed.some((each) => house.clock() - each.at < ms);
}

/** The challenge of this session, in the channel of `factor` where one is named; undefined where none is held or its number is gone. */
export function heldChallenge(
  house: House,
  visit: Visit,
  state: SessionState,
  factor?: DeliveredFactor,
): Promise<Held | undefined> | undefined {
  const pending = state.challenge;
  if (pending === undefined || pending.named !== visit.named) return undefined;
  return holdPending(house, visit, state, pending, factor);
}

async function holdPending(
  house: House,
  visit: Visit,
  state: SessionState,
  pending: PendingChallenge,
  factor: DeliveredFactor | undefined,
): Promise<Held | undefined> {
  const onFile = (await house.accounts.phone(visit.user)) ?? undefined;
  const to =
    pending.to === undefined
      ? onFile
      : house.box.open(pending.to, `registering:${house.tenant}:${visit.account}`);
  if (to === undefined) return undefined;
  const by = factor ?? deliveredNamed(house, pending.factor);
  // Begun before there was a number on file, or long ago: not even the right code moves the second factor any more.
  const fresh = provenWithin(house, state, FRESH_MS + by.rules.ttlMs);
  if (pending.to !== undefined && !fresh && (await mustProve(house, visit, onFile))) return undefined;
  return hold(house, visit, pending, by, to, to === onFile);
}

/** What a flow has done, or wants, beside the plain send. */
export interface SendHow {
  /** The request was counted for its address already. */
  admission?: Admission | undefined;
  /** What the message says in place of a code. */
  instead?: string | undefined;
}

/** Sends the code of a held challenge, or repeats it. What is refused never reaches the transport. */
export async function send(
  house: House,
  visit: Visit,
  state: Pick<SessionState, "challenge">,
  held: Held,
  how: SendHow = {},
): Promise<Challenge> {
  const { ref, factor } = held;
  const occasion = occasionOf(visit, factor, held);
  tell(house, "phone_otp_send_start", occasion);
  let begun: Begun;
  try {
    // Comes before anything that is counted for others: who asks too often must not use up the budgets of everybody.
    const admission = "admission" in how ? how.admission : house.sends.admit(visit.ip);
    if (house.beforeSend !== undefined) {
      await admission?.counted;
      await askHook(house, visit, held);
    }
    begun = await factor.begin({ ref, locale: visit.locale, instead: how.instead, admission }, house.tools);
  } catch (error) {
    tellSuppressed(house, occasion, error);
    throw error;
  }
  if (begun.unsent === "replaced") begun = await asTheLastSend(house, held, begun);
  else if (begun.unsent === undefined) {
    house.pace.note(factor, begun.tookMs, begun.receipt?.status);
    await noteOutcome(house, held, "send", begun.failure);
  }
  tellOutcome(house, occasion, factor, begun);
  const { failure, receipt } = begun;
  if (failure !== undefined && factor.strict) throw deliveryFailed(failure);
  state.challenge = afterSend(held, begun);
  return describe(house, held, begun.terms, failure === undefined ? (receipt?.status ?? "sent") : "failed");
}

function tellOutcome(house: House, occasion: Occasion, { transport }: DeliveredFactor, begun: Begun): void {
  const { unsent, failure, receipt } = begun;
  if (unsent === "replaced")
    return tell(house, "phone_otp_send_suppressed", occasion, { reason: "phone_taken" });
  const carried = { duration_ms: begun.tookMs, provider: receipt?.provider ?? transport.name };
  if (failure === undefined)
    return tell(house, "phone_otp_send_delivery_completed", occasion, { ...carried, price: receipt?.price });
  const delivery = failureOf(failure);
  tell(house, "phone_otp_send_delivery_failed", occasion, {
    ...carried,
    reason: "delivery_failed",
    delivery,
  });
  house.onError(deliveryFailed(failure));
}

/** The app's own check (captcha, risk score): false, or an error, refuses. A refused send counts for the address. */
async function askHook(house: House, visit: Visit, { ref, factor }: Held): Promise<void> {
  const { account, locale, request, ip } = visit;
  const { purpose, to } = ref;
  const calling_code = callingCodeOf(to);
  let answer: unknown;
  try {
    answer = await house.beforeSend?.({
      account,
      channel: factor.channel,
      purpose,
      to,
      calling_code,
      ip,
      locale,
      request,
    });
  } catch (cause) {
    throw new FactorError("send_refused", { cause });
  }
  if (answer === false) throw new FactorError("send_refused");
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

function afterSend({ pending, factor }: Held, { failure, receipt }: Begun): PendingChallenge {
  const next = { ...pending, factor: factor.name };
  if (!pending.sentBy.includes(factor.name)) next.sentBy = [...pending.sentBy, factor.name];
  // What arrived before may still be typed, so its receipt stays.
  if (failure !== undefined || receipt === undefined) {
    next.undelivered = true;
    return next;
  }
  delete next.undelivered;
  const note = noteOf(receipt, factor);
  // What says nothing but "sent" is what is taken for granted.
  if (note !== PLAINLY_SENT || pending.receipts !== undefined)
    next.receipts = { ...pending.receipts, [factor.name]: note };
  return next;
}

const PLAINLY_SENT: ReceiptNote = { status: "sent" };

function noteOf({ id, status, managed }: Receipt, { transport }: DeliveredFactor): ReceiptNote {
  const reports = transport.callbacks !== undefined;
  if (id === undefined && managed !== true && !reports && status === "sent") return PLAINLY_SENT;
  const note: ReceiptNote = { status };
  if (id !== undefined) note.id = id;
  if (managed === true) note.managed = true;
  if (reports) note.reports = true;
  return note;
}

/** The pending code as doors show it; `delivery` is asked for where it is not known yet. */
export async function describePending(
  house: House,
  held: Held,
  code: { attemptsRemaining: number; expiresAt: number; resendAfterMs: number },
): Promise<Challenge> {
  const reference = house.tools.challenges.referenceOf(held.ref);
  return describe(house, held, { ...code, reference }, await deliveryOf(house, held.pending));
}

function describe(
  house: House,
  { ref, factor }: Held,
  code: { reference: string; attemptsRemaining: number; expiresAt: number; resendAfterMs: number },
  delivery: DeliveryStatus,
): Challenge {
  const left = Math.max(0, code.expiresAt - house.clock());
  return {
    channel: factor.channel,
    phone_display: displayOf(ref.to),
    reference: code.reference,
    expires_in_seconds: Math.ceil(left / 1000),
    expires_in_minutes: Math.ceil(left / 60_000),
    attempts_remaining: code.attemptsRemaining,
    resend_after_seconds: Math.ceil(code.resendAfterMs / 1000),
    delivery,
  };
}

/** Reading a number costs more than all else here, and a long one hides enough under any calling code. */
export function displayOf(to: string): string {
  if (/^\+[1-9]\d{9,14}$/.test(to)) return `***-***-${to.slice(-4)}`;
  const phone = parseE164(to);
  return phone === undefined ? "***-***-****" : lastFour(phone);
}
