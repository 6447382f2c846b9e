import type { Engine } from "../engine.ts";
import { revokeDevices } from "../devices/trusted-devices.ts";
import { isStillThere, leaveSession, requireStillThere } from "../session/session.ts";
import type { SessionState } from "../session/session-state.ts";
import type { RequestContext } from "../request-context.ts";

/**
 * What ends with a factor that was replaced or removed: remembered devices, and what all sessions but the one that asks have passed. Answers the version
 * under which that one's counts.
 */
export async function endPassed(engine: Engine, account: string, state: SessionState): Promise<string> {
  const version = await engine.versions.renewBut(account, state);
  if (engine.trust !== undefined) await revokeDevices(engine, account);
  return version;
}

/**
 * Runs a change of what is on file; what other sessions have passed counts no more, and this one goes on. It ends before the change, because after it a
 * failure can stop nothing any more; and after it, for whoever came in by the old factor meanwhile. Throws `login_required` for who has logged out.
 */
export async function endingOthers<Answer>(
  engine: Engine,
  { account, request }: RequestContext,
  state: SessionState,
  change: () => Promise<Answer>,
): Promise<Answer> {
  await requireStillThere(engine, request);
  const version = await endPassed(engine, account, state);
  const answer = await change();
  try {
    await endPassed(engine, account, { ...state, version });
    if (!(await engine.inTime("session.get", () => isStillThere(request)))) leaveSession(request);
  } catch (error) {
    engine.onError(error);
  }
  return answer;
}
