import { wrongAnswer } from "../wrong-answer.ts";
import type { Engine } from "./engine.ts";

/** What a factor has begun, once it has been looked at. */
export interface Begun {
  state: unknown;
  seconds: number;
  /** What may be shown of it. */
  shown: Readonly<Record<string, unknown>>;
}

/** 24 hours and 10 minutes (NIST SP 800-63B-4 §4.2.1.3). */
const MOST_SECONDS = 87_000;

/** Throws a TypeError that names what is wrong with what a factor's `begin` answered. */
export function readBegun(who: string, answer: unknown, defaultSeconds: number): Begun {
  if (!isRecord(answer)) throw wrongAnswer(who, answer, "an object with state");
  const { state, ttlSeconds = defaultSeconds, shown = {} } = answer;
  if ((JSON.stringify(state) as string | undefined) === undefined)
    throw wrongAnswer(`${who}: state`, state, "what JSON can say");
  if (!Number.isInteger(ttlSeconds) || (ttlSeconds as number) < 1 || (ttlSeconds as number) > MOST_SECONDS)
    throw wrongAnswer(`${who}: ttlSeconds`, ttlSeconds, `a whole number from 1 to ${MOST_SECONDS}`);
  if (!isRecord(shown)) throw wrongAnswer(`${who}: shown`, shown, "an object");
  return { state, seconds: ttlSeconds as number, shown };
}

/** Keeps something sealed under a key until its time is over. */
export async function keepBegun(engine: Engine, key: string, kept: object, seconds: number): Promise<void> {
  const until = engine.clock() + seconds * 1000;
  const sealed = engine.box.seal(JSON.stringify({ ...kept, until }), key);
  await engine.notes.put(key, sealed, engine.clock(), seconds * 1000);
}

/** What was kept, and forgetting it once: of all who ask at once, one gets it. */
export interface BegunNote<Kept> {
  kept: Kept & { until: number };
  use(): Promise<boolean>;
}

export async function openBegun<Kept extends object>(
  engine: Engine,
  key: string,
): Promise<BegunNote<Kept> | undefined> {
  const sealed = await engine.notes.read(key, engine.clock());
  const opened = sealed === undefined ? undefined : engine.box.open(sealed, key);
  if (opened === undefined) return undefined;
  const kept = JSON.parse(opened) as Kept & { until: number };
  if (engine.clock() >= kept.until) return undefined;
  return { kept, use: async () => (await engine.notes.take(key, engine.clock())) === sealed };
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
