import { FactorError } from "../errors.ts";
import { checkNames } from "../options.ts";
import type { FactorClass } from "../factors/definition.ts";
import type { Engine } from "./engine.ts";
import { hasAny } from "./on-file.ts";
import type { Passed, SessionState } from "./session/session-state.ts";
import { isRemembered } from "./devices/remembered.ts";
import type { RequestContext } from "./request-context.ts";

/** Which proof a route asks for. */
export interface Requirement {
  /** Seconds since the factor was passed; left out: any time in this session. */
  within?: number;
  /** Names of the factors that would do; left out: every factor in the app's list. */
  factors?: readonly string[];
  /** Only of accounts that have one of them on file: who has none goes through. */
  ifEnrolled?: boolean;
}

export const REQUIREMENT_NAMES = { within: true, factors: true, ifEnrolled: true } as const;

/** Throws `factor_required` (with the factors that would do) unless this session has passed one of them recently enough. */
export async function requirePassed(
  engine: Engine,
  context: RequestContext,
  requirement: Requirement,
): Promise<void> {
  // What is misspelt would guard less than it says.
  checkNames("require", requirement, REQUIREMENT_NAMES);
  const state = await engine.sessions.open(context);
  // A remembered device opens what asks for nothing more than a second factor; a recent one, or one by name, it is not.
  const asksMore = requirement.within !== undefined || requirement.factors !== undefined;
  if (state.trusted !== undefined && !asksMore) {
    if (await isRemembered(engine, context, state.trusted)) return;
  }
  const { within, factors = engine.factors.map((each) => each.name) } = requirement;
  const oldest = within === undefined ? -Infinity : engine.clock() - within * 1000;
  if (!state.passed.some((each) => factors.includes(each.factor) && each.at > oldest)) {
    if (requirement.ifEnrolled === true && !(await hasAny(engine, context, factors))) return;
    // The ten minutes of a half-authenticated session are counted from here, where nobody has told of its login.
    await engine.sessions.note(context, state);
    throw new FactorError("factor_required", { factors });
  }
}

/**
 * Every amr value of this session: the first factor's, each passed factor's, and `mfa` where two of them are of different classes (RFC 8176): a
 * question that is answered beside a password is not a second factor. A key that has made sure who holds it is two by itself.
 */
export function amrOf(engine: Engine, state: SessionState): string[] {
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
  await engine.sessions.write(context, { ...state, version: await engine.versions.renew(context.account) });
}
