import { randomToken } from "../../crypto/random-token.ts";
import { digestKey } from "../../crypto/secret.ts";
import type { Engine } from "../engine.ts";
import type { Position } from "./position.ts";

/** What is kept of a recovery, sealed. */
export interface RecoveryRecord {
  position: Position;
  /** As it was typed. */
  identifier: string;
  /** Undefined where nobody has the identifier: everything goes on alike, and nothing passes. */
  account: string | undefined;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** When it is over; told to nobody but by its seconds. */
  until: number;
  /** The account's last reset when this began: after another, it is over. */
  epoch: string;
  /** Of this one's own resets that failed, newest last: nobody knows whether the store has taken them, and none of them ends it. */
  ownEpochs?: readonly string[];
  /** When a hold is over. */
  heldUntil?: number;
  /** Names its hold: without it, the recovery is over. */
  hold?: string;
  /** The permit is taken: one request writes the password. */
  taken?: true;
  /** Shown behind the reset: codes in the place of those that were used. */
  newCodes?: readonly string[];
  /** What was begun, and waits for its answer. */
  begun?: BegunWay;
}

export interface BegunWay {
  state: unknown;
  /** What the page needs of it: options for the browser, a number to compare. */
  shown: Readonly<Record<string, unknown>>;
  until: number;
}

/** A recovery as one request finds it. */
export interface Recovery {
  /** Known to the asker alone. */
  handle: string;
  generation: number;
  record: RecoveryRecord;
}

export const FLOW_MS = 30 * 60_000;
export const PERMIT_MS = 15 * 60_000;

/** 128 random bits; its digest is the record's key. */
const newHandle = () => randomToken(16);
export const recoveryKey = ({ tenant }: Pick<Engine, "tenant">, handle: string): string =>
  digestKey(["recovery", tenant, handle]);

const stateOf = ({ state, factor }: Position) => (factor === undefined ? state : `${state}:${factor}`);

const seal = (engine: Engine, key: string, record: RecoveryRecord) =>
  engine.box.seal(JSON.stringify(record), `recovery ${key}`);

export async function createRecord(engine: Engine, record: RecoveryRecord): Promise<Recovery> {
  const handle = newHandle();
  const key = recoveryKey(engine, handle);
  const kept = { generation: 1, state: stateOf(record.position), value: seal(engine, key, record) };
  const now = engine.clock();
  await engine.flows.put(key, kept, now, record.until - now);
  return { handle, generation: 1, record };
}

/** What this handle is of; undefined where it is over, or was never. */
export async function readRecord(engine: Engine, handle: unknown): Promise<Recovery | undefined> {
  if (typeof handle !== "string" || !/^[\w-]{22}$/.test(handle)) return undefined;
  const key = recoveryKey(engine, handle);
  const kept = await engine.flows.read(key, engine.clock());
  const text = kept === undefined ? undefined : engine.box.open(kept.value, `recovery ${key}`);
  if (kept === undefined || text === undefined) return undefined;
  const record = JSON.parse(text) as RecoveryRecord;
  if (engine.clock() >= record.until) return undefined;
  return { handle, generation: kept.generation, record };
}

/** Moves a recovery on; undefined where another request has. `afresh`: under a new handle, and whoever knows the old one knows nothing. `to`: back to a generation. */
export async function moveRecord(
  engine: Engine,
  { handle, generation, record }: Recovery,
  next: RecoveryRecord,
  { afresh = false, to: wanted = generation + 1 }: { afresh?: boolean; to?: number } = {},
): Promise<Recovery | undefined> {
  const after = afresh ? newHandle() : handle;
  const key = recoveryKey(engine, handle);
  const toKey = recoveryKey(engine, after);
  const to = {
    generation: wanted,
    state: stateOf(next.position),
    value: seal(engine, toKey, next),
  };
  const from = { generation, state: stateOf(record.position) };
  const now = engine.clock();
  const moved = await engine.flows.move(key, { from, to, toKey }, now, Math.max(1, next.until - now));
  return moved ? { handle: after, generation: wanted, record: next } : undefined;
}

export const removeRecord = async (engine: Engine, handle: string): Promise<void> =>
  engine.flows.remove(recoveryKey(engine, handle));
