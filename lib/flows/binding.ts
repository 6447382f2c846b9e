import { FactorError, tooManyRequests } from "../errors.ts";
import { digestKey } from "../secret.ts";
import { tell, type House, type Occasion } from "./house.ts";
import { revokeDevices } from "./trusted-devices.ts";
import type { Visit } from "./visit.ts";

/** Longer than any database takes; who dies in between is forgotten after it. */
const MOST_MS = 10_000;
/** Who comes meanwhile waits for so long. */
const PATIENCE_MS = 5000;
const ASK_EVERY_MS = 25;

/**
 * Runs one at a time for an account or a session; who comes meanwhile waits. Two sessions that both found no number on file would else bind one each,
 * and the second would replace the first without a proof. Throws `too_many_requests` where another one takes too long.
 */
export async function alone<Answer>(
  house: House,
  whose: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const key = digestKey(["alone", house.tenant, whose]);
  const begin = () => house.notes.advance(key, { rank: 1, value: "alone" }, house.clock(), MOST_MS);
  for (const end = performance.now() + PATIENCE_MS; !(await begin());) {
    if (performance.now() >= end) throw tooManyRequests(1000);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  try {
    return await run();
  } finally {
    house.notes.take(key, house.clock()).catch(house.onError);
  }
}

/**
 * The code that was typed proves the number: it is on file from now on, and what other sessions have passed counts no more. Answers the account's new
 * version.
 */
export async function bindPhone(house: House, visit: Visit, to: string, occasion: Occasion): Promise<string> {
  const previous = (await house.accounts.phone(visit.user)) ?? undefined;
  const changed = previous !== undefined && previous !== to;
  // Before it, because after it a failure can stop nothing any more; and after it, for whoever came in by the old number meanwhile.
  const before = await settle(house, visit, changed);
  const saved = await house.accounts.setPhone(visit.user, to);
  if (!saved) throw new FactorError("phone_taken", { field: "phone_number" });
  const version = await settle(house, visit, changed).catch((error: unknown) => {
    house.onError(error);
    return before;
  });
  tell(house, changed ? "phone_changed" : "phone_registered", occasion);
  house.notify(
    visit,
    changed ? { kind: "phone_changed", previous_phone: previous } : { kind: "phone_registered" },
  );
  return version;
}

/** What a factor that was bound anew ends: its failures, remembered devices and, where it was another before, what sessions have passed. */
async function settle(house: House, { account }: Visit, changed: boolean): Promise<string> {
  await house.tools.challenges.reset(account);
  if (house.trust !== undefined) await revokeDevices(house, account);
  return changed ? house.versions.renew(account) : house.versions.read(account);
}
