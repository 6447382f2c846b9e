import type { Guesser } from "../challenges/counted-guesses.ts";
import { FactorError, isFactorError } from "../errors.ts";
import type { FactorAttempt } from "../factors/definition.ts";
import type { DefinedFactor } from "../factors/define-factor.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { heldOf, onFileFor, useOf, type HeldNote } from "./begin-factor.ts";
import { occasionOf } from "./challenge.ts";
import { tell, type House } from "./house.ts";
import { EXPIRED, refused } from "./judge.ts";
import type { SessionState } from "./session-state.ts";
import type { Visit } from "./visit.ts";

/** Reads what was typed. Throws `invalid_code` for what cannot be right, which then costs no guess. */
export async function parseFor(
  house: House,
  { name, field, definition }: DefinedFactor,
  response: unknown,
): Promise<unknown> {
  const value = await house.inTime(`factor "${name}": parse`, () => definition.parse(response));
  if (value === undefined || value === null || typeof value === "function")
    throw new FactorError("invalid_code", { field });
  return value;
}

/**
 * Lets a factor judge a guess that was counted as wrong before: so no parallel guess goes uncounted, and no factor can forget to be limited. Returns
 * only where it was right; answers the purpose of what was proven.
 */
export async function judgeFactor(
  house: House,
  visit: Visit,
  state: SessionState,
  factor: DefinedFactor,
  value: unknown,
): Promise<string> {
  const { name, definition } = factor;
  const { counted } = house.tools;
  const purpose = useOf(state);
  const occasion = { ...occasionOf(visit, factor), purpose };
  await house.guesses.consume(visit.ip);
  await onFileFor(house, visit, factor, purpose);
  const note = definition.begin === undefined ? undefined : await heldOf(house, visit, name);
  if (definition.begin !== undefined && note === undefined)
    throw refused(house, visit, factor, occasion, EXPIRED);
  const lane = house.devices.laneOf(visit.request, visit.account);
  const guesser: Guesser = { account: visit.account, lane, factor: name };
  const answer = await counted.count(guesser, factor.guesses);
  if (answer.outcome !== "counted") {
    const { outcome: reason, ...rest } = answer;
    throw refused(house, visit, factor, occasion, { outcome: "failed", reason, ...rest } as Failed);
  }
  const attempt = { account: visit.account, purpose, locale: visit.locale, held: note?.held };
  const said = await askFactor(house, factor, { attempt, value, guesser });
  if (said === "wrong") {
    const { outcome: _counted, ...rest } = answer;
    throw refused(house, visit, factor, occasion, { outcome: "failed", reason: "mismatch", ...rest });
  }
  // Nobody has decided yet: no guess, and nothing is proven.
  if (said === "pending") {
    await counted.takeBack(guesser);
    throw new FactorError("verifier_unavailable", { retryAfter: 2 });
  }
  if (!(await isMine(note))) throw refused(house, visit, factor, occasion, EXPIRED);
  await counted.clear(guesser);
  tell(house, "factor_passed", occasion);
  return purpose;
}

type Failed = Parameters<typeof refused>[4];

/** What was begun is good once. */
const isMine = async (note: HeldNote | undefined) => note === undefined || note.use();

interface Asked {
  attempt: FactorAttempt;
  value: unknown;
  guesser: Guesser;
}

/** What cannot be judged is no guess; and only the word "right" is right. */
async function askFactor(
  house: House,
  { name, definition }: DefinedFactor,
  { attempt, value, guesser }: Asked,
): Promise<"right" | "wrong" | "pending"> {
  const who = `factor "${name}": judge`;
  try {
    const said: unknown = await house.inTime(who, () =>
      definition.judge(attempt, value as string, house.tools.kit(name)),
    );
    if (said === "right" || said === "wrong" || said === "pending") return said;
    throw wrongAnswer(who, said, "right, wrong or pending");
  } catch (cause) {
    await house.tools.counted.takeBack(guesser).catch(house.onError);
    if (isFactorError(cause) && cause.code === "store_unavailable") throw cause;
    throw new FactorError("verifier_unavailable", { retryAfter: 5, cause });
  }
}
