import { FactorError } from "../../errors.ts";
import { isDefined, sendsCode } from "../../factors/define-factor.ts";
import type { DefinedFactor } from "../../factors/factor.ts";
import { namesOf } from "../../factors/code-names.ts";
import type { FactorKit } from "../../factors/definition.ts";
import { addressKit } from "../on-file.ts";
import { toldOf } from "./addresses.ts";
import { mayChange } from "./enrolment.ts";
import { occasionOf } from "../codes/challenge.ts";
import { factorNamed, emit, type Engine } from "../engine.ts";
import { revokeDevices } from "../devices/trusted-devices.ts";
import type { RequestContext } from "../request-context.ts";

/**
 * Takes a factor off file: the one with this id, or all without one. What other sessions have passed counts no more. Throws `factor_required` where any
 * is on file and this session has passed none in the last 10 minutes (ASVS 7.5.1), `not_enrolled` where there is none.
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
  await mayChange(engine, context, state);
  const destination = factor.code?.destination;
  const takeOff = async () => {
    const removed = await engine.inTime(`factor "${name}": remove`, async () =>
      remove(engine, context, factor, id),
    );
    if (removed !== true) throw new FactorError("not_enrolled");
  };
  const told =
    destination === undefined ? await takeOff() : await toldOf(engine, context, destination, takeOff);
  if (engine.trust !== undefined) await revokeDevices(engine, context.account);
  await engine.sessions.write(context, { ...state, version: await engine.versions.renew(context.account) });
  emit(engine, "factor_removed", { ...occasionOf(context, factor), purpose: "" });
  engine.notify(context, { kind: "factor_removed", factor: name, ...told });
}

async function remove(
  engine: Engine,
  context: RequestContext,
  factor: DefinedFactor,
  id: string | undefined,
): Promise<boolean> {
  const { account } = context;
  if (sendsCode(factor)) {
    const { kind, enrol } = factor.code.destination;
    if (enrol?.remove !== undefined) return enrol.remove(account, id, addressKit(engine, context, kind));
    // What the app keeps is the app's to take off file.
    if (namesOf(kind).isPhone) throw new TypeError("remove: the app keeps the phone of an account");
    return removeCredentials(engine.tools.kit(kind), account, id);
  }
  const kit = engine.tools.kit(factor.name);
  const { enrol } = factor.definition;
  return enrol === undefined ? removeCredentials(kit, account, id) : enrol.remove(account, id, kit);
}

async function removeCredentials(
  { credentials }: FactorKit,
  account: string,
  id: string | undefined,
): Promise<boolean> {
  const all = await credentials.list(account);
  const gone = all.filter((each) => id === undefined || each.id === id);
  const answers = await Promise.all(gone.map((each) => credentials.remove(account, each.id)));
  return answers.includes(true);
}

/** Everything that is kept of an account beside its phone, which the app has: for when the account is deleted. Every session of it is asked anew. */
export async function eraseAccount(engine: Engine, account: string): Promise<void> {
  if (typeof account !== "string" || account === "") throw new TypeError("erase: account must be a text");
  await engine.tools.saved.erase(account);
  await engine.tools.eraseCredentials(account);
  await revokeDevices(engine, account);
  await engine.versions.renew(account);
}
