import { FactorError, tooManyRequests } from "../../errors.ts";
import { randomToken } from "../../crypto/random-bytes.ts";
import { digestKey } from "../../crypto/secret.ts";
import { emit, type Engine, type Occasion } from "../engine.ts";
import { revokeDevices } from "../devices/trusted-devices.ts";
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
 * The code that was typed proves the number: it is on file from now on, and what other sessions have passed counts no more. Answers the account's new
 * version.
 */
export async function bindPhone(
  engine: Engine,
  context: RequestContext,
  to: string,
  occasion: Occasion,
): Promise<string> {
  const previous = (await engine.accounts.phone(context.user)) ?? undefined;
  const changed = previous !== undefined && previous !== to;
  // Before it, because after it a failure can stop nothing any more; and after it, for whoever came in by the old number meanwhile.
  const before = await settle(engine, context, changed);
  const saved = await engine.accounts.setPhone(context.user, to);
  if (!saved) throw new FactorError("phone_taken", { field: "phone_number" });
  const version = await settle(engine, context, changed).catch((error: unknown) => {
    engine.onError(error);
    return before;
  });
  emit(engine, changed ? "phone_changed" : "phone_registered", occasion);
  engine.notify(
    context,
    changed ? { kind: "phone_changed", previous_phone: previous } : { kind: "phone_registered" },
  );
  return version;
}

/** What a factor that was bound anew ends: its failures, remembered devices and, where it was another before, what sessions have passed. */
async function settle(engine: Engine, { account }: RequestContext, changed: boolean): Promise<string> {
  await engine.tools.challenges.reset(account);
  if (engine.trust !== undefined) await revokeDevices(engine, account);
  return changed ? engine.versions.renew(account) : engine.versions.read(account);
}
