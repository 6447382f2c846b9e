import { FactorError } from "../../errors.ts";
import { sendsCode } from "../../factors/define-factor.ts";
import type { CodeFactor } from "../../factors/factor.ts";
import { codeFactorNamed, type Engine } from "../engine.ts";
import { useOf } from "../begin-factor.ts";
import { addressOf, proves } from "../on-file.ts";
import { orStillPending } from "./resend.ts";
import type { RequestContext } from "../request-context.ts";
import { describeFound, send, type Challenge } from "./challenge.ts";
import { findPending, registering, toOnFile, type Pending } from "./pending.ts";

/**
 * Sends the code, or repeats the live one: to the address that this session is registering, else to the one on file. Another
 * channel repeats the same code. Throws `not_enrolled`, `too_many_requests`, `factor_disabled`, `delivery_failed`, `sends_paused`.
 */
export async function begin(
  engine: Engine,
  context: RequestContext,
  factor: CodeFactor,
  { afresh = false }: { afresh?: boolean } = {},
): Promise<Challenge> {
  const { kind } = factor.code.destination;
  const state = await engine.sessions.open(context);
  const onFile = await addressOf(engine, context, factor.code);
  const isLogin = onFile !== undefined && proves(factor, useOf(state));
  const login = !isLogin ? undefined : toOnFile(engine, context, state, factor, onFile);
  // The app's hook hears of a send once, so what is pending is looked at before it.
  const looks = !afresh && (login === undefined || engine.beforeSend !== undefined);
  const pending = (looks ? await findPending(engine, context, state, kind, factor) : undefined) ?? login;
  if (pending === undefined) throw new FactorError("not_enrolled");
  const find = async () => findPending(engine, context, state, kind);
  const sendIt = async (it: Pending, other: "replace" | "tell") =>
    orStillPending(engine, it.ref.to, async () => sendReachable(engine, context, it, other), find);
  const sent = await sendIt(pending, looks || afresh ? "replace" : "tell");
  if (!("other" in sent)) return sent;
  const registration = await registering(engine, context, state, sent.other, factor);
  return (await sendIt(registration ?? pending, "replace")) as Challenge;
}

function sendReachable(
  engine: Engine,
  context: RequestContext,
  pending: Pending,
  other: "replace" | "tell",
): ReturnType<typeof send> {
  const refusal = pending.factor.code.destination.refusal?.(pending.ref.to);
  if (refusal !== undefined) throw new FactorError(refusal);
  return send(engine, context, pending, { other });
}

/** The pending code of this session: of what is carried by this factor or by another channel to the same, or of anything. Throws `no_challenge`. */
export async function pending(engine: Engine, context: RequestContext, name?: string): Promise<Challenge> {
  const state = await engine.sessions.open(context);
  for (const kind of kindsOf(engine, name)) {
    const found = await findPending(engine, context, state, kind);
    if (found !== undefined) return describeFound(engine, found);
  }
  throw new FactorError("no_challenge");
}

/** Forgets the pending code and, where an address was being registered, that address. */
export async function startOver(engine: Engine, context: RequestContext, name?: string): Promise<void> {
  const state = await engine.sessions.open(context);
  for (const kind of kindsOf(engine, name)) {
    const found = await findPending(engine, context, state, kind);
    if (found !== undefined) await engine.tools.challenges.revoke(found.ref, false);
  }
}

/** Each kind of destination that codes go to, once. */
function kindsOf(engine: Engine, name: string | undefined): Iterable<string> {
  if (name !== undefined) return [codeFactorNamed(engine, name).code.destination.kind];
  return new Set(engine.factors.filter(sendsCode).map(({ code }) => code.destination.kind));
}
