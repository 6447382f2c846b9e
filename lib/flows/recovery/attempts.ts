import { FactorError, isFactorError, tooManyRequests } from "../../errors.ts";
import type { DefinedFactor } from "../../factors/define-factor.ts";
import type { FactorAttempt } from "../../factors/definition.ts";
import { readBegun } from "../begun.ts";
import { occasionOf } from "../codes/challenge.ts";
import { emit, type Engine } from "../engine.ts";
import { askFactor, emitSuspicion, parseFor } from "../verify-factor.ts";
import type { AppWay } from "./app-ways.ts";
import type { Asker } from "./asker.ts";
import { GUESSES, guessingAccount, type RecoveryLimits } from "./limits.ts";
import type { Proof } from "./policy.ts";
import type { BegunWay } from "./record.ts";

/** One way that is being gone. */
export interface Going {
  way: AppWay;
  factor: DefinedFactor;
  /** Whether a right answer counts. What is not real takes the same steps. */
  isReal: boolean;
}

const occasion = (asker: Asker, factor: DefinedFactor) => ({
  ...occasionOf(asker, factor),
  purpose: "recovery",
  ...(asker.isKnown ? {} : { account: undefined }),
});

const attemptOf = (asker: Asker, state: unknown): FactorAttempt => ({
  account: asker.account,
  purpose: "recovery",
  locale: asker.locale,
  state,
  ...(asker.isKnown ? { user: asker.user } : {}),
});

/**
 * Lets a factor send, or make, what is answered afterwards; undefined where there is nothing to begin. What could not be sent is told to `onError`
 * and to nobody else: the same was said to those who have nothing on file.
 */
export async function beginWay(
  engine: Engine,
  asker: Asker,
  { factor, isReal }: Going,
  limits: RecoveryLimits,
): Promise<BegunWay | undefined> {
  const { name, definition } = factor;
  const { begin } = definition;
  if (begin === undefined) return undefined;
  const sends = definition.prompt !== "ceremony";
  await (sends ? engine.sends : engine.ceremonies).consume(asker.ip);
  if (sends) await limits.send(asker);
  const who = `factor "${name}": begin`;
  try {
    const answer: unknown = await engine.inTime(who, () =>
      begin(attemptOf(asker, undefined), engine.tools.kit(name)),
    );
    const { state, seconds, shown } = readBegun(who, answer, 300);
    if (isReal) emit(engine, "factor_begun", occasion(asker, factor));
    return { state, shown, until: engine.clock() + seconds * 1000 };
  } catch (cause) {
    // Whom nothing is on file for may well have nothing to send to.
    if (isReal) engine.onError(cause);
    if (isFactorError(cause) && PASSED_ON.includes(cause.code)) throw cause;
    return undefined;
  }
}

/** What says nothing of the account. */
const PASSED_ON: readonly string[] = ["store_unavailable", "too_many_requests"];

/** Throws `invalid_code` for what cannot be right. A form carries a credential as text. */
export function parseAnswer(engine: Engine, { factor }: Going, response: unknown): Promise<unknown> {
  const isText = factor.definition.prompt === "ceremony" && typeof response === "string";
  return parseFor(engine, factor, isText ? fromText(response) : response);
}

function fromText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** An answer, and what it is the answer to. */
export interface Answered {
  value: unknown;
  begun: BegunWay | undefined;
  /** Names the recovery: in it, a code that is good once may be typed again where nothing came of it. */
  browser: string;
}

/**
 * Judges an answer that was counted as wrong before. Answers the proof where it was right and real, `pending` where nobody has decided yet. Throws
 * `too_many_requests`, `verifier_unavailable`.
 */
export async function judgeWay(
  engine: Engine,
  limits: RecoveryLimits,
  asker: Asker,
  { way, factor, isReal }: Going,
  { value, begun, browser }: Answered,
): Promise<Proof | "wrong" | "pending"> {
  const { counted } = engine.tools;
  const bucket = engine.devices.bucketOf(asker.request, asker.account);
  const guesser = { account: guessingAccount(asker.account), bucket, factor: factor.name };
  const isGuess = factor.definition.prompt !== "elsewhere";
  if (isGuess) {
    await engine.guesses.consume(asker.ip);
    await limits.guess(asker);
    const answer = await counted.count(guesser, GUESSES);
    if (answer.outcome === "limited") throw tooManyRequests(answer.retryAfterMs);
    // Off for recovery, and for nothing else; who asks learns no more than that it was wrong.
    if (answer.outcome === "disabled") return "wrong";
  }
  const isAlive = begun !== undefined && engine.clock() < begun.until;
  if (factor.definition.begin !== undefined && !isAlive) return failed(engine, asker, factor, isReal);
  const asked = { attempt: attemptOf(asker, begun?.state), value, browser, ...(isGuess ? { guesser } : {}) };
  const said = await askFactor(engine, factor, asked);
  if (isReal) emitSuspicion(engine, occasion(asker, factor), said);
  if (said.outcome === "pending") {
    if (!isGuess) return "pending";
    await counted.takeBack(guesser);
    throw new FactorError("verifier_unavailable", { retryAfter: 2 });
  }
  if (said.outcome === "wrong" || !isReal) return failed(engine, asker, factor, isReal);
  if (isGuess) await counted.clear(guesser);
  emit(engine, "factor_passed", occasion(asker, factor));
  return {
    factor: way.name,
    class: way.class,
    channel: way.name,
    userVerified: way.userVerified,
    amr: said.amr ?? [factor.amr].flat(),
    at: engine.clock(),
  };
}

function failed(engine: Engine, asker: Asker, factor: DefinedFactor, isReal: boolean): "wrong" {
  if (isReal) emit(engine, "factor_failed", occasion(asker, factor), { reason: "invalid_code" });
  return "wrong";
}
