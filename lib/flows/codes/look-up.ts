import { isFactorError } from "../../errors.ts";
import { namesOf } from "../../factors/code-names.ts";
import type { Admission } from "../../stores/store.ts";
import { reasonOf, emit, type Engine, type Occasion } from "../engine.ts";
import type { RequestContext } from "../request-context.ts";

/**
 * Counts a send that first looks up whose number it is, before anything can be told of the number: for the address, then for the account where there
 * is one. The send that follows hands on the answer, and is not counted again. Throws `too_many_requests`.
 */
export async function admitLookUp(
  engine: Engine,
  context: RequestContext,
  occasion: Occasion,
  kind: string,
): Promise<Admission | undefined> {
  const admission = engine.sends.admit(context.ip);
  try {
    await admission?.counted;
    if (context.user !== undefined) await engine.sends.consumeForAccount(context.account);
    return admission;
  } catch (error) {
    emitAsked(engine, occasion, kind);
    emitSuppressed(engine, occasion, kind, error);
    throw error;
  }
}

/** A code was asked for, whatever comes of it. */
export function emitAsked(engine: Engine, occasion: Occasion, kind: string): void {
  const { asked } = namesOf(kind).events;
  if (asked !== undefined) emit(engine, asked, occasion);
}

/** Why nothing was sent, and, where this very send brought it about, that a calling code is paused. */
export function emitSuppressed(engine: Engine, occasion: Occasion, kind: string, error: unknown): void {
  const reason = reasonOf(error);
  const { limit, tripped } = isFactorError(error) ? error.details : {};
  emit(engine, namesOf(kind).events.suppressed, occasion, { reason, limit });
  if (tripped === true)
    emit(engine, "sends_paused", { ...occasion, account: undefined, ip: undefined }, { reason, limit });
}
