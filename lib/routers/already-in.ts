import type { Request } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { isFactorError } from "../errors.ts";
import { wantsJson } from "../http/negotiate.ts";
import { isBound } from "../http/return-to.ts";

/** Within this time a step back, or another tab, is what brings somebody here; later it may be an app that asks for a fresh proof. */
const JUST_SECONDS = 60;

/** Whether a browser has just passed and is bound for nowhere: it goes on, and is offered no other code. */
export async function isAlreadyIn(req: Request, factors: Factors): Promise<boolean> {
  if (wantsJson(req) || isBound(req)) return false;
  try {
    await factors.require(req, { within: JUST_SECONDS });
    return true;
  } catch (error) {
    if (isFactorError(error) && error.code === "factor_required") return false;
    throw error;
  }
}
