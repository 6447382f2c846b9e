import type { ChallengeRef, Purpose } from "../../challenges/challenge.ts";
import type { DeliveredFactor } from "../../factors/factor.ts";
import { digestKey } from "../../crypto/secret.ts";
import type { PendingRecord, ReadAnswer } from "../../stores/store.ts";
import { deliveredNamed, type Engine } from "../engine.ts";
import { mustProve } from "../on-file.ts";
import type { SessionState } from "../session/session-state.ts";
import type { RequestContext } from "../request-context.ts";

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
export const bindingOf = (
  { request, named = "" }: Pick<RequestContext, "request" | "named">,
  what = "",
): string => digestKey(["session", request.sessionID as string, named, what]);

/** Everything that the keys of a code need. */
export function refOf(
  engine: Engine,
  context: RequestContext,
  factor: DeliveredFactor,
  about: { purpose: Purpose; to: string; onFile: boolean; binding?: string },
): ChallengeRef {
  const { purpose, to, onFile, binding = bindingOf(context) } = about;
  const bucket = engine.devices.bucketOf(context.request, context.account);
  const { name, channel } = factor;
  return { purpose, account: context.account, to, binding, onFile, factor: name, channel, bucket };
}

/** The code of a login or a step-up, which goes to the number on file. */
export function toOnFile(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  factor: DeliveredFactor,
  to: string,
): Pending {
  const purpose = state.passed.length > 0 ? "step-up" : "login";
  return { ref: refOf(engine, context, factor, { purpose, to, onFile: true }), factor, note: {} };
}

/** Replacing a number that is on file needs a factor passed this recently (ASVS 7.5.1). */
export const FRESH_MS = 10 * 60_000;

/** A number that is being registered may be sent to again for this long after its code is over. */
export const REGISTERING_MS = 10 * 60_000;

export function provenWithin(engine: Engine, state: SessionState, ms: number): boolean {
  return state.passed.some((each) => engine.clock() - each.at < ms);
}

const sealContext = (engine: Engine, account: string) => `registering:${engine.tenant}:${account}`;

/** The code of a number that the account wants to register. */
export function toRegister(
  engine: Engine,
  context: RequestContext,
  factor: DeliveredFactor,
  to: string,
  onFile: string | undefined,
): Pending {
  const ref = refOf(engine, context, factor, { purpose: "phone", to, onFile: to === onFile });
  return { ref, factor, note: { to: engine.box.seal(to, sealContext(engine, context.account)) } };
}

/** What a record is of that is about a number to be registered, in the channel of `factor` where one is named; undefined where that may not go on. */
export async function registering(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  record: PendingRecord,
  factor?: DeliveredFactor,
): Promise<Pending | undefined> {
  const note = readNote(record.note);
  const to =
    note.to === undefined ? undefined : engine.box.open(note.to, sealContext(engine, context.account));
  if (to === undefined) return undefined;
  const onFile = (await engine.accounts.phone(context.user)) ?? undefined;
  const by = factor ?? deliveredNamed(engine, record.by.at(-1));
  // Begun before there was a number on file, or long ago: not even the right code moves the second factor any more.
  const fresh = provenWithin(engine, state, FRESH_MS + by.rules.ttlMs);
  // The number that is on file already was bound by a request that failed afterwards; its code may be typed again.
  if (!fresh && to !== onFile && (await mustProve(engine, context, onFile))) return undefined;
  return {
    ref: refOf(engine, context, by, { purpose: "phone", to, onFile: to === onFile }),
    factor: by,
    note,
  };
}

/** A pending code as the store has it. */
export interface Found extends Pending {
  record: PendingRecord;
  answer: ReadAnswer;
}

/** What is pending in this session, in the channel of `factor` where one is named; undefined where nothing is that may go on. */
export async function findPending(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  factor?: DeliveredFactor,
): Promise<Found | undefined> {
  const onFile = (await engine.accounts.phone(context.user)) ?? undefined;
  const first = factor ?? deliveredNamed(engine, undefined);
  const guess = toOnFile(engine, context, state, first, onFile ?? "");
  const { record, mine, ...answer } = await first.read(guess.ref, engine.tools);
  if (record === undefined) return undefined;
  const latest = factor ?? deliveredNamed(engine, record.by.at(-1));
  if (mine && latest === first) return { ...guess, note: readNote(record.note), record, answer };
  const pending = mine
    ? { ...toOnFile(engine, context, state, latest, onFile ?? ""), note: readNote(record.note) }
    : await registering(engine, context, state, record, factor);
  const again = pending === undefined ? undefined : await pending.factor.read(pending.ref, engine.tools);
  if (pending === undefined || again?.record === undefined || !again.mine) return undefined;
  return { ...pending, record: again.record, answer: again };
}
