import { FactorError } from "../errors.ts";
import { checkNames } from "../options.ts";
import type { FactorClass } from "../factors/definition.ts";
import type { Engine } from "./engine.ts";
import { hasAny, secondFactorNames } from "./on-file.ts";
import { hasSession } from "./session/session.ts";
import type { Passed, SessionState } from "./session/session-state.ts";
import { isRemembered } from "./devices/remembered.ts";
import type { RequestContext } from "./request-context.ts";
import { wayOn, type WayOn } from "./way-on.ts";

/** Which proof a route asks for. */
export interface Requirement {
  /** Seconds since the factor was passed; left out: any time in this session. */
  within?: number;
  /** Names of the factors that would do; left out: every second factor in the app's list. */
  factors?: readonly string[];
  /** Only of accounts that have one of them on file: who has none goes through. */
  ifEnrolled?: boolean;
  /** What a proof of `bearerProofs` must have been made for; what a session has passed will not do then. */
  purpose?: string;
}

export const REQUIREMENT_NAMES = { within: true, factors: true, ifEnrolled: true, purpose: true } as const;

/** Throws `factor_required` (with the factors that would do) unless this session has passed one of them recently enough. */
export async function requirePassed(
  engine: Engine,
  context: RequestContext,
  requirement: Requirement,
): Promise<void> {
  // What is misspelt would guard less than it says.
  checkNames("require", requirement, REQUIREMENT_NAMES);
  const { purpose = "" } = requirement;
  const proof = await engine.proofs.read(context);
  if (proof?.purpose === purpose && suffices(engine, requirement, [proof])) return;
  if (purpose !== "" || isWithoutSession(engine, context))
    return refuseUnlessNone(engine, context, requirement);
  const state = await engine.sessions.open(context);
  // A remembered device opens what asks for nothing more than a second factor; a recent one, or one by name, it is not.
  const asksMore = requirement.within !== undefined || requirement.factors !== undefined;
  if (state.trusted !== undefined && !asksMore) {
    if (await isRemembered(engine, context, state.trusted)) return;
  }
  if (suffices(engine, requirement, state.passed)) return;
  // The ten minutes of a half-authenticated session are counted from here, where nobody has told of its login.
  await refuseUnlessNone(engine, context, requirement, async () => engine.sessions.note(context, state));
}

const factorsOf = (engine: Engine, { factors }: Requirement) => factors ?? secondFactorNames(engine);

function suffices(engine: Engine, requirement: Requirement, passed: readonly Passed[]): boolean {
  const { within } = requirement;
  const oldest = within === undefined ? -Infinity : engine.clock() - within * 1000;
  const wanted = factorsOf(engine, requirement);
  return passed.some((each) => wanted.includes(each.factor) && each.at > oldest);
}

/** Throws `factor_required`; where the route asks it only of who has a factor on file, returns for who has none. */
async function refuseUnlessNone(
  engine: Engine,
  context: RequestContext,
  requirement: Requirement,
  note: () => Promise<void> = async () => {},
): Promise<void> {
  const factors = factorsOf(engine, requirement);
  if (requirement.ifEnrolled === true && !(await hasAny(engine, context, factors))) return;
  await note();
  throw new FactorError("factor_required", { factors, ...(await hintsFor(engine, context, factors)) });
}

/** Who is refused is refused also where nobody can say what would help. */
async function hintsFor(
  engine: Engine,
  context: RequestContext,
  factors: readonly string[],
): Promise<Partial<WayOn>> {
  try {
    return await wayOn(engine, context, factors);
  } catch (error) {
    engine.onError(error);
    return {};
  }
}

/** An app that takes bearer proofs has clients without sessions; any other has forgotten to mount its session. */
const isWithoutSession = ({ proofs }: Engine, { request }: RequestContext) =>
  proofs.rules.ttlMs !== undefined && !hasSession(request);

/** What counts for this request: what its session has passed, and a proof that it brings for no purpose of its own. */
export async function provenState(
  engine: Engine,
  context: RequestContext,
): Promise<Pick<SessionState, "first" | "passed">> {
  const proof = await engine.proofs.read(context);
  const brought = proof?.purpose === "" ? [proof] : [];
  if (isWithoutSession(engine, context)) return { first: [], passed: brought };
  const { first, passed } = await engine.sessions.open(context);
  return { first, passed: [...passed, ...brought] };
}

/**
 * Every amr value of this session: the first factor's, each passed factor's, and `mfa` where two of them are of different classes (RFC 8176): a
 * question that is answered beside a password is not a second factor. A key that has made sure who holds it is two by itself.
 */
export function amrOf(engine: Engine, state: Pick<SessionState, "first" | "passed">): string[] {
  const second = state.passed.flatMap((each: Passed) => each.amr);
  const all = [...new Set([...state.first, ...second])];
  const firstClasses = state.first.map((amr) => FIRST_CLASSES[amr]);
  const classOf = ({ factor }: Passed) => engine.factors.find((each) => each.name === factor)?.class;
  const isOther = (passed: Passed) => {
    const own = classOf(passed);
    return own === undefined || !firstClasses.includes(own);
  };
  const isTwo = (passed: Passed) => classOf(passed) === "verified-key";
  const isMulti = (state.first.length > 0 && state.passed.some(isOther)) || state.passed.some(isTwo);
  return isMulti ? [...all, "mfa"] : all;
}

/** What kind of proof the app's own first factor was, by its RFC 8176 value. */
const FIRST_CLASSES: Readonly<Record<string, FactorClass | undefined>> = {
  pwd: "knowledge",
  pin: "knowledge",
  kba: "knowledge",
};

/** For who has passed a factor: of the sessions of an account, only the one that asks goes on. */
export async function endOtherSessions(engine: Engine, context: RequestContext): Promise<void> {
  await requirePassed(engine, context, {});
  const state = await engine.sessions.open(context);
  await engine.versions.renewBut(context.account, state);
}
