import { tooManyRequests } from "../errors.ts";
import type { FactorKit } from "./definition.ts";

/** So many in any such time. */
export interface Turns {
  most: number;
  seconds: number;
}

type Kit = Pick<FactorKit, "notes" | "clock">;

/**
 * Takes a turn of each; throws `too_many_requests` with the wait where one of them has none left. A turn is free again when its time is over, so that no
 * longer time than this holds more. Each is taken in one atomic step. Answers how to give them back.
 */
export async function takeTurn(
  kit: Kit,
  whose: string,
  ...all: readonly Turns[]
): Promise<() => Promise<void>> {
  const taken: string[] = [];
  const giveBack = async () => void (await Promise.all(taken.map((slot) => kit.notes.take(slot))));
  for (const turns of all) {
    const slot = await takeOne(kit, whose, turns);
    if (typeof slot === "number") {
      await giveBack();
      throw tooManyRequests(slot);
    }
    taken.push(slot);
  }
  return giveBack;
}

/** Gives every turn back. */
export async function freeTurns(kit: Kit, whose: string, turns: Turns): Promise<void> {
  await Promise.all(slots(whose, turns).map((slot) => kit.notes.take(slot)));
}

/** Answers the slot that was free; where none is, the milliseconds until one will be. */
async function takeOne({ notes, clock }: Kit, whose: string, turns: Turns): Promise<string | number> {
  let oldest = clock();
  for (const slot of slots(whose, turns)) {
    if (await notes.advance(slot, 1, clock(), turns.seconds)) return slot;
    const taken = await notes.read(slot);
    if (typeof taken === "number") oldest = Math.min(oldest, taken);
  }
  return Math.max(1, oldest + turns.seconds * 1000 - clock());
}

const slots = (whose: string, { most, seconds }: Turns): string[] =>
  Array.from({ length: most }, (_, i) => JSON.stringify(["turn", whose, seconds, i]));
