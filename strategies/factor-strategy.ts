import type { Request } from "express";
import { Strategy } from "passport-strategy";
import type { Factors } from "../lib/setup/create-factors.ts";
import { asError, FactorError, isFactorError } from "../lib/errors.ts";
import type { Factor } from "../lib/factors/factor.ts";
import type { Proof } from "../lib/flows/second-factor.ts";
import { checkSecondFactor } from "../lib/http/check-factors.ts";
import { readAnswer } from "../lib/http/fields.ts";
import { problemOf } from "../lib/http/problem.ts";
import { refusalHeaders } from "../lib/http/refuse.ts";
import { refuseCrossOrigin } from "../lib/http/same-origin.ts";
import { statuses, WWW_AUTHENTICATE } from "../lib/http/statuses.ts";
import { checkNames } from "../lib/options.ts";

/** Options of the strategies. */
export interface FactorStrategyOptions {
  /** Names of the field that holds what is typed, in body or query, best first. @default ["pin_number", "code"] */
  fields?: readonly string[];
}

/** What `success` and the verify callback get beside the user. */
export interface FactorInfo {
  /** RFC 8176. */
  amr: string[];
  /** The factor that has passed. */
  method: string;
  /** With a backup code: how many are left, and whether that is low. */
  remaining?: number;
  /** Few backup codes are left. */
  low?: boolean;
}

/** Who has proven, and what. */
export interface ProvenBy {
  user: Express.User;
  info: FactorInfo;
}

/** Answers Passport, as its verify callbacks do. */
export type VerifyDone = (error: unknown, user?: Express.User | false | null, info?: unknown) => void;
/** The app's last word: `done(null, user)` lets in, `done(null, false, info)` does not. */
export type VerifyCallback = (req: Request, user: Express.User, info: FactorInfo, done: VerifyDone) => void;

/**
 * The base of every factor's strategy: reads the code, asks the flow, translates the answer. It decides nothing, and exactly
 * one of success, fail and error is called. No `#private` fields and no state: Passport makes a fresh object of it per request.
 */
export class FactorStrategy extends Strategy {
  /** The name by which Passport knows the strategy. */
  readonly name: string;
  /** @internal */
  readonly _factors: Factors;
  /** @internal */
  readonly _factor: Factor;
  /** @internal */
  readonly _fields: readonly string[];
  /** @internal */
  readonly _verify: VerifyCallback | undefined;

  constructor(
    name: string,
    factors: Factors,
    options: FactorStrategyOptions | VerifyCallback = {},
    verify?: VerifyCallback,
  ) {
    super();
    const settings = typeof options === "function" ? {} : options;
    const factor = factors?.list?.find((each) => each.name === name);
    if (factor === undefined) {
      throw new TypeError(
        `${name} strategy: the first argument must be what createFactors returned, with the factor "${name}" in its list`,
      );
    }
    checkSecondFactor(`${name} strategy`, factor);
    checkNames(`${name} strategy`, settings, { fields: true });
    const { fields } = settings;
    if (fields !== undefined && !(Array.isArray(fields) && fields.every((each) => typeof each === "string")))
      throw new TypeError(`${name} strategy: fields must be a list of field names`);
    this.name = name;
    this._factors = factors;
    this._factor = factor;
    this._fields = fields ?? [factor.field, "code"];
    this._verify = typeof options === "function" ? options : verify;
  }

  override authenticate(req: Request): void {
    this._prove(req)
      .then(
        (proven) => this._succeed(req, proven),
        (error: unknown) => this._refuse(req, error),
      )
      // What the app's own callbacks throw ends this request, not the process.
      .catch((error: unknown) => this.error(asError(error)))
      .catch((error: unknown) => req.next?.(asError(error)));
  }

  /** @internal */
  async _prove(req: Request): Promise<ProvenBy> {
    refuseCrossOrigin(req, this._factors);
    if (!req.user) throw new FactorError("login_required");
    const { purpose: _inner, ...info }: Proof = await this._factors.verify(req, this.name, this._answer(req));
    return { user: req.user, info };
  }

  /** @internal */
  _answer(req: Request): unknown {
    const scope = `${this.name.replaceAll("-", "_")}_verification`;
    const read = (source: unknown) => readAnswer(source, scope, this._factor, this._fields);
    return read(req.body) ?? read(req.query);
  }

  /** @internal The session must not go on saying that the factor was passed. */
  async _takeBack(req: Request): Promise<void> {
    await this._factors.forget(req);
  }

  /** @internal */
  async _succeed(req: Request, { user, info }: ProvenBy): Promise<void> {
    if (this._verify === undefined) return this.success(user, info);
    const verify = this._verify;
    let word: LastWord;
    let more: object;
    try {
      word = await this._factors.inTime("verify", () => lastWord(verify, req, user, info));
      more = { ...info, ...(word.reason as object | undefined) };
    } catch (error) {
      await this._takeBack(req);
      return this.error(asError(error));
    }
    if (word.verified) return this.success(word.verified, more);
    await this._takeBack(req);
    req.res?.set("WWW-Authenticate", WWW_AUTHENTICATE);
    this.fail(word.reason as string, 401);
  }

  /** @internal */
  _refuse(req: Request, thrown: unknown): void {
    const error = isFactorError(thrown) ? thrown : undefined;
    const status = error === undefined ? 500 : statuses[error.code];
    if (error === undefined || status >= 500)
      return this.error(error === undefined ? asError(thrown) : forExpress(error));
    if (req.res !== undefined) refusalHeaders(req.res, error);
    const { message } = problemOf(error, this._factors.translator(this._factors.locale(req)));
    const { attemptsRemaining, retryAfter } = error.details;
    const challenge = {
      type: "error",
      code: error.code,
      message,
      ...(attemptsRemaining === undefined ? {} : { attemptsRemaining }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
    this.fail(challenge as unknown as string, status);
  }
}

interface LastWord {
  verified: Express.User | false | null | undefined;
  reason: unknown;
}

/** The first thing that the app's verify callback says; rejects with what it threw or rejected with. */
function lastWord(
  verify: VerifyCallback,
  req: Request,
  user: Express.User,
  info: FactorInfo,
): Promise<LastWord> {
  return new Promise((resolve, reject) => {
    const done: VerifyDone = (error, verified, reason) => {
      if (error === undefined || error === null) resolve({ verified, reason });
      else reject(error as Error);
    };
    const returned: unknown = verify(req, user, info, done);
    Promise.resolve(returned).catch(reject);
  });
}

/** What Express answers an error with, where the app's own handler does not: the status of our table, and Retry-After. */
function forExpress(error: FactorError): FactorError {
  const { retryAfter } = error.details;
  const headers = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
  return Object.assign(error, { status: statuses[error.code], headers });
}
