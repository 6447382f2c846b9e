import { randomToken } from "../crypto/random-token.ts";
import type { JudgedFactor } from "../factors/factor.ts";

/** A response may be more than a text; of equal ones the texts are equal. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/**
 * By which text the same answer is known when it comes once more. What was typed may come twice, by two clicks; what a ceremony signed is a replay the
 * second time, and what came from elsewhere says nothing that would tell it from the next: they are never known again.
 */
export const repeatable = ({ definition }: JudgedFactor, value: unknown): string =>
  (definition.prompt ?? "typed") === "typed" ? textOf(value) : randomToken();
