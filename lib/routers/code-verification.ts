import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { FactorError, isFactorError } from "../errors.ts";
import type { CodeFactor } from "../factors/factor.ts";
import { isPhone } from "../factors/phone-destination.ts";
import type { Challenge } from "../flows/codes/challenge.ts";
import { secondFactorsOf } from "../http/check-factors.ts";
import { answerJson } from "../http/answer-json.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { pageOf, render } from "../http/render.ts";
import { takeReturnTo } from "../http/return-to.ts";
import { answerChallenge, orNone, showCodePage } from "./code-page.ts";
import { isAlreadyIn } from "./already-in.ts";
import { codeSent, goOn } from "./code-sent.ts";
import { againStatus, CODE_AGAIN, showsAgain, verifyRequest } from "./verified.ts";
import { waysOut } from "./ways-out.ts";

const SEND_AGAIN = [
  "too_many_requests",
  "sends_paused",
  "send_refused",
  "recipient_stopped",
  "recipient_unreachable",
  "delivery_failed",
  "email_unreachable",
];

/** Where a code that the package sends is asked for and typed. */
export function codeVerification(factors: Factors, factor: CodeFactor): Router {
  const { name, code } = factor;

  async function show(req: Request, res: Response): Promise<void> {
    if (wantsJson(req)) return showChallenge(req, res);
    const challenge = await orNone(factors.pending(req, name));
    if (challenge === undefined && (await isAlreadyIn(req, factors))) return goOn(res, factors.paths.success);
    // A code that went another way is typed at that way's door; here it can be asked for in this way.
    const here = challenge?.channel === code.channel ? challenge : undefined;
    if (challenge === undefined && !(await factors.enrolled(req)).includes(name))
      throw new FactorError(
        secondFactorsOf(factors).length === 1 && code.transport.off === true && (await hasAddress(req))
          ? "delivery_disabled"
          : "not_enrolled",
      );
    await showPage(req, res, 200, here);
  }

  /** Only a phone has a page of its own on which it is registered. */
  const hasAddress = async (req: Request) =>
    !isPhone(factor) || (await factors.account(req)).phone !== undefined;

  const showChallenge = async (req: Request, res: Response) =>
    answerChallenge(res, await factors.pending(req, name));

  async function send(req: Request, res: Response): Promise<void> {
    try {
      codeSent(req, res, factors, await factors.begin(req, name), `${req.baseUrl}/new`);
    } catch (error) {
      await showAgain(req, res, error, SEND_AGAIN);
    }
  }

  async function verify(req: Request, res: Response): Promise<void> {
    try {
      await verifyRequest(req, res, factors, factor);
    } catch (error) {
      // Typed in a tab that did not know of another.
      const isOver =
        isFactorError(error) && error.code === "code_expired" && (await isAlreadyIn(req, factors));
      if (isOver) return goOn(res, factors.paths.success);
      await showAgain(req, res, error, CODE_AGAIN);
    }
  }

  async function startOver(req: Request, res: Response): Promise<void> {
    const onFile = await hasAddress(req);
    await factors.startOver(req, name);
    noStore(res);
    const choices = secondFactorsOf(factors).length > 1 ? factors.paths.secondFactor : `${req.baseUrl}/new`;
    if (wantsJson(req)) answerJson(res, 200, { success: true });
    else res.redirect(303, onFile ? choices : factors.paths.registration);
  }

  /** A new number is on file in the place of another: said once, on the way to where the person was going. */
  async function showChanged(req: Request, res: Response): Promise<void> {
    const { phone_display } = await factors.account(req);
    if (phone_display === undefined) return goOn(res, factors.paths.success);
    render(res, factors, "numberChanged", 200, {
      ...pageOf(req, factors),
      phone_display,
      continueAction: `${req.baseUrl}/continue`,
    });
  }

  const goOnward = (req: Request, res: Response) => goOn(res, takeReturnTo(req) ?? factors.paths.success);

  /** The same page with what was wrong; for JSON callers, and for anything else, the door's answer. */
  async function showAgain(
    req: Request,
    res: Response,
    error: unknown,
    codes: readonly string[],
  ): Promise<void> {
    if (!showsAgain(req, res, error, codes)) throw error;
    const challenge = await orNone(factors.pending(req, name));
    await showPage(req, res, againStatus(res, error), challenge, error);
  }

  async function showPage(
    req: Request,
    res: Response,
    status: number,
    challenge: Challenge | undefined,
    error?: FactorError,
  ): Promise<void> {
    const action = req.baseUrl || "/";
    const t = factors.translator(factors.locale(req));
    const more = {
      ...(factors.devices.on ? { rememberDays: factors.devices.days } : {}),
      ...(await waysOut(req, factors, name, t)),
    };
    showCodePage(req, res, factors, factor, { status, action, challenge, error, more });
  }

  const routes = {
    get: {
      "/new": show,
      "/challenge": showChallenge,
      ...(isPhone(factor) ? { "/changed": showChanged } : {}),
    },
    post: {
      "/": verify,
      "/challenge": send,
      "/start_over": startOver,
      ...(isPhone(factor) ? { "/continue": goOnward } : {}),
    },
  };
  return mountedRouter(factors, routes, { router: "verification", at: `doors.${name}` });
}
