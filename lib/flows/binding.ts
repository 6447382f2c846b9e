import { FactorError, tooManyRequests } from "../errors.ts";
import { digestKey } from "../secret.ts";
import type { Held } from "./challenge.ts";
import { tell, type House, type Occasion } from "./house.ts";
import { revokeDevices } from "./trusted-devices.ts";
import type { Visit } from "./visit.ts";

/** Longer than any database takes; who dies in between is forgotten after it. */
const MOST_MS = 10_000;

/**
 * Runs one binding of an account at a time. Two sessions that both found no number on file would else bind one each, and the second
 * would replace the first without a proof. Throws `too_many_requests` while another one runs.
 */
export async function alone<Answer>(
  house: House,
  { account }: Visit,
  run: () => Promise<Answer>,
): Promise<Answer> {
  const key = digestKey(["binding", house.tenant, account]);
  const isFirst = await house.notes.advance(key, { rank: 1, value: "binding" }, house.clock(), MOST_MS);
  if (!isFirst) throw tooManyRequests(1000);
  try {
    return await run();
  } finally {
    house.notes.take(key, house.clock()).catch(house.onError);
  }
}

/** The code that was typed proves the number: it is on file from now on. */
export async function bindPhone(house: House, visit: Visit, held: Held, occasion: Occasion): Promise<void> {
  const previous = (await house.accounts.phone(visit.user)) ?? undefined;
  const saved = await house.accounts.setPhone(visit.user, held.ref.to);
  if (!saved) throw new FactorError("phone_taken", { field: "phone_number" });
  await house.tools.challenges.reset(visit.account);
  if (house.trust !== undefined) await revokeDevices(house, visit.account);
  const changed = previous !== undefined && previous !== held.ref.to;
  tell(house, changed ? "phone_changed" : "phone_registered", occasion);
  house.notify(
    visit,
    changed ? { kind: "phone_changed", previous_phone: previous } : { kind: "phone_registered" },
  );
}
