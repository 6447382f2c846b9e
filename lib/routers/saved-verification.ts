import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { FactorError } from "../errors.ts";
import type { Factor } from "../factors/factor.ts";
import { answerJson } from "../http/answer-json.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { pageError } from "../http/refuse.ts";
import { pageOf, render } from "../http/render.ts";
import { againStatus, showsAgain, verifyRequest } from "./verified.ts";
import { waysOut } from "./ways-out.ts";

/** Where a code that was handed out before is typed. */
export function savedVerification(factors: Factors, factor: Factor): Router {
  async function show(req: Request, res: Response): Promise<void> {
    if (!(await factors.enrolled(req)).includes(factor.name)) throw new FactorError("not_enrolled");
    if (!wantsJson(req)) return await showPage(req, res, 200);
    noStore(res);
    answerJson(res, 200, { method: factor.name, field: factor.field });
  }

  async function verify(req: Request, res: Response): Promise<void> {
    try {
      await verifyRequest(req, res, factors, factor);
    } catch (error) {
      if (!showsAgain(req, res, error, ["invalid_code", "attempts_exceeded", "too_many_requests"]))
        throw error;
      await showPage(req, res, againStatus(res, error), error);
    }
  }

  async function showPage(req: Request, res: Response, status: number, error?: FactorError): Promise<void> {
    const page = pageOf(req, factors);
    const { otherWays } = await waysOut(req, factors, factor.name, page.t);
    render(res, factors, "backupCodeVerification", status, {
      ...page,
      action: req.baseUrl || "/",
      ...(otherWays === undefined ? {} : { otherWays }),
      ...(error === undefined ? {} : { error: pageError(error, page.t) }),
    });
  }

  return mountedRouter(factors, { get: { "/new": show }, post: { "/": verify } });
}
