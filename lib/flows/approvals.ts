import { FactorError } from "../errors.ts";
import type { FactorKit } from "../factors/definition.ts";
import type { ApprovalRequest, FactorApproval } from "../factors/elsewhere.ts";
import { judgesItself, nameIn } from "../factors/define-factor.ts";
import type { JudgedFactor } from "../factors/factor.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { isRecord } from "./begun.ts";
import { isOnRememberedDevice } from "./devices/trusted-devices.ts";
import { emit, type Engine } from "./engine.ts";
import { requirePassed } from "./guard.ts";
import { inContext, type IncomingRequest, type RequestContext } from "./request-context.ts";
import { isStillThere } from "./session/session.ts";

/** Who has approved. */
export type ApprovedBy = FactorApproval<FactorKit>["by"];

/** What waits for the signed-in account to decide. */
export interface WaitingApproval extends ApprovalRequest {
  /** The factor it is about. */
  factor: string;
  /** What it is called, in the account's language. */
  label: string;
}

/** What somebody has decided. */
export interface Decision {
  /** Of the request. */
  id: unknown;
  /** Yes, or no. */
  approves: boolean;
  /** What was typed, where the approver types the number. */
  number?: unknown;
}

/** What somebody decides for a recovery elsewhere: on a remembered device of the account, or as a person whom the account has named. */
export interface ApprovalFlows {
  /**
   * Throws `login_required`, `factor_required` for who is half signed in; of the account itself, `not_enrolled` where this is no remembered device.
   */
  waiting(request: IncomingRequest, by: ApprovedBy): Promise<WaitingApproval[]>;
  /**
   * Decides once: throws `code_expired` where it is over or decided. `invalid_code` for a number that cannot be right, which costs nothing, and for a wrong one, which
   * ends the request. `number`: what a named person reads out. Call it on POST only.
   */
  decide(
    request: IncomingRequest,
    by: ApprovedBy,
    decision: Decision,
  ): Promise<{ approved: boolean; number?: string }>;
}

export function createApprovalFlows(engine: Engine): ApprovalFlows {
  const asked = inContext(engine);
  return {
    waiting: asked((context, by: ApprovedBy) => waitingFor(engine, context, by)),
    decide: asked((context, by: ApprovedBy, decision: Decision) => decide(engine, context, by, decision)),
  };
}

interface Approver {
  factor: JudgedFactor;
  approval: FactorApproval<FactorKit>;
}

const approversOf = (engine: Engine, by: ApprovedBy): Approver[] =>
  engine.factors.filter(judgesItself).flatMap((factor) => {
    const { approval } = factor.definition;
    return approval?.by === by ? [{ factor, approval }] : [];
  });

/** An account that has a second factor must have passed it; its own device must be one that it has told to remember it. */
async function mayDecide(engine: Engine, context: RequestContext, by: ApprovedBy): Promise<void> {
  await requirePassed(engine, context, { ifEnrolled: true });
  if (by === "device" && !(await isOnRememberedDevice(engine, context)))
    throw new FactorError("not_enrolled");
}

async function waitingFor(
  engine: Engine,
  context: RequestContext,
  by: ApprovedBy,
): Promise<WaitingApproval[]> {
  await mayDecide(engine, context, by);
  const all = await Promise.all(
    approversOf(engine, by).map(async ({ factor, approval }) => {
      const waiting = await listed(engine, context, factor, approval);
      return waiting.map((each) => ({ ...each, factor: factor.name, label: nameIn(factor, context.locale) }));
    }),
  );
  return all.flat();
}

async function listed(
  engine: Engine,
  { account }: RequestContext,
  { name }: JudgedFactor,
  approval: FactorApproval<FactorKit>,
): Promise<readonly ApprovalRequest[]> {
  const who = `factor "${name}": approval.waiting`;
  const answer: unknown = await engine.inTime(who, () => approval.waiting(account, engine.tools.kit(name)));
  if (!Array.isArray(answer)) throw wrongAnswer(who, answer, "a list");
  return answer as ApprovalRequest[];
}

async function decide(
  engine: Engine,
  context: RequestContext,
  by: ApprovedBy,
  { id, approves, number }: Decision,
): Promise<{ approved: boolean; number?: string }> {
  await mayDecide(engine, context, by);
  await engine.guesses.consume(context.ip);
  if (typeof id !== "string" || id === "") throw new FactorError("invalid_request", { field: "id" });
  for (const { factor, approval } of approversOf(engine, by)) {
    const waiting = await listed(engine, context, factor, approval);
    if (!waiting.some((each) => each.id === id)) continue;
    // A session that has ended meanwhile decides nothing.
    if (!(await engine.inTime("session.get", () => isStillThere(context.request))))
      throw new FactorError("login_required");
    return decideOne(engine, context, { factor, approval }, { id, approves, number });
  }
  throw new FactorError("code_expired");
}

async function decideOne(
  engine: Engine,
  context: RequestContext,
  { factor: { name }, approval }: Approver,
  { id, approves, number }: Decision & { id: string },
): Promise<{ approved: boolean; number?: string }> {
  const { account, ip } = context;
  const who = `factor "${name}": approval.decide`;
  const decision = approves ? { approves, number } : { approves };
  const answer: unknown = await engine.inTime(who, () =>
    approval.decide(account, id, decision, engine.tools.kit(name)),
  );
  const { outcome, number: shown } = isRecord(answer) ? answer : {};
  const occasion = { account, factor: name, purpose: "recovery", ip };
  const unheard = () => wrongAnswer(who, answer, "approved, denied, wrong, unreadable or gone");
  switch (outcome) {
    case "approved":
      if (!approves) throw unheard();
      emit(engine, "approval_given", occasion);
      return { approved: true, ...(typeof shown === "string" ? { number: shown } : {}) };
    case "denied":
      emit(engine, "approval_refused", occasion);
      return { approved: false };
    case "wrong":
      emit(engine, "approval_refused", occasion, { reason: "mismatch" });
      throw new FactorError("invalid_code", { field: "number", attemptsRemaining: 0 });
    case "unreadable":
      throw new FactorError("invalid_code", { field: "number" });
    case "gone":
      throw new FactorError("code_expired");
    default:
      throw unheard();
  }
}
