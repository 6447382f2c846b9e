import type { Guesser } from "../challenges/counted-guesses.ts";
import { FactorError, isFactorError } from "../errors.ts";
import type { FactorAttempt } from "../factors/definition.ts";
import type { DefinedFactor } from "../factors/define-factor.ts";
import { begunOf, onFileFor, useOf } from "./begin-factor.ts";
import { occasionOf } from "./codes/challenge.ts";
import { emit, type Engine, type Occasion } from "./engine.ts";
import { readJudged, type Said } from "./judged.ts";
import { EXPIRED, refused } from "./codes/judge.ts";
import { bindingOf } from "./codes/pending.ts";
import type { SessionState } from "./session/session-state.ts";
import type { RequestContext } from "./request-context.ts";

/** Reads what was typed. Throws `invalid_code` for what cannot be right, which then costs no guess. */
export async function parseFor(
  engine: Engine,
  { name, field, definition }: DefinedFactor,
  response: unknown,
  parse: (response: unknown) => unknown = definition.parse,
): Promise<unknown> {
  const value = await engine.inTime(`factor "${name}": parse`, () => parse(response));
  if (value === undefined || value === null || typeof value === "function")
    throw new FactorError("invalid_code", { field });
  return value;
}

/** What was proven. */
export interface FactorProof {
  purpose: string;
  /** RFC 8176. */
  amr: string[];
}

/**
 * Lets a factor judge a guess that was counted as wrong before: so no parallel guess goes uncounted, and no factor can forget to be limited. Returns
 * only where it was right.
 */
export async function judgeFactor(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  factor: DefinedFactor,
  value: unknown,
): Promise<FactorProof> {
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
    throw new FactorError("verifier_unavailable", { retryAfter: 2 });
  }
  if (!isCeremony) await refuseUsed();
  await counted.clear(guesser);
  emit(engine, "factor_passed", occasion);
  return { purpose, amr: said.amr ?? [factor.amr].flat() };
}

type Failed = Parameters<typeof refused>[4];

/** What a factor wants its app to look into. */
export function emitSuspicion(engine: Engine, occasion: Occasion, { suspicious }: Said): void {
  if (suspicious !== undefined) emit(engine, "factor_suspicious", occasion, { reason: suspicious });
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
  { name, definition }: DefinedFactor,
  { attempt, value, guesser, browser }: Asked,
): Promise<Said> {
  const who = `factor "${name}": judge`;
  try {
    const said: unknown = await engine.inTime(who, () =>
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
