import type { Guesser } from "../challenges/counted-guesses.ts";
import { FactorError, isFactorError } from "../errors.ts";
import type { FactorAttempt } from "../factors/definition.ts";
import type { DefinedFactor } from "../factors/define-factor.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { begunOf, onFileFor, useOf, type BegunNote } from "./begin-factor.ts";
import { occasionOf } from "./codes/challenge.ts";
import { emit, type Engine } from "./engine.ts";
import { EXPIRED, refused } from "./codes/judge.ts";
import { bindingOf } from "./codes/pending.ts";
import type { SessionState } from "./session/session-state.ts";
import type { RequestContext } from "./request-context.ts";

/** Reads what was typed. Throws `invalid_code` for what cannot be right, which then costs no guess. */
export async function parseFor(
  engine: Engine,
  { name, field, definition }: DefinedFactor,
  response: unknown,
): Promise<unknown> {
  const value = await engine.inTime(`factor "${name}": parse`, () => definition.parse(response));
  if (value === undefined || value === null || typeof value === "function")
    throw new FactorError("invalid_code", { field });
  return value;
}

/**
 * Lets a factor judge a guess that was counted as wrong before: so no parallel guess goes uncounted, and no factor can forget to be limited. Returns
 * only where it was right; answers the purpose of what was proven.
 */
export async function judgeFactor(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  factor: DefinedFactor,
  value: unknown,
): Promise<string> {
  const { name, definition } = factor;
  const { counted } = engine.tools;
  const purpose = useOf(state);
  const occasion = { ...occasionOf(context, factor), purpose };
  await engine.guesses.consume(context.ip);
  await onFileFor(engine, context, factor, purpose);
  const note = definition.begin === undefined ? undefined : await begunOf(engine, context, name);
  if (definition.begin !== undefined && note === undefined)
    throw refused(engine, context, factor, occasion, EXPIRED);
  const bucket = engine.devices.bucketOf(context.request, context.account);
  const guesser: Guesser = { account: context.account, bucket, factor: name };
  const answer = await counted.count(guesser, factor.guesses);
  if (answer.outcome !== "counted") {
    const { outcome: reason, ...rest } = answer;
    throw refused(engine, context, factor, occasion, { outcome: "failed", reason, ...rest } as Failed);
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
    throw new FactorError("verifier_unavailable", { retryAfter: 2 });
  }
  if (!(await isMine(note))) throw refused(engine, context, factor, occasion, EXPIRED);
  await counted.clear(guesser);
  emit(engine, "factor_passed", occasion);
  return purpose;
}

type Failed = Parameters<typeof refused>[4];

/** What was begun is good once. */
const isMine = async (note: BegunNote | undefined) => note === undefined || note.use();

interface Asked {
  attempt: FactorAttempt;
  value: unknown;
  guesser: Guesser;
  browser: string | undefined;
}

/** What cannot be judged is no guess; and only the word "right" is right. */
async function askFactor(
  engine: Engine,
  { name, definition }: DefinedFactor,
  { attempt, value, guesser, browser }: Asked,
): Promise<"right" | "wrong" | "pending"> {
  const who = `factor "${name}": judge`;
  try {
    const said: unknown = await engine.inTime(who, () =>
      definition.judge(attempt, value as string, engine.tools.kit(name, browser)),
    );
    if (said === "right" || said === "wrong" || said === "pending") return said;
    throw wrongAnswer(who, said, "right, wrong or pending");
  } catch (cause) {
    await engine.tools.counted.takeBack(guesser).catch(engine.onError);
    if (isFactorError(cause) && cause.code === "store_unavailable") throw cause;
    throw new FactorError("verifier_unavailable", { retryAfter: 5, cause });
  }
}
