import { FactorError } from "../errors.ts";
import { isDefined } from "../factors/define-factor.ts";
import { occasionOf } from "./challenge.ts";
import { factorNamed, tell, type House } from "./house.ts";
import { FRESH_MS, provenWithin } from "./pending.ts";
import { revokeDevices } from "./trusted-devices.ts";
import type { Visit } from "./visit.ts";

/**
 * Takes a factor off file: the one with this id, or all without one. What other sessions have passed counts no more. Throws `factor_required` unless
 * this session has passed a factor in the last 10 minutes (ASVS 7.5.1), `not_enrolled` where there is none.
 */
export async function removeFactor(house: House, visit: Visit, name: string, id?: string): Promise<void> {
  const factor = factorNamed(house, name);
  if (!isDefined(factor)) throw new TypeError(`remove: factor "${name}" was not made by defineFactor`);
  const state = await house.sessions.open(visit);
  if (!provenWithin(house, state, FRESH_MS))
    throw new FactorError("factor_required", { factors: house.factors.map((each) => each.name) });
  const { definition } = factor;
  const kit = house.tools.kit(name);
  const removed = await house.inTime(`factor "${name}": remove`, async () => {
    if (definition.enrol !== undefined) return definition.enrol.remove(visit.account, id, kit);
    const all = await kit.credentials.list(visit.account);
    const gone = all.filter((each) => id === undefined || each.id === id);
    const answers = await Promise.all(gone.map((each) => kit.credentials.remove(visit.account, each.id)));
    return answers.includes(true);
  });
  if (removed !== true) throw new FactorError("not_enrolled");
  if (house.trust !== undefined) await revokeDevices(house, visit.account);
  await house.sessions.write(visit, { ...state, version: await house.versions.renew(visit.account) });
  tell(house, "factor_removed", { ...occasionOf(visit, factor), purpose: "" });
  house.notify(visit, { kind: "factor_removed", factor: name });
}

/** Everything that is kept of an account beside its phone, which the app has: for when the account is deleted. Every session of it is asked anew. */
export async function eraseAccount(house: House, account: string): Promise<void> {
  if (typeof account !== "string" || account === "") throw new TypeError("erase: account must be a text");
  await house.tools.saved.erase(account);
  await house.tools.eraseCredentials(account);
  await revokeDevices(house, account);
  await house.versions.renew(account);
}
