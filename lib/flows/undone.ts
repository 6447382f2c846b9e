import type { Engine } from "./engine.ts";

const TRY_AGAIN_MS = 1000;
/** As long as Redis is told to take back what was answered 503. */
const TRY_FOR_MS = 60_000;

/** What must be undone is, a little later where it cannot be now: somebody has been told that it has not happened. */
export async function undo(
  engine: Pick<Engine, "onError">,
  giveBack: () => unknown,
  since = performance.now(),
): Promise<void> {
  try {
    await giveBack();
  } catch (error) {
    engine.onError(error);
    if (performance.now() - since < TRY_FOR_MS)
      setTimeout(() => void undo(engine, giveBack, since), TRY_AGAIN_MS).unref();
  }
}

/**
 * Asks a function of a factor's, which may use something up. Who has waited for too long is told that it failed: what it answers after that is undone,
 * where it says how.
 */
export async function orUndone<Answer>(
  engine: Pick<Engine, "inTime" | "onError">,
  who: string,
  run: () => Answer | PromiseLike<Answer>,
): Promise<Answer> {
  let givenUp = false;
  async function ask(): Promise<Answer> {
    const answer = await run();
    const late = answer as { giveBack?: () => unknown } | undefined;
    if (givenUp) await undo(engine, () => late?.giveBack?.());
    return answer;
  }
  try {
    return await engine.inTime(who, ask);
  } catch (error) {
    givenUp = true;
    throw error;
  }
}
