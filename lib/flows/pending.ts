import type { ChallengeRef, Purpose } from "../challenges/challenge.ts";
import { FactorError, isFactorError } from "../errors.ts";
import type { DeliveredFactor } from "../factors/factor.ts";
import { digestKey } from "../secret.ts";
import type { PendingRecord, ReadAnswer } from "../stores/store.ts";
import { deliveredNamed, type House } from "./house.ts";
import { mustProve } from "./on-file.ts";
import type { SessionState } from "./session-state.ts";
import type { Visit } from "./visit.ts";

/** A code that is pending, or may be sent: about what, carried by which factor. */
export interface Pending {
  ref: ChallengeRef;
  factor: DeliveredFactor;
  note: PendingNote;
}

/** What is kept with a pending code. Of a code that goes to the number on file and was plainly sent: nothing. */
export interface PendingNote {
  /** The number that is being registered, sealed; absent where the number is on file. */
  to?: string;
  /** The message was not taken, and delivery is not strict. */
  undelivered?: true;
  /** What the provider said of the last message of each factor. */
  receipts?: Readonly<Record<string, ReceiptNote>>;
}

export interface ReceiptNote {
  id?: string;
  status: "queued" | "sent";
  /** The provider made the code, and judges it. */
  managed?: boolean;
  /** The provider will tell more. */
  reports?: boolean;
}

export const readNote = (text: string): PendingNote => (text === "" ? {} : (JSON.parse(text) as PendingNote));
export const writeNote = (note: PendingNote): string =>
  Object.keys(note).length === 0 ? "" : JSON.stringify(note);

/**
 * Under which handle a session's code is pending: one at a time, and none of another session's. The id itself is nowhere written. A code that a REST
 * call asked for by naming a tenant is typed in a call that names it too, and at no other door.
 */
export const bindingOf = ({ request, named = "" }: Pick<Visit, "request" | "named">, what = ""): string =>
  digestKey(["session", request.sessionID as string, named, what]);

/** Everything that the keys of a code need. */
export function refOf(
  house: House,
  visit: Visit,
  factor: DeliveredFactor,
  about: { purpose: Purpose; to: string; onFile: boolean; binding?: string },
): ChallengeRef {
  const { purpose, to, onFile, binding = bindingOf(visit) } = about;
  const lane = house.devices.laneOf(visit.request, visit.account);
  const { name, channel } = factor;
  return { purpose, account: visit.account, to, binding, onFile, factor: name, channel, lane };
}

/** The code of a login or a step-up, which goes to the number on file. */
export function toOnFile(
  house: House,
  visit: Visit,
  state: SessionState,
  factor: DeliveredFactor,
  to: string,
): Pending {
  const purpose = state.passed.length > 0 ? "step-up" : "login";
  return { ref: refOf(house, visit, factor, { purpose, to, onFile: true }), factor, note: {} };
}

/** Replacing a number that is on file needs a factor passed this recently (ASVS 7.5.1). */
export const FRESH_MS = 10 * 60_000;

/** A number that is being registered may be sent to again for this long after its code is over. */
export const REGISTERING_MS = 10 * 60_000;

export function provenWithin(house: House, state: SessionState, ms: number): boolean {
  return state.passed.some((each) => house.clock() - each.at < ms);
}

const sealContext = (house: House, account: string) => `registering:${house.tenant}:${account}`;

/** The code of a number that the account wants to register. */
export function toRegister(
  house: House,
  visit: Visit,
  factor: DeliveredFactor,
  to: string,
  onFile: string | undefined,
): Pending {
  const ref = refOf(house, visit, factor, { purpose: "phone", to, onFile: to === onFile });
  return { ref, factor, note: { to: house.box.seal(to, sealContext(house, visit.account)) } };
}

/** What a record is of that is about a number to be registered, in the channel of `factor` where one is named; undefined where that may not go on. */
export async function registering(
  house: House,
  visit: Visit,
  state: SessionState,
  record: PendingRecord,
  factor?: DeliveredFactor,
): Promise<Pending | undefined> {
  const note = readNote(record.note);
  const to = note.to === undefined ? undefined : house.box.open(note.to, sealContext(house, visit.account));
  if (to === undefined) return undefined;
  const onFile = (await house.accounts.phone(visit.user)) ?? undefined;
  const by = factor ?? deliveredNamed(house, record.by.at(-1));
  // Begun before there was a number on file, or long ago: not even the right code moves the second factor any more.
  const fresh = provenWithin(house, state, FRESH_MS + by.rules.ttlMs);
  // The number that is on file already was bound by a request that failed afterwards; its code may be typed again.
  if (!fresh && to !== onFile && (await mustProve(house, visit, onFile))) return undefined;
  return { ref: refOf(house, visit, by, { purpose: "phone", to, onFile: to === onFile }), factor: by, note };
}

/** A pending code as the store has it. */
export interface Found extends Pending {
  record: PendingRecord;
  answer: ReadAnswer;
}

/** What is pending in this session, in the channel of `factor` where one is named; undefined where nothing is that may go on. */
export async function findPending(
  house: House,
  visit: Visit,
  state: SessionState,
  factor?: DeliveredFactor,
): Promise<Found | undefined> {
  const onFile = (await house.accounts.phone(visit.user)) ?? undefined;
  const first = factor ?? deliveredNamed(house, undefined);
  const guess = toOnFile(house, visit, state, first, onFile ?? "");
  const { record, mine, ...answer } = await first.read(guess.ref, house.tools);
  if (record === undefined) return undefined;
  const latest = factor ?? deliveredNamed(house, record.by.at(-1));
  if (mine && latest === first) return { ...guess, note: readNote(record.note), record, answer };
  const pending = mine
    ? { ...toOnFile(house, visit, state, latest, onFile ?? ""), note: readNote(record.note) }
    : await registering(house, visit, state, record, factor);
  const again = pending === undefined ? undefined : await pending.factor.read(pending.ref, house.tools);
  if (pending === undefined || again?.record === undefined || !again.mine) return undefined;
  return { ...pending, record: again.record, answer: again };
}

/** A send that is refused because one has just gone out to that number: the refusal says where its code is typed. */
export async function orStillPending<Answer>(
  to: string,
  send: () => Promise<Answer>,
  find: () => Promise<Found | undefined>,
): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    if (!isFactorError(error) || error.code !== "too_many_requests") throw error;
    const found = await find();
    if (found?.ref.to !== to || found.answer.challenge === undefined) throw error;
    throw new FactorError(error.code, { ...error.details, pending: found.factor.name });
  }
}
