import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { FactorError } from "../errors.ts";
import { textsOf, type DefinedFactor } from "../factors/define-factor.ts";
import { answerJson } from "../http/answer-json.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { answerOptions, factorError } from "./ceremony.ts";
import { pageOf, render } from "../http/render.ts";
import { goOn } from "./code-sent.ts";
import { againStatus, showsAgain, verifyRequest } from "./verified.ts";

const SEND_AGAIN = ["too_many_requests", "delivery_failed", "verifier_unavailable"];
const TYPE_AGAIN = ["invalid_code", "code_expired", "too_many_requests", "verifier_unavailable"];

/** Where the answer to a factor that was made by `defineFactor` is typed, in the words that it brings. */
export function ownVerification(factors: Factors, factor: DefinedFactor): Router {
  const { name, field, definition } = factor;
  const begins = definition.begin !== undefined;
  const { prompt = "typed" } = definition;

  async function show(req: Request, res: Response): Promise<void> {
    if (!(await factors.enrolled(req)).includes(name)) throw new FactorError("not_enrolled");
    if (!wantsJson(req)) return showPage(req, res, 200);
    noStore(res);
    answerJson(res, 200, {
      method: name,
      field,
      ...(begins ? { begin: `${req.baseUrl}/challenge` } : {}),
      ...(prompt === "typed" ? {} : { prompt }),
    });
  }

  async function begin(req: Request, res: Response): Promise<void> {
    try {
      const begun = await factors.beginFactor(req, name);
      if (!wantsJson(req)) return goOn(res, `${req.baseUrl}/new`);
      noStore(res);
      if (prompt === "ceremony") return answerOptions(res, begun);
      answerJson(res, 201, { success: true, ...begun, field });
    } catch (error) {
      showAgain(req, res, error, SEND_AGAIN);
    }
  }

  async function verify(req: Request, res: Response): Promise<void> {
    try {
      await verifyRequest(req, res, factors, factor);
    } catch (error) {
      showAgain(req, res, error, TYPE_AGAIN);
    }
  }

  function showAgain(req: Request, res: Response, error: unknown, codes: readonly string[]): void {
    if (!showsAgain(req, res, error, codes)) throw error;
    showPage(req, res, againStatus(res, error), error);
  }

  function showPage(req: Request, res: Response, status: number, error?: FactorError): void {
    const page = pageOf(req, factors);
    const texts = textsOf(definition, page.locale);
    render(res, factors, "factorVerification", status, {
      ...page,
      factor: name,
      texts,
      prompt,
      field,
      length: definition.length ?? 64,
      digits: definition.digits ?? false,
      autocomplete: definition.autocomplete ?? "one-time-code",
      action: req.baseUrl || "/",
      ...(begins ? { beginAction: `${req.baseUrl}/challenge` } : {}),
      ...(factors.devices.on ? { rememberDays: factors.devices.days } : {}),
      ...(factors.list.length > 1 ? { otherWays: factors.paths.secondFactor } : {}),
      ...(error === undefined ? {} : { error: factorError(error, prompt, page.t) }),
    });
  }

  return mountedRouter(factors, {
    get: { "/new": show },
    post: { "/": verify, ...(begins ? { "/challenge": begin } : {}) },
  });
}
