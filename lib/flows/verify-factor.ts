import type { Guesser } from "../challenges/counted-guesses.ts";
import { FactorError, isFactorError } from "../errors.ts";
import type { FactorAttempt, Judged } from "../factors/definition.ts";
import type { JudgedFactor } from "../factors/factor.ts";
import { begunOf, requireOnFile, useOf } from "./begin-factor.ts";
import { occasionOf } from "./codes/challenge.ts";
import { emit, type Engine, type Occasion } from "./engine.ts";
import { EXPIRED, orGiveBack, refused, type FailedVerdict } from "./codes/judge.ts";
import { bindingOf } from "./codes/pending.ts";
import { readJudged, undecided, type Said } from "./judged.ts";
import type { SessionState } from "./session/session-state.ts";
import { orUndone } from "./undone.ts";
import type { RequestContext } from "./request-context.ts";

/** Reads what was typed. Throws `invalid_code` for what cannot be right, which then costs no guess. */
export async function parseFor(
  engine: Engine,
  { name, field, definition }: JudgedFactor,
  response: unknown,
  parse: (response: unknown) => unknown = definition.parse,
): Promise<unknown> {
  const value = await engine.inTime(`factor "${name}": parse`, () => parse(response));
  if (value === undefined || value === null || typeof value === "function")
    throw new FactorError("invalid_code", { field });
  return value;
}

/** A right answer, before it is worth anything. */
export interface Right extends Pick<Judged, "remaining" | "low"> {
  /** RFC 8176. */
  amr: string[];
  occasion: Occasion;
  /** Undoes what judging used up, where the factor can. */
  giveBack: (() => Promise<void>) | undefined;
}

/**
 * Lets a factor judge a guess that was counted as wrong before: so no parallel guess goes uncounted, and no factor can forget to be limited. Returns
 * only where it was right.
 */
export async function judgeFactor(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  factor: JudgedFactor,
  value: unknown,
): Promise<Right> {
  const { name, definition } = factor;
  const { counted } = engine.tools;
  const purpose = useOf(state);
  const occasion = { ...occasionOf(context, factor), purpose };
  await engine.guesses.consume(context.ip);
  await requireOnFile(engine, context, factor, purpose);
  const note = definition.begin === undefined ? undefined : await begunOf(engine, context, name);
  if (definition.begin !== undefined && note === undefined)
    throw refused(engine, context, factor, occasion, EXPIRED);
  const bucket = engine.devices.bucketOf(context.request, context.account);
  const guesser: Guesser = { account: context.account, bucket, factor: name };
  const answer = await counted.count(guesser, factor.guesses);
  if (answer.outcome !== "counted") {
    const { outcome: reason, ...rest } = answer;
    const verdict = { outcome: "failed", reason, ...rest } as FailedVerdict;
    throw refused(engine, context, factor, occasion, verdict);
  }
  const refuseUsed = async () => {
    if (note === undefined || (await note.use())) return;
    throw refused(engine, context, factor, occasion, EXPIRED);
  };
  // A challenge is good for one answer, right or wrong; what was typed wrongly may be typed again.
  const isCeremony = definition.prompt === "ceremony";
  if (isCeremony) await refuseUsed();
  const attempt = { account: context.account, purpose, locale: context.locale, state: note?.kept.state };
  // A program's calls are no browser: it is given codes by somebody, and each is good for it once.
  const browser = context.request.sessionStore === undefined ? undefined : bindingOf(context, name);
  const said = await askFactor(engine, factor, { attempt, value, guesser, browser });
  emitSuspicion(engine, occasion, said);
  if (said.outcome === "wrong") {
    const { outcome: _counted, ...rest } = answer;
    throw refused(engine, context, factor, occasion, { outcome: "failed", reason: "mismatch", ...rest });
  }
  // Nobody has decided yet: no guess, and nothing is proven.
  if (said.outcome === "pending") {
    await counted.takeBack(guesser);
    throw undecided();
  }
  const { amr = [factor.amr].flat(), remaining, low = false, giveBack } = said;
  const undo = giveBack && (async () => engine.inTime(`factor "${name}": judge: giveBack`, () => giveBack()));
  await orGiveBack(engine, { giveBack: undo }, async () => {
    if (!isCeremony) await refuseUsed();
    await counted.clear(guesser);
  });
  return { amr: [...amr], ...(remaining === undefined ? {} : { remaining, low }), giveBack: undo, occasion };
}

/** What a factor wants its app to look into. */
export function emitSuspicion(engine: Engine, occasion: Occasion, { suspicious }: Said): void {
  if (suspicious !== undefined) emit(engine, "factor_suspicious", occasion, { reason: suspicious });
}

/** What comes of a right answer once its session is written. */
export function tellPassed(
  engine: Engine,
  context: RequestContext,
  { definition: { events = {}, notices = {} } }: JudgedFactor,
  { occasion, remaining, low = false }: Right,
): void {
  const more = remaining === undefined ? {} : { remaining };
  emit(engine, events.passed ?? "factor_passed", occasion, more);
  if (notices.passed !== undefined) engine.notify(context, { kind: notices.passed, ...more });
  if (!low) return;
  if (events.low !== undefined) emit(engine, events.low, occasion, more);
  if (notices.low !== undefined) engine.notify(context, { kind: notices.low, ...more });
}

interface Asked {
  attempt: FactorAttempt;
  value: unknown;
  /** Whose guess is taken back where nobody could judge it; left out where none was counted. */
  guesser?: Guesser;
  browser?: string | undefined;
}

/** What cannot be judged is no guess. */
export async function askFactor(
  engine: Engine,
  { name, definition }: JudgedFactor,
  { attempt, value, guesser, browser }: Asked,
): Promise<Said> {
  const who = `factor "${name}": judge`;
  try {
    const said: unknown = await orUndone(engine, who, () =>
      definition.judge(attempt, value as string, engine.tools.kit(name, browser)),
    );
    return readJudged(who, said, ["right", "wrong", "pending"]);
  } catch (cause) {
    if (guesser !== undefined) await engine.tools.counted.takeBack(guesser).catch(engine.onError);
    if (isFactorError(cause) && SAID_BY_FACTORS.includes(cause.code)) throw cause;
    throw new FactorError("verifier_unavailable", { retryAfter: 5, cause });
  }
}

/** What a factor may say in place of judging: the store is away, or a limit of its own is reached. */
const SAID_BY_FACTORS: readonly string[] = ["store_unavailable", "too_many_requests"];
