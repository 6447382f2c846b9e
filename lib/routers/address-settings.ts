import type { Request, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import type { FactorError } from "../errors.ts";
import { sendsCode } from "../factors/define-factor.ts";
import type { CodeFactor } from "../factors/factor.ts";
import { readField } from "../http/fields.ts";
import type { Action } from "../http/mounted-router.ts";
import { wantsJson } from "../http/negotiate.ts";
import { answerChallenge, orNone, showCodePage } from "./code-page.ts";
import { codeSent, goOn } from "./code-sent.ts";
import { againStatus, CODE_AGAIN, showsAgain } from "./verified.ts";

/** What a door of settings has for all of its factors. */
export interface SettingsDoor {
  /** The page with what is on file, again, and what was wrong with an address that was typed there. */
  showAgain(req: Request, res: Response, error: FactorError, typed: TypedAddress): Promise<void>;
  /** Who must prove first comes back afterwards. */
  orProveFirst<Answer>(req: Request, answer: Promise<Answer>): Promise<Answer>;
  done(req: Request, res: Response, what?: object): void;
  remove: Action;
}

export interface TypedAddress {
  factor: string;
  value: string;
}

const ASK_AGAIN = [
  "invalid_email",
  "invalid_request",
  "address_taken",
  "email_unreachable",
  "delivery_failed",
  "too_many_requests",
  "send_refused",
];

/** The factors whose addresses are put on file at the settings, one of each kind of destination. */
export function addressFactors({ list }: Factors): CodeFactor[] {
  const taking = list.filter(sendsCode).filter(({ code }) => code.destination.enrol?.input !== undefined);
  const kinds = taking.map(({ code }) => code.destination.kind);
  return taking.filter(({ code }, n) => kinds.indexOf(code.destination.kind) === n);
}

/** An address of a factor: `POST /email` sends a code to it, which is typed at `GET /email`, confirmed at `/email/confirm`. */
export function addressSettings(
  factors: Factors,
  factor: CodeFactor,
  { showAgain, orProveFirst, done, remove }: SettingsDoor,
): { get: Record<string, Action>; post: Record<string, Action> } {
  const { name, field, code } = factor;
  const { name: input = "address" } = code.destination.enrol?.input ?? {};
  const scope = `${name.replaceAll("-", "_")}_enrolment`;
  const here = (req: Request) => `${req.baseUrl}/${name}`;

  async function register(req: Request, res: Response): Promise<void> {
    const value = readField(req.body, scope, [input]);
    try {
      const challenge = await orProveFirst(req, factors.register(req, { [input]: value }, name));
      codeSent(req, res, factors, challenge, here(req));
    } catch (error) {
      if (!showsAgain(req, res, error, ASK_AGAIN)) throw error;
      // The code has gone out, by the same form: it is there to be typed.
      if (error.details.pending !== undefined) return goOn(res, here(req));
      await showAgain(req, res, error, {
        factor: name,
        value: typeof value === "string" ? value.slice(0, 320) : "",
      });
    }
  }

  async function show(req: Request, res: Response): Promise<void> {
    if (wantsJson(req)) return showChallenge(req, res);
    await showCode(req, res, 200);
  }

  const showChallenge = async (req: Request, res: Response) =>
    answerChallenge(res, await factors.pending(req, name));

  async function resend(req: Request, res: Response): Promise<void> {
    try {
      const challenge = await orProveFirst(req, factors.begin(req, name));
      codeSent(req, res, factors, challenge, here(req));
    } catch (error) {
      if (!showsAgain(req, res, error, ASK_AGAIN)) throw error;
      await showCode(req, res, againStatus(res, error), error);
    }
  }

  async function confirm(req: Request, res: Response): Promise<void> {
    try {
      const typed = readField(req.body, scope, [field, "code"]);
      done(req, res, await orProveFirst(req, factors.enrol.confirm(req, name, typed)));
    } catch (error) {
      if (!showsAgain(req, res, error, CODE_AGAIN)) throw error;
      await showCode(req, res, againStatus(res, error), error);
    }
  }

  async function startOver(req: Request, res: Response): Promise<void> {
    await factors.startOver(req, name);
    done(req, res);
  }

  /** Where nothing is pending any more, it begins at the beginning. */
  async function showCode(req: Request, res: Response, status: number, error?: FactorError): Promise<void> {
    const challenge = await orNone(factors.pending(req, name));
    if (challenge === undefined && error === undefined) return goOn(res, req.baseUrl || "/");
    const at = here(req);
    showCodePage(req, res, factors, factor, { status, at, action: `${at}/confirm`, challenge, error });
  }

  return {
    get: { [`/${name}`]: show, [`/${name}/challenge`]: showChallenge },
    post: {
      [`/${name}`]: register,
      [`/${name}/challenge`]: resend,
      [`/${name}/confirm`]: confirm,
      [`/${name}/start_over`]: startOver,
      [`/${name}/remove`]: remove,
    },
  };
}
