import { FactorError, isFactorError, tooManyRequests } from "../errors.ts";
import type { FactorAttempt, FactorUse } from "../factors/definition.ts";
import type { JudgedFactor } from "../factors/factor.ts";
import { digestKey } from "../crypto/secret.ts";
import { keepBegun, openBegun, readBegun, type BegunNote } from "./begun.ts";
import { occasionOf } from "./codes/challenge.ts";
import { emit, type Engine } from "./engine.ts";
import { listShown, proves } from "./on-file.ts";
import { bindingOf } from "./codes/pending.ts";
import type { SessionState } from "./session/session-state.ts";
import type { RequestContext } from "./request-context.ts";

/** What a factor that was made by `defineFactor` has begun, as doors show it. */
export interface Begin {
  /** The name of the factor. */
  method: string;
  /** Seconds that it lives on. */
  expires_in_seconds: number;
  /** What the page shows of what has begun. */
  shown: Readonly<Record<string, unknown>>;
}

const HOUR_MS = 3_600_000;

export const useOf = (state: SessionState): FactorUse => (state.passed.length > 0 ? "step-up" : "login");

/** Throws `not_enrolled` where a factor does not prove for this use, or the account has none. */
export async function requireOnFile(
  engine: Engine,
  context: RequestContext,
  factor: JudgedFactor,
  use: FactorUse,
): Promise<void> {
  if (!proves(factor, use) || (await listShown(engine, context, factor)).length === 0)
    throw new FactorError("not_enrolled");
}

/**
 * Lets a factor send, or make, what is answered afterwards; what it leaves is kept for this session. Throws `not_enrolled`, `too_many_requests`,
 * `delivery_failed`, for a ceremony `verifier_unavailable`.
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
  const sends = definition.prompt !== "ceremony";
  await (sends ? engine.sends : engine.ceremonies).consume(context.ip);
  await requireOnFile(engine, context, factor, purpose);
  // A ceremony sends nothing to anybody, and people begin several until their key is at hand.
  if (sends) await takeSlot(engine, context, factor);
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
    const failed = beginFailed(factor, cause);
    if (failed !== cause) engine.onError(failed);
    throw failed;
  }
  const { state, seconds, shown } = readBegun(who, answer, 300);
  await keepBegun(engine, begunKey(engine, context, name), { state }, seconds);
  emit(engine, "factor_begun", { ...occasionOf(context, factor), purpose });
  return { method: name, expires_in_seconds: seconds, shown };
}

/** For what could not be sent, or made. */
export function beginFailed({ definition }: JudgedFactor, cause: unknown): FactorError {
  // A limit of the factor's own.
  if (isFactorError(cause) && cause.code === "too_many_requests") return cause;
  if (definition.prompt !== "ceremony") return new FactorError("delivery_failed", { cause });
  return isFactorError(cause) && cause.code === "store_unavailable"
    ? cause
    : new FactorError("verifier_unavailable", { retryAfter: 5, cause });
}

/** What `begin` left for this session. */
export const begunOf = (
  engine: Engine,
  context: RequestContext,
  name: string,
): Promise<BegunNote<{ state: unknown }> | undefined> => openBegun(engine, begunKey(engine, context, name));

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
