import { FactorError } from "../../errors.ts";
import type { DeliveredFactor } from "../../factors/factor.ts";
import type { Engine } from "../engine.ts";
import { mayReach } from "../on-file.ts";
import { orStillPending } from "./resend.ts";
import type { RequestContext } from "../request-context.ts";
import { describeFound, send, type Challenge } from "./challenge.ts";
import { findPending, registering, toOnFile, type Pending } from "./pending.ts";

/**
 * Sends the code, or repeats the live one: to the number that this session is registering, else to the number on file. Another
 * channel repeats the same code. Throws `not_enrolled`, `too_many_requests`, `factor_disabled`, `delivery_failed`, `sends_paused`.
 */
export async function begin(
  engine: Engine,
  context: RequestContext,
  factor: DeliveredFactor,
  { afresh = false }: { afresh?: boolean } = {},
): Promise<Challenge> {
  const state = await engine.sessions.open(context);
  const onFile = (await engine.accounts.phone(context.user)) ?? undefined;
  const login = onFile === undefined ? undefined : toOnFile(engine, context, state, factor, onFile);
  // The app's hook hears of a send once, so what is pending is looked at before it.
  const looks = !afresh && (login === undefined || engine.beforeSend !== undefined);
  const pending = (looks ? await findPending(engine, context, state, factor) : undefined) ?? login;
  if (pending === undefined) throw new FactorError("not_enrolled");
  const find = async () => findPending(engine, context, state);
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
  if (!mayReach(pending.factor, { phone: pending.ref.to })) throw new FactorError("country_not_allowed");
  return send(engine, context, pending, { other });
}

/** The pending code of this session. Throws `no_challenge`. */
export async function pending(engine: Engine, context: RequestContext): Promise<Challenge> {
  const found = await findPending(engine, context, await engine.sessions.open(context));
  if (found === undefined) throw new FactorError("no_challenge");
  return describeFound(engine, found);
}

/** Forgets the pending code and, where a number was being registered, that number. */
export async function startOver(engine: Engine, context: RequestContext): Promise<void> {
  const state = await engine.sessions.open(context);
  const found = await findPending(engine, context, state);
  if (found !== undefined) await found.factor.revoke(found.ref, false, engine.tools);
}
