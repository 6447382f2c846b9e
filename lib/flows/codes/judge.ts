import type { Verdict } from "../../challenges/challenge.ts";
import { FactorError, isFactorError, tooManyRequests } from "../../errors.ts";
import type { FactorEventName } from "../../events.ts";
import { namesOf } from "../../factors/code-names.ts";
import { sendsCode } from "../../factors/define-factor.ts";
import type { Factor, TypedCode } from "../../factors/factor.ts";
import type { Admission } from "../../stores/store.ts";
import { wrongAnswer } from "../../wrong-answer.ts";
import { occasionOf } from "./challenge.ts";
import { undo } from "../undone.ts";
import { emit, type Engine, type Occasion } from "../engine.ts";
import type { Pending } from "./pending.ts";
import { lastFailure, noteOutcome } from "./provider-outcomes.ts";
import type { RequestContext } from "../request-context.ts";

/** Judges a typed code of what is pending, and tells that somebody tried; what a pass is worth is the caller's matter. `admission`: it was counted for its address already. */
export async function judge(
  engine: Engine,
  context: RequestContext,
  pending: Pending,
  code: string,
  how: { admission?: Admission | undefined } = {},
): Promise<Verdict> {
  const { ref, factor, note } = pending;
  const occasion = occasionOf(context, factor, ref);
  const receipt = note.receipts?.[factor.name];
  const managed = receipt?.managed === true ? receipt.id : undefined;
  // Whoever is over the address's limit learns nothing, and uses nothing up.
  const admission = "admission" in how ? how.admission : engine.guesses.admit(context.ip);
  let verdict: Verdict;
  try {
    verdict = await (receipt?.managed === true && managed === undefined
      ? judgeUnsent(engine, pending, code, admission)
      : judgeSent(engine, pending, { code, managed, admission }));
  } catch (error) {
    emitTyped();
    throw error;
  }
  // What turns out to be about something else is told of as that.
  if (verdict.outcome !== "other" && verdict.outcome !== "repeated") emitTyped();
  if (verdict.outcome === "passed" && verdict.resumed)
    emit(engine, "sends_resumed", occasion, { reason: "verified" });
  return verdict;

  function emitTyped(): void {
    const { typed } = namesOf(ref.kind).events;
    if (typed !== undefined) emit(engine, typed, occasion);
  }
}

/** What a pass leads to. Where that fails, the code is as good as before: it can be typed again. */
export async function orGiveBack<Answer>(
  engine: Pick<Engine, "onError">,
  { giveBack }: { giveBack?: (() => Promise<void>) | undefined },
  run: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (giveBack !== undefined) await undo(engine, giveBack);
    throw error;
  }
}

/** A managed verifier has no code where nothing was sent: counted as a wrong one is, in about the time that it takes to ask. */
async function judgeUnsent(
  engine: Engine,
  pending: Pending,
  code: string,
  admission: Admission | undefined,
): Promise<Verdict> {
  const { ref, factor } = pending;
  return engine.tools.challenges.verifyElsewhere(ref, code, factor.code.rules, admission, async () => {
    const [failure] = await Promise.all([
      lastFailure(engine, pending, "check"),
      engine.sendTiming.wait(factor.code),
    ]);
    if (failure !== undefined) throw new FactorError("verifier_unavailable", { retryAfter: 5 });
    return "wrong";
  });
}

/** For a managed verifier, whose answers `judgeUnsent` imitates, it is remembered whether it answered. */
async function judgeSent(engine: Engine, pending: Pending, attempt: TypedCode): Promise<Verdict> {
  const judged = pending.factor.code.verify(pending.ref, attempt, engine.tools);
  if (attempt.managed === undefined) return judged;
  try {
    const verdict = await judged;
    // Only what was right or wrong was asked about.
    if (verdict.outcome === "passed" || (verdict.outcome === "failed" && verdict.reason === "mismatch"))
      await noteOutcome(engine, pending, "check", undefined);
    return verdict;
  } catch (error) {
    if (isFactorError(error) && error.code === "verifier_unavailable")
      await noteOutcome(engine, pending, "check", error);
    throw error;
  }
}

/** `missing`: there is nothing on file to be right about. */
export type FailedVerdict =
  Extract<Verdict, { outcome: "failed" }> | { outcome: "failed"; reason: "missing" };

/** Nothing is pending, or nothing that may go on. */
export const EXPIRED = { outcome: "failed", reason: "expired" } as const;

/** The refusal that a failed verdict is told as, and everything else that hears of it. */
export function refused(
  engine: Engine,
  context: RequestContext,
  factor: Factor,
  occasion: Occasion,
  verdict: FailedVerdict,
): FactorError {
  const { field } = factor;
  if ("nowLocked" in verdict) emitConsequences(engine, context, occasion, verdict);
  const [mismatch, expired] = failuresOf(factor);
  switch (verdict.reason) {
    case "mismatch":
      emit(engine, mismatch, occasion, mismatch === "factor_failed" ? { reason: "invalid_code" } : {});
      return new FactorError("invalid_code", { field, attemptsRemaining: verdict.attemptsRemaining });
    case "exhausted":
      emit(engine, mismatch, occasion, { reason: "attempts_exceeded" });
      return new FactorError("attempts_exceeded", { field, attemptsRemaining: 0 });
    case "limited":
      return tooManyRequests(verdict.retryAfterMs, "lockout");
    case "disabled":
      return new FactorError("factor_disabled");
    case "missing":
      return new FactorError("not_enrolled");
    case "expired":
      emit(engine, expired, occasion, { reason: "code_expired" });
      return new FactorError("code_expired");
    default:
      throw wrongAnswer("verify", (verdict as Verdict).outcome, "a verdict with one of the known reasons");
  }
}

/** Some factors have names of their own, which dashboards know. */
function failuresOf(factor: Factor): readonly [mismatch: FactorEventName, expired: FactorEventName] {
  if (!sendsCode(factor)) {
    const { failed = "factor_failed" } = factor.definition.events ?? {};
    return [failed, failed] as const;
  }
  const { mismatch, expired } = namesOf(factor.code.destination.kind).events;
  return [mismatch, expired] as const;
}

function emitConsequences(
  engine: Engine,
  context: RequestContext,
  occasion: Occasion,
  { nowDisabled, nowLocked }: { nowDisabled?: boolean; nowLocked?: boolean },
): void {
  // A sign-up has nobody yet who could be told.
  const somebody = context.user !== undefined;
  if (nowDisabled === true) {
    emit(engine, "factor_disabled", occasion);
    if (somebody) engine.notify(context, { kind: "factor_disabled" });
  }
  if (nowLocked === true) {
    emit(engine, "account_locked", occasion);
    if (somebody) engine.notify(context, { kind: "account_locked" });
  }
}
