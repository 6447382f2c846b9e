import type { Engine } from "../engine.ts";
import { revokeDevices } from "../devices/trusted-devices.ts";
import type { SessionState } from "../session/session-state.ts";
import type { RequestContext } from "../request-context.ts";

/** What ends with a factor that was replaced or removed: remembered devices, and what all sessions have passed. Answers the account's new version. */
export async function endPassed(engine: Engine, account: string): Promise<string> {
  if (engine.trust !== undefined) await revokeDevices(engine, account);
  return engine.versions.renew(account);
}

/**
 * Runs a change of what is on file; what other sessions have passed counts no more, and this one goes on. It ends before the change, because after it a
 * failure can stop nothing any more; and after it, for whoever came in by the old factor meanwhile.
 */
export async function endingOthers<Answer>(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  change: () => Promise<Answer>,
): Promise<Answer> {
  async function goOnAlone(): Promise<void> {
    const version = await endPassed(engine, context.account);
    await engine.sessions.write(context, { ...state, version });
  }
  await goOnAlone();
  const answer = await change();
  await goOnAlone().catch(engine.onError);
  return answer;
}
