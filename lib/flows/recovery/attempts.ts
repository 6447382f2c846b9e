import { FactorError, isFactorError, tooManyRequests } from "../../errors.ts";
import { sendsCode } from "../../factors/define-factor.ts";
import type { FactorAttempt } from "../../factors/definition.ts";
import type { Factor, JudgedFactor } from "../../factors/factor.ts";
import { readBegun } from "../begun.ts";
import { occasionOf } from "../codes/challenge.ts";
import { emit, type Engine, type Occasion } from "../engine.ts";
import { undecided } from "../judged.ts";
import { askFactor, emitSuspicion, parseFor } from "../verify-factor.ts";
import type { AppWay } from "./app-ways.ts";
import type { Asker } from "./asker.ts";
import { judgeCode, saysNothing, sendCode } from "./code-attempts.ts";
import { guessingAccount, type RecoveryLimits } from "./limits.ts";
import type { Proof } from "./policy.ts";
import type { BegunWay } from "./record.ts";

/** One way that is being gone. */
export interface Going {
  way: AppWay;
  factor: Factor;
  /** Whether a right answer counts. What is not real takes the same steps. */
  isReal: boolean;
}

/** What events tell of: no account where the identifier is nobody's. */
export const occasionIn = (asker: Asker, factor: Factor): Occasion => ({
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

export const beginsSomething = (factor: Factor): boolean =>
  sendsCode(factor) || factor.definition.begin !== undefined;

/** What a way is begun with. */
export interface Beginning {
  limits: RecoveryLimits;
  /** What this very way has begun before in this recovery: what is asked elsewhere gives way to the new one. */
  before: BegunWay | undefined;
  /** Names the recovery. */
  browser: string;
  /** Where a link leads, and to which recovery; left out: a code is sent. */
  link?: { url: string; handle: string } | undefined;
}

/**
 * Lets a factor send, or make, what is answered afterwards; undefined where nothing came of it. What could not be sent is told to `onError` and to
 * nobody else: the same was said to those who have nothing on file.
 */
export async function beginWay(
  engine: Engine,
  asker: Asker,
  going: Going,
  { limits, before, browser, link }: Beginning,
): Promise<BegunWay | undefined> {
  const { factor, isReal } = going;
  const isCeremony = factor.definition?.prompt === "ceremony";
  if (isCeremony) await engine.ceremonies.consume(asker.ip);
  else if (!sendsCode(factor)) await engine.sends.consume(asker.ip);
  if (!isCeremony) await limits.send(asker);
  try {
    if (sendsCode(factor)) return await sendCode(engine, asker, { factor, isReal }, { browser, link });
    return await beginJudged(engine, asker, factor, { limits, isReal, before });
  } catch (cause) {
    if (saysNothing(cause)) throw cause;
    // Whom nothing is on file for may well have nothing to send to.
    if (isReal) engine.onError(cause);
    return undefined;
  }
}

async function beginJudged(
  engine: Engine,
  asker: Asker,
  factor: JudgedFactor,
  { limits, isReal, before }: { limits: RecoveryLimits; isReal: boolean; before: BegunWay | undefined },
): Promise<BegunWay | undefined> {
  const { name, definition } = factor;
  const { begin } = definition;
  if (begin === undefined) return undefined;
  const who = `factor "${name}": begin`;
  let answer: unknown;
  try {
    answer = await engine.inTime(who, () => begin(attemptOf(asker, before?.state), engine.tools.kit(name)));
  } catch (cause) {
    const isRefused = isFactorError(cause) && cause.code === "too_many_requests";
    throw isRefused ? limits.flooded(asker, cause) : cause;
  }
  const { state, seconds, shown } = readBegun(who, answer, 300);
  if (isReal) emit(engine, "factor_begun", occasionIn(asker, factor));
  return { state, shown, until: engine.clock() + seconds * 1000 };
}

/** Throws `invalid_code` for what cannot be right. A form carries a credential as text. */
export function parseAnswer(engine: Engine, { factor }: Going, response: unknown): unknown {
  if (sendsCode(factor)) {
    const code = factor.parse(response);
    if (code === undefined) throw new FactorError("invalid_code", { field: factor.field });
    return code;
  }
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

/** What was right, and how to undo what judging used up, where nothing comes of it. */
export interface RightAnswer {
  proof: Proof;
  giveBack?: (() => Promise<void>) | undefined;
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
  answered: Answered,
): Promise<RightAnswer | "wrong" | "pending"> {
  const isElsewhere = factor.definition?.prompt === "elsewhere";
  if (!isElsewhere) await limits.guess(asker);
  const said = sendsCode(factor)
    ? await judgeCode(engine, limits, asker, { factor, isReal }, answered)
    : await judgeByItself(engine, limits, asker, { factor, isReal, isGuess: !isElsewhere }, answered);
  if (said === "wrong" || said === "pending") return said;
  const { amr, giveBack } = said;
  const { name, class: its, userVerified } = way;
  const proof = { factor: name, class: its, channel: name, userVerified, amr, at: engine.clock() };
  return { proof, giveBack };
}

interface Said {
  amr: string[];
  giveBack?: (() => Promise<void>) | undefined;
}

async function judgeByItself(
  engine: Engine,
  limits: RecoveryLimits,
  asker: Asker,
  { factor, isReal, isGuess }: { factor: JudgedFactor; isReal: boolean; isGuess: boolean },
  { value, begun, browser }: Answered,
): Promise<Said | "wrong" | "pending"> {
  const { counted } = engine.tools;
  const { name, definition } = factor;
  const bucket = engine.devices.bucketOf(asker.request, asker.account);
  const guesser = { account: guessingAccount(asker.account), bucket, factor: name };
  if (isGuess) {
    await engine.guesses.consume(asker.ip);
    const answer = await counted.count(guesser, factor.guesses);
    if (answer.outcome === "limited") throw limits.flooded(asker, tooManyRequests(answer.retryAfterMs));
    // Off for recovery, and for nothing else; who asks learns no more than that it was wrong.
    if (answer.outcome === "disabled") return "wrong";
  }
  const isAlive = begun !== undefined && engine.clock() < begun.until;
  if (definition.begin !== undefined && !isAlive) return failed(engine, asker, factor, isReal);
  const attempt = attemptOf(asker, begun?.state);
  const said = await askFactor(engine, factor, { attempt, value, browser, ...(isGuess ? { guesser } : {}) });
  if (isReal) emitSuspicion(engine, occasionIn(asker, factor), said);
  if (said.outcome === "pending") {
    if (!isGuess) return "pending";
    await counted.takeBack(guesser);
    throw undecided();
  }
  if (said.outcome === "wrong" || !isReal) return failed(engine, asker, factor, isReal);
  if (isGuess) await counted.clear(guesser);
  emit(engine, definition.events?.passed ?? "factor_passed", occasionIn(asker, factor));
  const { amr = [factor.amr].flat(), giveBack } = said;
  const undo = giveBack && (async () => engine.inTime(`factor "${name}": judge: giveBack`, () => giveBack()));
  return { amr: [...amr], giveBack: undo };
}

function failed(engine: Engine, asker: Asker, factor: JudgedFactor, isReal: boolean): "wrong" {
  const name = factor.definition.events?.failed ?? "factor_failed";
  if (isReal) emit(engine, name, occasionIn(asker, factor), { reason: "invalid_code" });
  return "wrong";
}
