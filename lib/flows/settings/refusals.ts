import { isFactorError } from "../../errors.ts";
import type { Factor } from "../../factors/factor.ts";
import { occasionOf } from "../codes/challenge.ts";
import { emit, type Engine } from "../engine.ts";
import type { RequestContext } from "../request-context.ts";

/** What a factor may say in place of "wrong": it is no guess. */
export const SAID_BY_FACTORS: readonly string[] = [
  "store_unavailable",
  "too_many_requests",
  "invalid_request",
  "answer_refused",
  "contact_refused",
];

/** Tells of a factor that was not put on file, and why: who has taken over a session tries that first. */
export async function tellingRefusals<Answer>(
  engine: Engine,
  context: RequestContext,
  factor: Factor,
  run: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (isFactorError(error)) {
      const occasion = { ...occasionOf(context, factor), purpose: "enrol" };
      emit(engine, "factor_enrolment_refused", occasion, { reason: error.code });
    }
    throw error;
  }
}
