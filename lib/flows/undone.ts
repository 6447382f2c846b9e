import type { Engine } from "./engine.ts";

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
    if (givenUp) await undo(answer);
    return answer;
  }
  async function undo(answer: unknown): Promise<void> {
    try {
      await (answer as { giveBack?: () => unknown } | undefined)?.giveBack?.();
    } catch (error) {
      engine.onError(error);
    }
  }
  try {
    return await engine.inTime(who, ask);
  } catch (error) {
    givenUp = true;
    throw error;
  }
}
