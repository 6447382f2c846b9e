import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { backupCodeFactor, type BackupCodesOptions } from "../factors/backup-codes.ts";
import { isIssued } from "../factors/define-factor.ts";
import type { JudgedFactor } from "../factors/factor.ts";
import { answerJson } from "../http/answer-json.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { readField } from "../http/fields.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { pageOf, render } from "../http/render.ts";
import { isFactorError } from "../errors.ts";
import { rememberReturnTo, takeReturnTo } from "../http/return-to.ts";

/**
 * Given what `createFactors` returned, the router where people look at their backup codes and make new ones: `GET /` is
 * `{ remaining, generated_at, low }`, `GET /new` the page, `POST /` makes a set and shows it once. Mount it at `/backup_codes`.
 * Given options, or nothing, the factor for the list of `createFactors`.
 *
 * @example
 * const factors = createFactors({ secret, accounts, factors: [sms({ transport }), backupCodes()] });
 * app.use("/backup_codes", backupCodes(factors));
 */
export function backupCodes(factors: Factors): Router;
export function backupCodes(options?: BackupCodesOptions): JudgedFactor;
export function backupCodes(given: Factors | BackupCodesOptions = {}): Router | JudgedFactor {
  return "list" in given && "events" in given ? router(given) : backupCodeFactor(given);
}

function router(factors: Factors): Router {
  if (!factors.list.some(isIssued))
    throw new TypeError("backupCodes: no factor in the list given to createFactors hands out codes");

  async function show(req: Request, res: Response): Promise<void> {
    const onFile = await orProveFirst(req, factors.backupCodes.read(req));
    noStore(res);
    if (wantsJson(req)) answerJson(res, 200, onFile);
    else showPage(req, res, onFile);
  }

  /** A page of a new set that is loaded again must not make another, and end the one that has just been saved. */
  async function isRepeated(req: Request): Promise<boolean> {
    const replaces = readField(req.body, "backup_codes", ["replaces"]);
    if (wantsJson(req) || typeof replaces !== "string") return false;
    const { generated_at: made } = await orProveFirst(req, factors.backupCodes.read(req));
    return replaces !== (made ?? "none");
  }

  async function generate(req: Request, res: Response): Promise<void> {
    if (await isRepeated(req)) {
      noStore(res);
      return showPage(req, res, { ...(await factors.backupCodes.read(req)), just_made: true });
    }
    const set = await orProveFirst(req, factors.backupCodes.generate(req));
    noStore(res);
    if (wantsJson(req)) answerJson(res, 201, set);
    else showPage(req, res, set);
  }

  /** Who must prove first comes back here afterwards. */
  async function orProveFirst<Answer>(req: Request, answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      if (!wantsJson(req) && isFactorError(error) && error.code === "factor_required")
        await rememberReturnTo(req, factors, `${req.baseUrl}/new`);
      throw error;
    }
  }

  function goOn(req: Request, res: Response): void {
    noStore(res);
    const next = takeReturnTo(req) ?? factors.paths.success;
    if (wantsJson(req)) answerJson(res, 200, { success: true, next });
    else res.redirect(303, next);
  }

  function showPage(
    req: Request,
    res: Response,
    shown: {
      remaining: number;
      generated_at: string | null;
      low: boolean;
      codes?: string[];
      just_made?: boolean;
    },
  ): void {
    render(res, factors, "backupCodes", 200, {
      ...pageOf(req, factors),
      action: req.baseUrl || "/",
      continueAction: `${req.baseUrl}/continue`,
      ...shown,
    });
  }

  const routes = {
    get: { "/": show, "/new": show },
    post: { "/": generate, "/continue": goOn },
  };
  return mountedRouter(factors, routes, { router: "backupCodes", at: "backupCodes" });
}
