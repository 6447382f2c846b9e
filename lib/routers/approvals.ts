import type { Request, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { FactorError, isFactorError } from "../errors.ts";
import { judgesItself } from "../factors/define-factor.ts";
import type { ApprovedBy, WaitingApproval } from "../flows/approvals.ts";
import { answerJson } from "../http/answer-json.ts";
import { readField } from "../http/fields.ts";
import { noStore } from "../http/headers.ts";
import type { Action, Routes } from "../http/mounted-router.ts";
import { wantsJson } from "../http/negotiate.ts";
import { pageError } from "../http/refuse.ts";
import { pageOf, render } from "../http/render.ts";
import { rememberReturnTo } from "../http/return-to.ts";
import type { ApprovalPage } from "../views/pages.ts";
import { againStatus, showsAgain } from "./verified.ts";

/** Where each decides: on a remembered device of the account, and as a person whom the account has named. */
export const APPROVAL_PATHS: Readonly<Record<ApprovedBy, string>> = { device: "/approve", person: "/vouch" };

const SHOWN_AGAIN = ["invalid_code", "invalid_request", "code_expired", "not_enrolled", "too_many_requests"];
const FIRST = ["login_required", "factor_required"];

/**
 * The paths at which a recovery is decided elsewhere, for a router to mount: `GET /approve` and `GET /vouch` list what waits, `POST` takes the `id` of a request, `decision`
 * (`approve` or `deny`) and, at `/approve`, `number`. Only those of which the app's list has a factor.
 */
export function approvalRoutes(factors: Factors): Routes {
  const has = (by: ApprovedBy) =>
    factors.list.filter(judgesItself).some(({ definition }) => definition.approval?.by === by);
  const all = (["device", "person"] as const).filter(has).map((by) => ({ by, path: APPROVAL_PATHS[by] }));
  return {
    get: Object.fromEntries(all.map(({ by, path }) => [path, shower(factors, by, path)])),
    post: Object.fromEntries(all.map(({ by, path }) => [path, decider(factors, by, path)])),
  };
}

function shower(factors: Factors, by: ApprovedBy, path: string): Action {
  return async function show(req, res) {
    let waiting: WaitingApproval[];
    try {
      waiting = await orSignInFirst(req, factors, path, factors.approvals.waiting(req, by));
    } catch (error) {
      if (!showsAgain(req, res, error, SHOWN_AGAIN)) throw error;
      return showPage(req, res, factors, againStatus(res, error), { by, path, waiting: [], error });
    }
    noStore(res);
    if (wantsJson(req)) answerJson(res, 200, { waiting });
    else showPage(req, res, factors, 200, { by, path, waiting });
  };
}

function decider(factors: Factors, by: ApprovedBy, path: string): Action {
  return async function decide(req, res) {
    const decision = {
      id: readField(req.body, "approval", ["id"]),
      approves: approvesIn(req),
      number: readField(req.body, "approval", ["number"]),
    };
    try {
      const decided = await orSignInFirst(req, factors, path, factors.approvals.decide(req, by, decision));
      noStore(res);
      if (wantsJson(req)) answerJson(res, 200, decided);
      else showPage(req, res, factors, 200, { by, path, waiting: [], decided });
    } catch (error) {
      if (!showsAgain(req, res, error, SHOWN_AGAIN)) throw error;
      const waiting = error.code === "not_enrolled" ? [] : await factors.approvals.waiting(req, by);
      showPage(req, res, factors, againStatus(res, error), { by, path, waiting, error });
    }
  };
}

/** Throws `invalid_request`: what is neither a yes nor a no decides nothing. */
function approvesIn(req: Request): boolean {
  const decision = readField(req.body, "approval", ["decision"]);
  if (decision !== "approve" && decision !== "deny")
    throw new FactorError("invalid_request", { field: "decision" });
  return decision === "approve";
}

/** Who must sign in first, or prove, comes back here afterwards. */
async function orSignInFirst<Answer>(
  req: Request,
  factors: Factors,
  path: string,
  answer: Promise<Answer>,
): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!wantsJson(req) && isFactorError(error) && FIRST.includes(error.code))
      await rememberReturnTo(req, factors, `${req.baseUrl}${path}`);
    throw error;
  }
}

interface Shown {
  by: ApprovedBy;
  path: string;
  waiting: WaitingApproval[];
  decided?: { approved: boolean; number?: string };
  error?: FactorError;
}

function showPage(
  req: Request,
  res: Response,
  factors: Factors,
  status: number,
  { by, path, waiting, decided, error }: Shown,
): void {
  const page = pageOf(req, factors);
  const told = error && pageError(error, page.t);
  const shown: Omit<ApprovalPage, "kind" | "formFields"> = {
    ...page,
    by,
    waiting,
    action: `${req.baseUrl}${path}`,
    backUrl: factors.paths.success,
    ...(decided === undefined ? {} : { decided }),
    ...(told === undefined
      ? {}
      : { error: told.code === "not_enrolled" ? { ...told, message: page.t("approval.notHere") } : told }),
  };
  render(res, factors, "approval", status, shown);
}

/** Where something waits to be decided for a recovery; on a device that is not remembered nothing does. */
export async function waitingAt(
  req: Request,
  factors: Factors,
  here: string,
): Promise<{ by: ApprovedBy; url: string }[]> {
  const all = await Promise.all(
    (["device", "person"] as const).map(async (by) => {
      try {
        const waiting = await factors.approvals.waiting(req, by);
        return waiting.length === 0 ? [] : [{ by, url: `${here}${APPROVAL_PATHS[by]}` }];
      } catch (error) {
        if (isFactorError(error) && error.code === "not_enrolled") return [];
        throw error;
      }
    }),
  );
  return all.flat();
}
