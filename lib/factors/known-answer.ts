import { hashCode, matchingRecord, PARAMETERS } from "../challenges/code-hash.ts";
import { plainText } from "../typed-text.ts";
import type { FactorKit } from "./definition.ts";
import { freeTurns, takeTurn, type Turns } from "./turns.ts";

/** Entra's bounds. */
export const ANSWER_LENGTH = { least: 3, most: 40 } as const;
/** More than anybody types; nothing that is longer is looked at. */
const MOST_TYPED = 200;

/** Wrong answers of an account in a day; a right one frees them. They are guessed at by who knows the person. */
const WRONG_A_DAY: Turns = { most: 5, seconds: 86_400 };

/**
 * An answer in its one form: as people write it differently from day to day (case, spaces, marks, full-width letters), it is the same. Undefined for what is too short
 * or too long.
 */
export function readAnswer(typed: unknown): string | undefined {
  if (typeof typed !== "string" || typed.length > MOST_TYPED) return undefined;
  const plain = wordsOf(typed);
  const { length } = Array.from(plain);
  return length >= ANSWER_LENGTH.least && length <= ANSWER_LENGTH.most ? plain : undefined;
}

/** Letters and digits, in lower case, with one space between words. */
export const wordsOf = (text: string): string =>
  plainText(text)
    .toLowerCase()
    .normalize("NFKC")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();

/** A salted hash, and how it was made. */
export interface HashedAnswer {
  parameters: string;
  hash: string;
}

export const hashAnswer = async (answer: string): Promise<HashedAnswer> => ({
  parameters: PARAMETERS,
  hash: await hashCode(answer),
});

/** Nobody's: for the same work where there is nothing to compare with. */
const NOBODYS: HashedAnswer = { parameters: PARAMETERS, hash: Buffer.alloc(32).toString("base64url") };

/** Whether all answers are those that were hashed. Compares each, whichever is wrong, and as many as `work` where there are fewer. */
export async function areRight(
  answers: readonly (string | undefined)[],
  onFile: readonly HashedAnswer[],
  work: number,
): Promise<boolean> {
  const count = Math.max(onFile.length, work);
  const matches = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const { parameters, hash } = onFile[i] ?? NOBODYS;
      const records = { answer: hash };
      return (await matchingRecord(answers[i] ?? "", { parameters, records }, 1)) === "answer";
    }),
  );
  return onFile.length > 0 && matches.slice(0, onFile.length).every(Boolean);
}

/**
 * Counts an answer against the account's day before anything is hashed, and frees the day when it was right. Throws `too_many_requests`.
 */
export async function judgeKnown(
  kit: Pick<FactorKit, "notes" | "clock">,
  account: string,
  judge: () => Promise<boolean>,
): Promise<"right" | "wrong"> {
  const whose = `wrong ${account}`;
  const giveBack = await takeTurn(kit, whose, WRONG_A_DAY);
  let right: boolean;
  try {
    right = await judge();
  } catch (cause) {
    // Nobody has judged it.
    await giveBack();
    throw cause;
  }
  if (!right) return "wrong";
  await freeTurns(kit, whose, WRONG_A_DAY);
  return "right";
}
