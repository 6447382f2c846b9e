import type { Guesser } from "../challenges/counted-guesses.ts";
import { FactorError, isFactorError } from "../errors.ts";
import type { FactorAttempt, Judged } from "../factors/definition.ts";
import type { JudgedFactor } from "../factors/factor.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { begunOf, requireOnFile, useOf, type BegunNote } from "./begin-factor.ts";
import { occasionOf } from "./codes/challenge.ts";
import { emit, type Engine, type Occasion } from "./engine.ts";
import { EXPIRED, orGiveBack, refused, type FailedVerdict } from "./codes/judge.ts";
import { bindingOf } from "./codes/pending.ts";
import type { SessionState } from "./session/session-state.ts";
import { orUndone } from "./undone.ts";
import type { RequestContext } from "./request-context.ts";

/** Reads what was typed. Throws `invalid_code` for what cannot be right, which then costs no guess. */
export async function parseFor(
  engine: Engine,
  { name, field, definition }: JudgedFactor,
  response: unknown,
): Promise<unknown> {
  const value = await engine.inTime(`factor "${name}": parse`, () => definition.parse(response));
  if (value === undefined || value === null || typeof value === "function")
    throw new FactorError("invalid_code", { field });
  return value;
}

/** A right answer, before it is worth anything. */
export interface Right extends Pick<Judged, "remaining" | "low"> {
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
  const attempt = { account: context.account, purpose, locale: context.locale, state: note?.state };
  // A program's calls are no browser: it is given codes by somebody, and each is good for it once.
  const browser = context.request.sessionStore === undefined ? undefined : bindingOf(context, name);
  const said = await askFactor(engine, factor, { attempt, value, guesser, browser });
  if (said === "wrong") {
    const { outcome: _counted, ...rest } = answer;
    throw refused(engine, context, factor, occasion, { outcome: "failed", reason: "mismatch", ...rest });
  }
  // Nobody has decided yet: no guess, and nothing is proven.
  if (said === "pending") {
    await counted.takeBack(guesser);
    throw new FactorError("verification_pending", { retryAfter: PENDING_SECONDS });
  }
  await orGiveBack(engine, said, async () => {
    if (!(await isMine(note))) throw refused(engine, context, factor, occasion, EXPIRED);
    await counted.clear(guesser);
  });
  return { ...said, occasion };
}

/** Who waits for somebody to decide asks again so often. */
const PENDING_SECONDS = 2;

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

/** What was begun is good once. */
const isMine = async (note: BegunNote | undefined) => note === undefined || note.use();

interface Asked {
  attempt: FactorAttempt;
  value: unknown;
  guesser: Guesser;
  browser: string | undefined;
}

/** What cannot be judged is no guess; and only what is known for right is right. */
async function askFactor(
  engine: Engine,
  { name, definition }: JudgedFactor,
  { attempt, value, guesser, browser }: Asked,
): Promise<Omit<Right, "occasion"> | "wrong" | "pending"> {
  const who = `factor "${name}": judge`;
  try {
    const said: unknown = await orUndone(engine, who, () =>
      definition.judge(attempt, value as string, engine.tools.kit(name, browser)),
    );
    if (said === "wrong" || said === "pending") return said;
    return readJudged(engine, who, said === "right" ? { outcome: said } : said);
  } catch (cause) {
    await engine.tools.counted.takeBack(guesser).catch(engine.onError);
    if (isFactorError(cause) && cause.code === "store_unavailable") throw cause;
    throw new FactorError("verifier_unavailable", { retryAfter: 5, cause });
  }
}

function readJudged(engine: Engine, who: string, said: unknown): Omit<Right, "occasion"> | "wrong" {
  const { outcome, remaining, low, giveBack } = (said ?? {}) as Partial<Judged>;
  const isKnown =
    (outcome === "right" || outcome === "wrong") &&
    (remaining === undefined || (Number.isSafeInteger(remaining) && remaining >= 0)) &&
    (low === undefined || typeof low === "boolean") &&
    (giveBack === undefined || typeof giveBack === "function");
  if (!isKnown) throw wrongAnswer(who, said, "right, wrong, pending or { outcome }");
  if (outcome === "wrong") return outcome;
  return {
    ...(remaining === undefined ? {} : { remaining, low: low ?? false }),
    giveBack: giveBack && (async () => engine.inTime(`${who}: giveBack`, () => giveBack())),
  };
}
