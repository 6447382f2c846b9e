import type { Request } from "express";
import { calledBack } from "../called-back.ts";
import type { Factors } from "../setup/create-factors.ts";

interface SavedSession {
  save?: (done: (error?: unknown) => void) => unknown;
}

/**
 * Writes the session now: a browser that follows a redirect at once must find it. What cannot be written is dropped from the request, as
 * express-session would try once more behind the answer, and hold it until that is done.
 */
export async function saveSession(req: Request, { inTime }: Pick<Factors, "inTime">): Promise<void> {
  const holder = req as { session?: SavedSession | null | undefined };
  const { session } = holder;
  if (typeof session?.save !== "function") return;
  try {
    await inTime("session.save", () => calledBack((done) => session.save?.(done)));
  } catch (error) {
    holder.session = undefined;
    throw error;
  }
}
