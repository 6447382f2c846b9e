import { readAnswer } from "./known-answer.ts";

/** Answers by the id of their question, or by their place in the order of what was asked: "0", "1". */
export type Answers = Readonly<Record<string, string>>;

export const MOST_QUESTIONS = 5;

/**
 * Answers to what was asked: by question (`{ "first-job": "Taipei" }`), or as a list in that order. Undefined for what cannot be right.
 */
export function readAnswers(response: unknown): Answers | undefined {
  if (typeof response !== "object" || response === null) return undefined;
  const pairs: [string, unknown][] = Array.isArray(response)
    ? response.map((answer, i) => [String(i), answer])
    : Object.entries(response);
  if (pairs.length === 0 || pairs.length > MOST_QUESTIONS) return undefined;
  const read = pairs.map(([name, answer]) => [name, readAnswer(answer)] as const);
  if (!read.every(([name, answer]) => ID.test(name) && answer !== undefined)) return undefined;
  return Object.fromEntries(read) as Answers;
}

/**
 * Questions that were chosen, with their answers: `{ question_1: "first-job", answer_1: "Taipei", … }`. What is too short or too long stays as an empty text, for a
 * better word about it.
 */
export function readChosen(response: unknown): Answers | undefined {
  if (typeof response !== "object" || response === null) return undefined;
  const form = response as Record<string, unknown>;
  const field = (name: string) => (Object.hasOwn(form, name) ? form[name] : undefined);
  const pairs: [string, string][] = [];
  for (let n = 1; n <= MOST_QUESTIONS && field(`question_${n}`) !== undefined; n++) {
    const question = field(`question_${n}`);
    if (typeof question !== "string" || !ID.test(question)) return undefined;
    pairs.push([question, readAnswer(field(`answer_${n}`)) ?? ""]);
  }
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

const ID = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** Only what was typed: a prototype's properties are no answers. */
export const answerIn = (answers: Answers, name: string): string | undefined =>
  Object.hasOwn(answers, name) ? answers[name] : undefined;
