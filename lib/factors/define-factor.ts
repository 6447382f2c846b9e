import { checkDefinition } from "./check-definition.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import type { FactorDefinition, FactorTexts, OnFile } from "./definition.ts";
import type { Factor } from "./factor.ts";

/** What `defineFactor` makes: a factor that the app lists. */
export interface DefinedFactor extends Factor {
  readonly definition: FactorDefinition;
  readonly guesses: { readonly perHour: number; readonly inARow: number };
  readonly beginsPerHour: number;
}

/**
 * Makes a factor of a definition. It is counted, limited, locked and told of by the flow, as all factors are. Throws a TypeError that names the factor
 * and what is missing.
 *
 * @example
 * const token = () => defineFactor({ name: "token", amr: "hwk", class: "key", texts, onFile, parse, judge });
 */
export function defineFactor<Value = string, Stored = unknown, State = unknown, EnrolState = unknown>(
  given: FactorDefinition<Value, Stored, State, EnrolState>,
): DefinedFactor {
  checkDefinition(given);
  const definition = given as unknown as FactorDefinition;
  const { name, amr, field, limits = {} } = definition;
  return {
    name,
    amr,
    class: definition.class,
    field: field ?? name.replaceAll("-", "_"),
    definition,
    guesses: { perHour: limits.guessesPerHour ?? 10, inARow: limits.guessesInARow ?? 100 },
    beginsPerHour: limits.beginsPerHour ?? 5,
    enrolled: async ({ account }, tools) =>
      onFileList(name, await definition.onFile(account, tools.kit(name))).length > 0,
    parse: (response) => definition.parse(response),
  };
}

export function isDefined(factor: Factor): factor is DefinedFactor {
  return "definition" in factor;
}

/** Whether a factor is asked for at a login or a step-up; what is for recovery alone proves nothing there, and demands nothing. */
export const isSecondFactor = (factor: Factor): boolean =>
  !isDefined(factor) || (factor.definition.uses ?? ["login"]).some((use) => use !== "recovery");

/** What `onFile` answered, as a list; what it may not answer must not look like none. */
export function onFileList(name: string, answer: unknown): readonly OnFile[] {
  if (answer === undefined) return [];
  const list: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  if (!list.every((each) => typeof each === "object" && each !== null && !Array.isArray(each)))
    throw wrongAnswer(`factor "${name}": onFile`, answer, "an object, a list of objects or undefined");
  return list as readonly OnFile[];
}

/** What people read in a language (BCP 47): of the exact one, else of the language without its region, else English. */
export function textsOf({ texts }: FactorDefinition, locale: string): FactorTexts {
  const own = texts[locale] ?? texts[locale.split("-")[0] as string] ?? {};
  const known = Object.entries(own).filter(([, text]) => text !== undefined);
  return { ...texts.en, ...Object.fromEntries(known) };
}
