import { FactorError, tooManyRequests } from "../../errors.ts";
import { namesOf } from "../../factors/code-names.ts";
import type { CodeFactor } from "../../factors/factor.ts";
import { randomToken } from "../../crypto/random-token.ts";
import { digestKey } from "../../crypto/secret.ts";
import { emit, type Engine, type Occasion } from "../engine.ts";
import { revokeDevices } from "../devices/trusted-devices.ts";
import { addressKit, addressOf } from "../on-file.ts";
import { toldOf } from "./addresses.ts";
import { wrongAnswer } from "../../wrong-answer.ts";
import type { SessionState } from "../session/session-state.ts";
import type { RequestContext } from "../request-context.ts";

/** Longer than any database takes; who dies in between is forgotten after it. */
const MOST_MS = 10_000;
/** Who comes meanwhile waits for so long. */
const PATIENCE_MS = 5000;
const ASK_EVERY_MS = 25;

/**
 * Runs one at a time for an account or a session; who comes meanwhile waits. Two sessions that both found no number on file would else bind one each,
 * and the second would replace the first without a proof. Throws `too_many_requests` where another one takes too long.
 */
export async function withAccountLock<Answer>(
  engine: Engine,
  whose: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const key = digestKey(["lock", engine.tenant, whose]);
  const holder = randomToken();
  const begin = () => engine.notes.advance(key, { rank: 1, value: holder }, engine.clock(), MOST_MS);
  for (const end = performance.now() + PATIENCE_MS; !(await begin());) {
    if (performance.now() >= end) throw tooManyRequests(1000);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  try {
    return await run();
  } finally {
    // Only its own: where it took too long, somebody else has begun.
    engine.notes.drop(key, `1 ${holder}`, engine.clock()).catch(engine.onError);
  }
}

/**
 * The code that was typed proves the address: it is on file from now on and, where it is another than before, what other sessions have passed counts no more.
 * `state` has the account's version from before the code was judged; answers that under which this session goes on, and whether another address was there.
 */
export async function bindAddress(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  { name, code: { destination } }: CodeFactor,
  to: string,
  occasion: Occasion,
): Promise<{ version: string; changed: boolean }> {
  const { kind, enrol } = destination;
  const previous = await addressOf(engine, context, { destination });
  const changed = enrol?.replaces === true && previous !== undefined && previous !== to;
  // Before it, because after it a failure can stop nothing any more; and after it, for whoever came in by the old one meanwhile.
  const before = await settle(engine, state, kind, changed);
  const who = `destination "${kind}": enrol.put`;
  const told = await toldOf(engine, context, destination, async () => {
    const saved: unknown = await engine.inTime(who, () =>
      enrol?.put(to, context.account, addressKit(engine, context, kind)),
    );
    if (typeof saved !== "boolean") throw wrongAnswer(who, saved, "true or false");
    if (!saved) throw taken(kind);
  });
  const version = await settle(engine, { ...state, version: before }, kind, changed).catch(
    (error: unknown) => {
      engine.onError(error);
      return before;
    },
  );
  const { events, notices } = namesOf(kind);
  emit(engine, changed ? events.changed : events.added, occasion);
  engine.notify(context, { ...(changed ? notices.changed(name, previous) : notices.added(name)), ...told });
  return { version, changed };
}

/** Another account holds it. */
export const taken = (kind: string): FactorError =>
  namesOf(kind).isPhone
    ? new FactorError("phone_taken", { field: "phone_number" })
    : new FactorError("address_taken", { field: "address" });

/** What a factor that was bound anew ends: its failures, remembered devices and, where it was another before, what sessions have passed. */
async function settle(engine: Engine, state: SessionState, kind: string, changed: boolean): Promise<string> {
  const { account, version = "" } = state;
  await engine.tools.challenges.reset(account, kind);
  if (engine.trust !== undefined) await revokeDevices(engine, account);
  return changed ? engine.versions.renewBut(account, state) : version;
}
