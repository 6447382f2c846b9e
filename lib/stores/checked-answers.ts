import { FactorError } from "../errors.ts";
import { createInTime } from "../in-time.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import type { PendingRecord } from "./store.ts";

type Kind = "string" | "number" | "boolean" | "record";
/** What each outcome tells beside its name. */
export type Outcomes = Readonly<Record<string, Readonly<Record<string, Kind>>>>;

/** What a store is asked for, in time, and each answer looked at. */
export interface Asking {
  asked<Answer>(
    verb: string,
    run: () => Promise<Answer>,
    check: (who: string, answer: unknown) => Answer,
  ): Promise<Answer>;
  /** For verbs that answer nothing. */
  told(verb: string, run: () => Promise<void>): Promise<void>;
}

export function createAsking(timeoutMs: number): Asking {
  const inTime = createInTime(
    timeoutMs,
    (who) =>
      new FactorError("store_unavailable", {
        retryAfter: 1,
        cause: new Error(`${who}: no answer within ${timeoutMs} ms`),
      }),
  );
  return {
    asked: async (verb, run, check) => check(`store.${verb}`, await inTime(`store.${verb}`, run)),
    told: async (verb, run) => inTime(`store.${verb}`, run),
  };
}

/** The named fields of an answer, and nothing else of it: what was looked at is what is used. */
export function fields<Answer extends object>(
  who: string,
  answer: unknown,
  kinds: Readonly<Record<string, Kind>>,
): Answer {
  if (typeof answer !== "object" || answer === null) throw wrongAnswer(who, answer, "an object");
  const known: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const value = (answer as Record<string, unknown>)[name];
    if (kind === "record") {
      known[name] = pendingRecord(`${who}: ${name}`, value);
      continue;
    }
    if (typeof value !== kind || Number.isNaN(value))
      throw wrongAnswer(`${who}: ${name}`, value, `a ${kind}`);
    known[name] = value;
  }
  return known as Answer;
}

export const outcomeIn =
  <Answer>(outcomes: Outcomes) =>
  (who: string, answer: unknown): Answer => {
    const { outcome } = fields<{ outcome: string }>(who, answer, { outcome: "string" });
    if (!Object.hasOwn(outcomes, outcome))
      throw wrongAnswer(`${who}: outcome`, outcome, `one of ${Object.keys(outcomes).join(", ")}`);
    return { outcome, ...fields(who, answer, outcomes[outcome] ?? {}) } as Answer;
  };

export function mustBeText(who: string, answer: unknown): string {
  if (typeof answer !== "string") throw wrongAnswer(who, answer, "a text");
  return answer;
}

export const textOrNone = (who: string, answer: unknown): string | undefined =>
  answer === undefined ? undefined : mustBeText(who, answer);

export function yesOrNo(who: string, answer: unknown): boolean {
  if (typeof answer !== "boolean") throw wrongAnswer(who, answer, "true or false");
  return answer;
}

/** What is kept of a pending code. */
export function pendingRecord(who: string, answer: unknown): PendingRecord {
  const known = fields<Omit<PendingRecord, "by">>(who, answer, { digest: "string", note: "string" });
  const { by } = answer as { by?: unknown };
  if (!Array.isArray(by)) throw wrongAnswer(`${who}: by`, by, "a list");
  return { ...known, by: by.map((each) => mustBeText(who, each)) };
}
