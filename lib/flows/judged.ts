import { wrongAnswer } from "../wrong-answer.ts";

/** What a factor said of an answer, once it has been looked at. */
export interface Said {
  outcome: "right" | "wrong" | "pending";
  amr?: string[];
  suspicious?: string;
  id?: string;
}

const WORDS: readonly unknown[] = ["right", "wrong", "pending"];
const isWord = (value: unknown): value is string => typeof value === "string" && /^[\w-]{1,32}$/.test(value);
const isId = (value: unknown): value is string => typeof value === "string" && value !== "";

/** Only the word "right" is right. Throws a TypeError for everything that the contract does not know. */
export function readJudged(who: string, answer: unknown, words: readonly string[]): Said {
  const whole: unknown = WORDS.includes(answer) ? { outcome: answer } : answer;
  const shape = words.join(", ").replace(/, (?=[^,]*$)/, " or ");
  if (typeof whole !== "object" || whole === null) throw wrongAnswer(who, answer, shape);
  const { outcome, amr, suspicious, id } = whole as Record<string, unknown>;
  if (typeof outcome !== "string" || !words.includes(outcome)) throw wrongAnswer(who, answer, shape);
  if (amr !== undefined && !(Array.isArray(amr) && amr.length > 0 && amr.every(isWord)))
    throw wrongAnswer(`${who}: amr`, amr, "a list of RFC 8176 values");
  if (suspicious !== undefined && !isWord(suspicious))
    throw wrongAnswer(`${who}: suspicious`, suspicious, "a word");
  if (id !== undefined && !isId(id)) throw wrongAnswer(`${who}: id`, id, "a text");
  return {
    outcome: outcome as Said["outcome"],
    ...(amr === undefined ? {} : { amr: [...(amr as string[])] }),
    ...(suspicious === undefined ? {} : { suspicious }),
    ...(id === undefined ? {} : { id }),
  };
}
