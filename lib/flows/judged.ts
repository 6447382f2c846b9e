import { FactorError } from "../errors.ts";
import type { Confirmed, Judged } from "../factors/definition.ts";
import { wrongAnswer } from "../wrong-answer.ts";

/** Nobody has decided yet: no guess, and nothing is proven. */
export const undecided = (): FactorError => new FactorError("verification_pending", { retryAfter: 2 });

/** What a factor said of an answer, once it has been looked at. */
export type Said = Omit<Judged, "outcome"> &
  Pick<Confirmed, "id"> & { outcome: "right" | "wrong" | "pending" };

const WORDS: readonly unknown[] = ["right", "wrong", "pending"];
const isWord = (value: unknown) => typeof value === "string" && /^[\w-]{1,32}$/.test(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

/** What may stand beside the outcome. */
const PARTS: Readonly<Record<Exclude<keyof Said, "outcome">, (value: unknown) => boolean>> = {
  amr: (value) => Array.isArray(value) && value.length > 0 && value.every(isWord),
  suspicious: isWord,
  remaining: isCount,
  low: (value) => typeof value === "boolean",
  giveBack: (value) => typeof value === "function",
  id: (value) => typeof value === "string" && value !== "",
};

/** Only what is known for right is right. Throws a TypeError for everything that the contract does not know. */
export function readJudged(who: string, answer: unknown, words: readonly string[]): Said {
  const whole: unknown = WORDS.includes(answer) ? { outcome: answer } : answer;
  const unknown = () => wrongAnswer(who, answer, `${words.join(", ")} or { outcome }`);
  if (typeof whole !== "object" || whole === null) throw unknown();
  const { outcome, ...rest } = whole as Record<string, unknown>;
  if (typeof outcome !== "string" || !words.includes(outcome)) throw unknown();
  const said: Record<string, unknown> = { outcome };
  for (const [part, isKnown] of Object.entries(PARTS)) {
    const value = rest[part];
    if (value === undefined) continue;
    if (!isKnown(value)) throw unknown();
    said[part] = value;
  }
  return said as unknown as Said;
}
