import type { ChallengeRef, Purpose } from "../../challenges/challenge.ts";
import { namesOf } from "../../factors/code-names.ts";
import type { CodeFactor } from "../../factors/factor.ts";
import { digestKey } from "../../crypto/secret.ts";
import type { PendingRecord, ReadAnswer } from "../../stores/store.ts";
import { codeFactorOf, type Engine } from "../engine.ts";
import { addressOf, hasAny } from "../on-file.ts";
import type { SessionState } from "../session/session-state.ts";
import type { RequestContext } from "../request-context.ts";

/** A code that is pending, or may be sent: about what, carried by which factor. */
export interface Pending {
  ref: ChallengeRef;
  factor: CodeFactor;
  note: PendingNote;
}

/** What is kept with a pending code. Of a code that goes to the address on file and was plainly sent: nothing. */
export interface PendingNote {
  /** The address that is being registered, sealed; absent where it is on file. */
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

/** Codes of one kind of destination share a handle: each kind has one code at a time. */
const handleOf = (kind: string) => `code:${kind}`;

/** Under which handle a session's code is pending that goes to one kind of destination. */
export const codeBindingOf = (
  context: Pick<RequestContext, "request" | "named">,
  { code }: CodeFactor,
): string => bindingOf(context, handleOf(code.destination.kind));

/** Everything that the keys of a code need. */
export function refOf(
  engine: Engine,
  context: RequestContext,
  factor: CodeFactor,
  about: { purpose: Purpose; to: string; onFile: boolean; binding?: string },
): ChallengeRef {
  const { purpose, to, onFile, binding = codeBindingOf(context, factor) } = about;
  const bucket = engine.devices.bucketOf(context.request, context.account);
  const { destination, channel } = factor.code;
  const { account } = context;
  const goesTo = { kind: destination.kind, to, area: to === "" ? undefined : destination.area?.(to) };
  return { purpose, account, ...goesTo, binding, onFile, factor: factor.name, channel, bucket };
}

/** The code of a login or a step-up, which goes to the address on file. */
export function toOnFile(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  factor: CodeFactor,
  to: string,
): Pending {
  const purpose = state.passed.length > 0 ? "step-up" : "login";
  return { ref: refOf(engine, context, factor, { purpose, to, onFile: true }), factor, note: {} };
}

/** Replacing what is on file needs a factor passed this recently (ASVS 7.5.1). */
export const FRESH_MS = 10 * 60_000;

/** An address that is being registered may be sent to again for this long after its code is over. */
export const REGISTERING_MS = 10 * 60_000;

export function provenWithin(engine: Engine, state: SessionState, ms: number): boolean {
  return state.passed.some((each) => engine.clock() - each.at < ms);
}

const sealContext = (engine: Engine, account: string, kind: string) =>
  `registering:${kind}:${engine.tenant}:${account}`;

/** The code of an address that the account wants to register. */
export function toRegister(
  engine: Engine,
  context: RequestContext,
  factor: CodeFactor,
  to: string,
  onFile: string | undefined,
): Pending {
  const { kind } = factor.code.destination;
  const ref = refOf(engine, context, factor, { purpose: namesOf(kind).enrols, to, onFile: to === onFile });
  return { ref, factor, note: { to: engine.box.seal(to, sealContext(engine, context.account, kind)) } };
}

/** What a record is of that is about an address to be registered, in the channel of `factor`; undefined where that may not go on. */
export async function registering(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  record: PendingRecord,
  by: CodeFactor,
): Promise<Pending | undefined> {
  const note = readNote(record.note);
  const { kind } = by.code.destination;
  const to =
    note.to === undefined ? undefined : engine.box.open(note.to, sealContext(engine, context.account, kind));
  if (to === undefined) return undefined;
  const onFile = await addressOf(engine, context, by.code);
  // Begun before there was anything on file, or long ago: not even the right code moves the second factor any more.
  const fresh = provenWithin(engine, state, FRESH_MS + by.code.rules.ttlMs);
  // What is on file already was bound by a request that failed afterwards; its code may be typed again.
  if (!fresh && to !== onFile && (await hasAny(engine, context))) return undefined;
  const ref = refOf(engine, context, by, { purpose: namesOf(kind).enrols, to, onFile: to === onFile });
  return { ref, factor: by, note };
}

/** A pending code as the store has it. */
export interface Found extends Pending {
  record: PendingRecord;
  answer: ReadAnswer;
}

/**
 * What is pending in this session for one kind of destination, in the channel of `factor` where one is named, else in that of the last message; undefined
 * where nothing is that may go on.
 */
export async function findPending(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  kind: string,
  factor?: CodeFactor,
): Promise<Found | undefined> {
  const { challenges } = engine.tools;
  const first = factor ?? codeFactorOf(engine, kind);
  const onFile = await addressOf(engine, context, first.code);
  const guess = toOnFile(engine, context, state, first, onFile ?? "");
  const { record, mine, ...answer } = await challenges.read(guess.ref, first.code.rules);
  if (record === undefined) return undefined;
  const latest = factor ?? codeFactorOf(engine, kind, record.by.at(-1));
  if (mine && latest === first) return { ...guess, note: readNote(record.note), record, answer };
  const pending = mine
    ? { ...toOnFile(engine, context, state, latest, onFile ?? ""), note: readNote(record.note) }
    : await registering(engine, context, state, record, latest);
  if (pending === undefined) return undefined;
  const again = await challenges.read(pending.ref, pending.factor.code.rules);
  if (again.record === undefined || !again.mine) return undefined;
  return { ...pending, record: again.record, answer: again };
}
