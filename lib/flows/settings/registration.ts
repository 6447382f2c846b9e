import { FactorError } from "../../errors.ts";
import type { Destination } from "../../factors/destination.ts";
import type { CodeFactor } from "../../factors/factor.ts";
import { wrongAnswer } from "../../wrong-answer.ts";
import { occasionOf, send, type Challenge } from "../codes/challenge.ts";
import type { Engine } from "../engine.ts";
import { admitLookUp } from "../codes/look-up.ts";
import { addressKit, addressOf, hasAny, secondFactorNames } from "../on-file.ts";
import { findPending, FRESH_MS, provenWithin, toRegister, type Pending } from "../codes/pending.ts";
import { orStillPending } from "../codes/resend.ts";
import { addressesOf } from "./addresses.ts";
import { taken } from "./binding.ts";
import type { SessionState } from "../session/session-state.ts";
import type { RequestContext } from "../request-context.ts";

/**
 * Sends a code to an address that the signed-in account wants to register. The address counts for nothing until its code is typed.
 * Throws what `enrol.read` of the destination does, and `phone_taken` or `address_taken`, `factor_required`, `too_many_requests`, `delivery_failed`.
 */
export async function register(
  engine: Engine,
  context: RequestContext,
  factor: CodeFactor,
  input: Readonly<Record<string, unknown>>,
): Promise<Challenge> {
  const { destination } = factor.code;
  const { enrol, kind } = destination;
  if (enrol === undefined) throw new TypeError(`factor "${factor.name}" puts no address on file by itself`);
  const state = await engine.sessions.open(context);
  if (await hasAny(engine, context)) requireFresh(engine, state);
  const onFile = await addressOf(engine, context, factor.code);
  const to = enrol.read(input);
  if (await isFull(engine, context, destination, to))
    throw new FactorError("invalid_request", { field: "factor" });
  const pending = toRegister(engine, context, factor, to, onFile);
  return orStillPending(
    engine,
    to,
    async () => sendTo(engine, context, pending),
    async () => findPending(engine, context, state, kind),
  );
}

/** What is on file already is proven once more, and takes no place. */
async function isFull(
  engine: Engine,
  context: RequestContext,
  destination: Destination,
  to: string,
): Promise<boolean> {
  const { most = Infinity } = destination.enrol ?? {};
  const all = await addressesOf(engine, context, destination);
  return all.length >= most && !all.some(({ address }) => address === to);
}

async function sendTo(engine: Engine, context: RequestContext, pending: Pending): Promise<Challenge> {
  const { ref, factor } = pending;
  // Whether an address is taken is told to signed-in users only, and each look counts for the client and for the account.
  const admission = await admitLookUp(engine, context, occasionOf(context, factor, ref), ref.kind);
  if (await isTaken(engine, context, pending)) throw taken(ref.kind);
  // The form sent twice is a resend: the same code, and no new guesses.
  return (await send(engine, context, pending, { admission })) as Challenge;
}

async function isTaken(engine: Engine, context: RequestContext, { ref, factor }: Pending): Promise<boolean> {
  const { enrol } = factor.code.destination;
  if (enrol?.taken === undefined) return false;
  const who = `destination "${ref.kind}": enrol.taken`;
  const answer: unknown = await engine.inTime(who, () =>
    enrol.taken?.(ref.to, context.account, addressKit(engine, context, ref.kind)),
  );
  if (typeof answer !== "boolean") throw wrongAnswer(who, answer, "true or false");
  return answer;
}

/** A password alone must not be enough to move the second factor to another phone. */
function requireFresh(engine: Engine, state: SessionState): void {
  if (!provenWithin(engine, state, FRESH_MS))
    throw new FactorError("factor_required", { factors: secondFactorNames(engine) });
}
