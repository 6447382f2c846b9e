import { isFactorError, FactorError } from "../../errors.ts";
import type { Engine } from "../engine.ts";
import { deliveryOf, isLost } from "./delivery.ts";
import type { Found } from "./pending.ts";

/**
 * A send that is refused because one has just gone out to that number: the refusal says where its code is typed. Where that one is known not to have
 * arrived there is nothing to wait for, and the next goes out; the caps of the hour and the day stay.
 */
export async function orStillPending<Answer>(
  engine: Engine,
  to: string,
  send: () => Promise<Answer>,
  find: () => Promise<Found | undefined>,
): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    if (!isFactorError(error) || error.code !== "too_many_requests") throw error;
    const found = await find();
    if (found?.ref.to !== to || found.answer.challenge === undefined) throw error;
    if (error.details.limit === "cooldown" && (await wasLost(engine, found))) {
      await engine.tools.challenges.revoke(found.ref, true);
      return send();
    }
    throw new FactorError(error.code, { ...error.details, pending: found.factor.name });
  }
}

const wasLost = async (engine: Engine, { note, factor }: Found): Promise<boolean> =>
  isLost((await deliveryOf(engine, note, factor.name)).delivery);
