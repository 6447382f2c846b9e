import { readCode } from "../challenges/code.ts";
import { checkDefinition } from "./check-definition.ts";
import { challengeRules, parseRules, type CodeDefinition } from "./code-section.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import type { FactorDefinition, FactorIssue, FactorTexts, OnFile } from "./definition.ts";
import type { CodeFactor, Factor, JudgedFactor } from "./factor.ts";
import { createSentCode } from "./sent-code.ts";

/**
 * Makes a factor of a definition. It is counted, limited, locked and told of by the flow, as all factors are. Throws a TypeError that names the factor
 * and what is missing.
 *
 * @example
 * const token = () => defineFactor({ name: "token", amr: "hwk", class: "key", texts, onFile, parse, judge });
 * const chat = () => defineFactor({ name: "chat", amr: "otp", class: "device", texts, code: { destination, transport } });
 */
export function defineFactor<Stored = unknown>(given: CodeDefinition<Stored>): CodeFactor;
export function defineFactor<Value = string, Stored = unknown, State = unknown, EnrolState = unknown>(
  given: FactorDefinition<Value, Stored, State, EnrolState>,
): JudgedFactor;
export function defineFactor(given: CodeDefinition | FactorDefinition): Factor {
  checkDefinition(given);
  const {
    name,
    amr,
    field = name.replaceAll("-", "_"),
    uses = ["login", "step-up"],
    texts,
    limits = {},
  } = given;
  const guesses = { perHour: limits.guessesPerHour ?? 10, inARow: limits.guessesInARow ?? 100 };
  const factor = { name, amr, class: given.class, field, uses, texts, guesses };
  if (!("code" in given)) {
    const { beginsPerHour = 5 } = given.limits ?? {};
    return { ...factor, definition: given, beginsPerHour, parse: (response) => given.parse(response) };
  }
  const rules = challengeRules(parseRules(`factor "${name}": code.rules`, given.code.rules), guesses);
  const code = createSentCode(name, given.code, rules);
  return { ...factor, code, parse: (response) => readCode(response, rules.codeLength) };
}

/** Whether the package makes, sends and judges the codes of a factor. */
export function sendsCode(factor: Factor): factor is CodeFactor {
  return factor.code !== undefined;
}

/** Whether a factor judges by itself. */
export function judgesItself(factor: Factor): factor is JudgedFactor {
  return factor.definition !== undefined;
}

/** What `onFile` answered, as a list; what it may not answer must not look like none. */
export function onFileList({ name, enrol, approval }: FactorDefinition, answer: unknown): readonly OnFile[] {
  if (answer === undefined) return [];
  const { most = 1 } = enrol ?? {};
  const isSeveral = most > 1 || approval !== undefined;
  const list: readonly unknown[] = isSeveral && Array.isArray(answer) ? answer : [answer];
  if (!list.every((each) => typeof each === "object" && each !== null && !Array.isArray(each)))
    throw wrongAnswer(`factor "${name}": onFile`, answer, "an object, or undefined");
  return list as readonly OnFile[];
}

/** A factor whose codes are handed out in sets. */
export type IssuedFactor = JudgedFactor & { readonly definition: { readonly issue: FactorIssue } };

export function isIssued(factor: Factor): factor is IssuedFactor {
  return factor.definition?.issue !== undefined;
}

/** What people read in a language (BCP 47): of the exact one, else of the language without its region, else English. */
export function textsOf({ texts }: Pick<FactorDefinition, "texts">, locale: string): FactorTexts {
  const own = texts[locale] ?? texts[locale.split("-")[0] as string] ?? {};
  const known = Object.entries(own).filter(([, text]) => text !== undefined);
  return { ...texts.en, ...Object.fromEntries(known) };
}

/** On the button that chooses it: with where its code goes, where that is told. */
export const labelIn = (factor: Pick<FactorDefinition, "texts">, locale: string, display = ""): string =>
  textsOf(factor, locale).label.replaceAll("{display}", display).trim();

/** What it is called where it is on file, or is put there: where its code goes stands beside it. */
export const nameIn = (factor: Pick<FactorDefinition, "texts">, locale: string): string =>
  textsOf(factor, locale).name ?? labelIn(factor, locale);
