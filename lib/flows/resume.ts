import { FactorError } from "../errors.ts";
import { sendsCode } from "../factors/define-factor.ts";
import type { Factor } from "../factors/factor.ts";
import type { Engine } from "./engine.ts";
import { bindingOf, codeBindingOf } from "./codes/pending.ts";
import type { Proof } from "./second-factor.ts";
import { sessionIdsInCookies } from "./session/session.ts";
import { textOf } from "./text-of.ts";
import type { IncomingRequest } from "./request-context.ts";

/**
 * A right code that was posted a second time after its session has moved on: the browser still had the old cookie, so nobody seems to be signed in. With
 * the old session's id and the same code it goes on where the first answer led. Throws the refusal for anything else.
 */
export async function resume(
  engine: Engine,
  request: IncomingRequest,
  factor: Factor,
  response: unknown,
  { what, refusal = "login_required" }: { what?: string; refusal?: "login_required" | "code_expired" } = {},
): Promise<Proof> {
  const code = factor.parse(response);
  const ids = [request.sessionID, ...sessionIdsInCookies(request)];
  for (const sid of code === undefined ? [] : new Set(ids)) {
    if (sid === undefined || !(await passedIn(engine, request, { sid, factor, code: textOf(code), what })))
      continue;
    await engine.moved.follow(sid, request);
    return { method: factor.name, amr: [factor.amr].flat(), purpose: "login" };
  }
  throw new FactorError(refusal);
}

async function passedIn(
  engine: Engine,
  request: IncomingRequest,
  { sid, factor, code, what }: { sid: string; factor: Factor; code: string; what: string | undefined },
): Promise<boolean> {
  const { challenges } = engine.tools;
  const old = { request: { ...request, sessionID: sid, headers: {} } };
  // A code of few digits is counted where it is looked up.
  if (sendsCode(factor)) {
    const binding = what === undefined ? codeBindingOf(old, factor) : bindingOf(old, what);
    return challenges.hasPassed(binding, code, engine.guesses.admit(request.ip));
  }
  const digest = await engine.moved.digestFrom(sid);
  return digest !== undefined && challenges.isDigestOf(digest, bindingOf(old, factor.name), code);
}
