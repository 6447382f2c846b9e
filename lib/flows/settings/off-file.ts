import { FactorError } from "../../errors.ts";
import { isDefined, isSecondFactor } from "../../factors/define-factor.ts";
import { occasionOf } from "../codes/challenge.ts";
import { factorNamed, emit, type Engine } from "../engine.ts";
import { FRESH_MS, provenWithin } from "../codes/pending.ts";
import { revokeDevices } from "../devices/trusted-devices.ts";
import type { SessionState } from "../session/session-state.ts";
import { mayChange } from "./enrolment.ts";
import type { RequestContext } from "../request-context.ts";

/**
 * Takes a factor off file: the one with this id, or all without one. What other sessions have passed counts no more. Throws `factor_required` unless
 * this session has passed a factor in the last 10 minutes (ASVS 7.5.1), `not_enrolled` where there is none.
 */
export async function removeFactor(
  engine: Engine,
  context: RequestContext,
  name: string,
  id?: string,
): Promise<void> {
  const factor = factorNamed(engine, name);
  if (!isDefined(factor)) throw new TypeError(`remove: factor "${name}" was not made by defineFactor`);
  const state = await engine.sessions.open(context);
  // Who has no second factor could not pass one: as for putting a way back on file.
  await (isSecondFactor(factor) ? mustHavePassed(engine, state) : mayChange(engine, context, state));
  const { definition } = factor;
  const kit = engine.tools.kit(name);
  const removed = await engine.inTime(`factor "${name}": remove`, async () => {
    if (definition.enrol !== undefined) return definition.enrol.remove(context.account, id, kit);
    const all = await kit.credentials.list(context.account);
    const gone = all.filter((each) => id === undefined || each.id === id);
    const answers = await Promise.all(gone.map((each) => kit.credentials.remove(context.account, each.id)));
    return answers.includes(true);
  });
  if (removed !== true) throw new FactorError("not_enrolled");
  if (isSecondFactor(factor)) {
    if (engine.trust !== undefined) await revokeDevices(engine, context.account);
    await engine.sessions.write(context, { ...state, version: await engine.versions.renew(context.account) });
  }
  emit(engine, "factor_removed", { ...occasionOf(context, factor), purpose: "" });
  engine.notify(context, { kind: "factor_removed", factor: name });
}

async function mustHavePassed(engine: Engine, state: SessionState): Promise<void> {
  if (!provenWithin(engine, state, FRESH_MS))
    throw new FactorError("factor_required", { factors: engine.factors.map((each) => each.name) });
}

/** Everything that is kept of an account beside its phone, which the app has: for when the account is deleted. Every session of it is asked anew. */
export async function eraseAccount(engine: Engine, account: string): Promise<void> {
  if (typeof account !== "string" || account === "") throw new TypeError("erase: account must be a text");
  await engine.tools.saved.erase(account);
  await engine.tools.eraseCredentials(account);
  await revokeDevices(engine, account);
  await engine.versions.renew(account);
}
