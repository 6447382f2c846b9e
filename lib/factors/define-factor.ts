import { checkDefinition } from "./check-definition.ts";
import type { FactorDefinition, FactorIssue, FactorTexts, FactorUse } from "./definition.ts";
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
    enrolled: async ({ account }, tools) => (await definition.onFile(account, tools.kit(name))) !== undefined,
    parse: (response) => definition.parse(response),
  };
}

export function isDefined(factor: Factor): factor is DefinedFactor {
  return "definition" in factor;
}

/** A factor whose codes are handed out in sets. */
export type IssuedFactor = DefinedFactor & { readonly definition: { readonly issue: FactorIssue } };

export function isIssued(factor: Factor): factor is IssuedFactor {
  return isDefined(factor) && factor.definition.issue !== undefined;
}

/** What a factor proves for. */
export function usesOf(factor: Factor): readonly FactorUse[] {
  return (isDefined(factor) ? factor.definition.uses : undefined) ?? ["login", "step-up"];
}

/** What people read in a language (BCP 47): of the exact one, else of the language without its region, else English. */
export function textsOf({ texts }: FactorDefinition, locale: string): FactorTexts {
  const own = texts[locale] ?? texts[locale.split("-")[0] as string] ?? {};
  const known = Object.entries(own).filter(([, text]) => text !== undefined);
  return { ...texts.en, ...Object.fromEntries(known) };
}
