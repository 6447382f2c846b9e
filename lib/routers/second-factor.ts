import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { FactorError, isFactorError } from "../errors.ts";
import type { Offer } from "../flows/offers.ts";
import type { Begin } from "../flows/begin-factor.ts";
import { sendsCode } from "../factors/define-factor.ts";
import { isPhone } from "../factors/phone-destination.ts";
import { rankOf } from "../factors/strength.ts";
import { answerJson } from "../http/answer-json.ts";
import { checkFactors } from "../http/check-factors.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { readField } from "../http/fields.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { pageError } from "../http/refuse.ts";
import { pageOf, render } from "../http/render.ts";
import { codeSent, goOn } from "./code-sent.ts";
import { againStatus } from "./verified.ts";

/**
 * Asks which of the factors on file to use: `GET /new` is the page, `GET /` lists them as JSON with where to begin and verify each,
 * `POST /` with `factor` begins one. Mount it at `/second_factor`.
 */
export function secondFactor(factors: Factors): Router {
  checkFactors("secondFactor", factors);
  async function show(req: Request, res: Response): Promise<void> {
    const offers = await factors.offers(req);
    noStore(res);
    if (wantsJson(req)) return answerJson(res, 200, { factors: offers.map(forPrograms) });
    // Nothing on file yet: where the app has phones, the way in is to register one.
    if (
      offers.length === 0 &&
      factors.list.some(isPhone) &&
      (await factors.account(req)).phone === undefined
    ) {
      factors.mounting.sends("registration");
      return res.redirect(303, factors.paths.registration);
    }
    await showPage(req, res, 200, false);
  }

  const sendsCodeBy = (name: string) => factors.list.some((each) => each.name === name && sendsCode(each));

  async function showNone(req: Request, res: Response): Promise<void> {
    await showPage(req, res, 200, true);
  }

  async function choose(req: Request, res: Response): Promise<void> {
    const wanted = readField(req.body, "second_factor", ["factor"]);
    if (wanted === "none") return nextOption(req, res);
    const offer = (await factors.offers(req)).find(({ name }) => name === wanted);
    if (offer === undefined) throw new FactorError("invalid_request", { field: "factor" });
    const page = `${offer.verify}/new`;
    factors.mounting.sends(`doors.${offer.name}`);
    // The page of a ceremony asks for its options when somebody presses its button.
    const isLater = offer.prompt === "ceremony" && !wantsJson(req);
    if (offer.begin === undefined || isLater) return told(req, res, page);
    try {
      if (!sendsCodeBy(offer.name)) return begun(req, res, await factors.beginFactor(req, offer.name), page);
      codeSent(req, res, factors, await factors.begin(req, offer.name), page);
    } catch (error) {
      await stay(req, res, error, page);
    }
  }

  /** A send that is refused because one was sent just now: the code is there to be typed. */
  async function stay(req: Request, res: Response, error: unknown, page: string): Promise<void> {
    if (wantsJson(req) || !isFactorError(error)) throw error;
    if (
      error.details.pending !== undefined &&
      page.startsWith(`${factors.paths.doors[error.details.pending]}/`)
    )
      return goOn(res, page);
    if (!OTHER_WAY.includes(error.code)) throw error;
    await showPage(req, res, againStatus(res, error), false, error);
  }

  function begun(req: Request, res: Response, answer: Begin, page: string): void {
    if (!wantsJson(req)) return goOn(res, page);
    noStore(res);
    answerJson(res, 201, { success: true, ...answer });
  }

  function nextOption(req: Request, res: Response): void {
    noStore(res);
    if (wantsJson(req)) answerJson(res, 200, { factors: [] });
    else res.redirect(303, `${req.baseUrl}/none`);
  }

  function told(req: Request, res: Response, page: string): void {
    noStore(res);
    if (wantsJson(req)) answerJson(res, 200, { success: true });
    else res.redirect(303, page);
  }

  async function startOver(req: Request, res: Response): Promise<void> {
    await factors.startOver(req);
    told(req, res, factors.paths.secondFactor);
  }

  async function showPage(
    req: Request,
    res: Response,
    status: number,
    none: boolean,
    error?: FactorError,
  ): Promise<void> {
    const page = pageOf(req, factors);
    render(res, factors, "secondFactor", status, {
      ...page,
      action: req.baseUrl || "/",
      startOverAction: `${req.baseUrl}/start_over`,
      offers: strongestFirst(await factors.offers(req)),
      none,
      ...(error === undefined ? {} : { error: pageError(error, page.t) }),
    });
  }

  function strongestFirst(offers: Offer[]): Offer[] {
    const rank = (name: string) => rankOf(factors.list.find((each) => each.name === name)?.class);
    return [...offers].sort((a, b) => rank(a.name) - rank(b.name));
  }

  const routes = {
    get: { "/": show, "/new": show, "/none": showNone },
    post: { "/": choose, "/start_over": startOver },
  };
  return mountedRouter(factors, routes, { router: "secondFactor", at: "secondFactor" });
}

/** The label of a phone is for people: programs have never had it. */
export const forPrograms = ({ label, ...offer }: Offer) =>
  offer.phone_display === undefined ? { ...offer, label } : offer;

/** Refused sends that another way may get around. */
const OTHER_WAY: readonly string[] = [
  "too_many_requests",
  "sends_paused",
  "delivery_failed",
  "country_not_allowed",
  "recipient_stopped",
  "recipient_unreachable",
  "email_unreachable",
];
