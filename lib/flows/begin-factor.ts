import { FactorError, tooManyRequests } from "../errors.ts";
import type { FactorAttempt, FactorUse } from "../factors/definition.ts";
import type { JudgedFactor } from "../factors/factor.ts";
import { digestKey } from "../crypto/secret.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { occasionOf } from "./codes/challenge.ts";
import { emit, type Engine } from "./engine.ts";
import { bindingOf } from "./codes/pending.ts";
import { proves, shownOf } from "./on-file.ts";
import type { SessionState } from "./session/session-state.ts";
import type { RequestContext } from "./request-context.ts";

/** What a factor that was made by `defineFactor` has begun, as doors show it. */
export interface Begin {
  method: string;
  expires_in_seconds: number;
  shown: Readonly<Record<string, unknown>>;
}

const HOUR_MS = 3_600_000;
const MOST_SECONDS = 600;

export const useOf = (state: SessionState): FactorUse => (state.passed.length > 0 ? "step-up" : "login");

/** Throws `not_enrolled` where a factor does not prove for this use, or the account has none. */
export async function requireOnFile(
  engine: Engine,
  context: RequestContext,
  factor: JudgedFactor,
  use: FactorUse,
): Promise<void> {
  if (!proves(factor, use) || (await shownOf(engine, context, factor)) === undefined)
    throw new FactorError("not_enrolled");
}

/**
 * Lets a factor send, or make, what is answered afterwards; what it leaves is kept for this session. Throws `not_enrolled`, `too_many_requests`,
 * `delivery_failed`.
 */
export async function beginFactor(
  engine: Engine,
  context: RequestContext,
  factor: JudgedFactor,
): Promise<Begin> {
  const { name, definition } = factor;
  const { begin } = definition;
  if (begin === undefined) throw new TypeError(`factor "${name}" has nothing to begin`);
  const purpose = useOf(await engine.sessions.open(context));
  await engine.sends.consume(context.ip);
  await requireOnFile(engine, context, factor, purpose);
  await takeSlot(engine, context, factor);
  const attempt: FactorAttempt = {
    account: context.account,
    purpose,
    locale: context.locale,
    state: undefined,
  };
  const who = `factor "${name}": begin`;
  let answer: unknown;
  try {
    answer = await engine.inTime(who, () => begin(attempt, engine.tools.kit(name)));
  } catch (cause) {
    const failed = new FactorError("delivery_failed", { cause });
    engine.onError(failed);
    throw failed;
  }
  if (!isRecord(answer)) throw wrongAnswer(who, answer, "an object with state");
  const { state, ttlSeconds = 300, shown = {} } = answer;
  const text = JSON.stringify(state) as string | undefined;
  if (text === undefined) throw wrongAnswer(`${who}: state`, state, "what JSON can say");
  if (!Number.isInteger(ttlSeconds) || (ttlSeconds as number) < 1 || (ttlSeconds as number) > MOST_SECONDS)
    throw wrongAnswer(`${who}: ttlSeconds`, ttlSeconds, `a whole number from 1 to ${MOST_SECONDS}`);
  if (!isRecord(shown)) throw wrongAnswer(`${who}: shown`, shown, "an object");
  const seconds = ttlSeconds as number;
  const key = begunKey(engine, context, name);
  const until = engine.clock() + seconds * 1000;
  const sealed = engine.box.seal(JSON.stringify({ text, until }), key);
  await engine.notes.put(key, sealed, engine.clock(), seconds * 1000);
  emit(engine, "factor_begun", { ...occasionOf(context, factor), purpose });
  return { method: name, expires_in_seconds: seconds, shown };
}

/** What `begin` left for this session, and forgetting it once: of all who ask at once, one gets it. */
export interface BegunNote {
  state: unknown;
  use(): Promise<boolean>;
}

export async function begunOf(
  engine: Engine,
  context: RequestContext,
  name: string,
): Promise<BegunNote | undefined> {
  const key = begunKey(engine, context, name);
  const sealed = await engine.notes.read(key, engine.clock());
  const opened = sealed === undefined ? undefined : engine.box.open(sealed, key);
  if (opened === undefined) return undefined;
  const { text, until } = JSON.parse(opened) as { text: string; until: number };
  if (engine.clock() >= until) return undefined;
  return {
    state: JSON.parse(text) as unknown,
    use: async () => (await engine.notes.take(key, engine.clock())) === sealed,
  };
}

const begunKey = (engine: Engine, context: RequestContext, name: string) =>
  digestKey(["begun", engine.tenant, context.account, bindingOf(context, name)]);

/** So many begins have a place in any hour; who finds none free waits for the oldest. Each place is taken in one step. */
async function takeSlot(
  engine: Engine,
  context: RequestContext,
  { name, beginsPerHour }: JudgedFactor,
): Promise<void> {
  const bucket = engine.devices.bucketOf(context.request, context.account);
  const now = engine.clock();
  let oldest = now;
  for (let slot = 0; slot < beginsPerHour; slot++) {
    const key = digestKey(["begin", engine.tenant, context.account, name, bucket, String(slot)]);
    if (await engine.notes.advance(key, { rank: 1, value: String(now) }, now, HOUR_MS)) return;
    // A note that was advanced is "rank value".
    const taken = (await engine.notes.read(key, now))?.split(" ")[1];
    oldest = Math.min(oldest, Number(taken ?? now));
  }
  throw tooManyRequests(oldest + HOUR_MS - now, "account");
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
