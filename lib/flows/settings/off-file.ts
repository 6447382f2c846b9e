import { FactorError } from "../../errors.ts";
import { namesOf } from "../../factors/code-names.ts";
import { sendsCode } from "../../factors/define-factor.ts";
import type { FactorKit } from "../../factors/definition.ts";
import type { Factor } from "../../factors/factor.ts";
import { toldOf } from "./addresses.ts";
import { mayChange } from "./enrolment.ts";
import { occasionOf } from "../codes/challenge.ts";
import { factorNamed, emit, type Engine } from "../engine.ts";
import { addressKit, hasAny, listOnFile, proves } from "../on-file.ts";
import { revokeDevices } from "../devices/trusted-devices.ts";
import { withAccountLock } from "./binding.ts";
import { endingOthers } from "./ended.ts";
import { requireStillThere } from "../session/session.ts";
import type { RequestContext } from "../request-context.ts";

/**
 * Takes a factor off file: the one with this id, or all without one. What other sessions have passed counts no more. Throws `factor_required` where any
 * is on file and this session has passed none in the last 10 minutes (ASVS 7.5.1), `not_enrolled` where there is none, `last_factor` where the app
 * demands one and no other is there.
 */
export async function removeFactor(
  engine: Engine,
  context: RequestContext,
  name: string,
  id?: string,
): Promise<void> {
  const factor = factorNamed(engine, name);
  const destination = factor.code?.destination;
  // One at a time: of the last two that are removed at once, one stays.
  const told = await withAccountLock(engine, `account ${context.account}`, async () => {
    const state = await engine.sessions.open(context);
    await mayChange(engine, context, state);
    if (await isLast(engine, context, factor, id)) throw new FactorError("last_factor");
    const take = () => engine.inTime(`factor "${name}": remove`, () => takeOff(engine, context, factor, id));
    const remove = async () => {
      // A way back proves nothing at a login: nothing has been passed by it.
      const mayProve = proves(factor, "login", "step-up");
      if (!mayProve) await requireStillThere(engine, context.request);
      const removed = await (mayProve ? endingOthers(engine, context, state, take) : take());
      if (removed !== true) throw new FactorError("not_enrolled");
    };
    return destination === undefined ? remove() : toldOf(engine, context, destination, remove);
  });
  emit(engine, "factor_removed", { ...occasionOf(context, factor), purpose: "" });
  engine.notify(context, { kind: "factor_removed", factor: name, ...told });
}

async function takeOff(
  engine: Engine,
  context: RequestContext,
  factor: Factor,
  id: string | undefined,
): Promise<boolean> {
  const { account } = context;
  if (sendsCode(factor)) {
    const { kind, enrol } = factor.code.destination;
    if (enrol?.remove !== undefined) return enrol.remove(account, id, addressKit(engine, context, kind));
    // What the app keeps is the app's to take off file.
    if (namesOf(kind).isPhone) throw new TypeError("remove: the app keeps the phone of an account");
    return removeCredentials(kitOf(engine, factor), account, id);
  }
  const kit = kitOf(engine, factor);
  const own = factor.definition.enrol ?? factor.definition.issue;
  return own === undefined ? removeCredentials(kit, account, id) : own.remove(account, id, kit);
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

/** Codes that are handed out run out: who has nothing else has no factor soon, so they do not count as one that stays. */
async function isLast(
  engine: Engine,
  context: RequestContext,
  factor: Factor,
  id: string | undefined,
): Promise<boolean> {
  // What is for recovery is not what the app demands.
  if (!proves(factor, "login") || !(await engine.demandsFactor(context.user))) return false;
  const others = engine.factors
    .filter((each) => !sharesFile(each, factor) && each.class !== "saved" && proves(each, "login"))
    .map((each) => each.name);
  if (await hasAny(engine, context, others)) return false;
  const own = await listOnFile(engine, context, [factor]);
  if (own.length === 0) return false;
  if (id === undefined) return true;
  // Where there may be several, each of them is shown; what else is kept beside them is none.
  if ((factor.definition?.enrol?.most ?? 1) > 1) return own.every(({ shown }) => shown["id"] === id);
  // Of several of its own, the others stay; what is not among them is not the last. What is shown may have other ids than what is kept.
  const kept = await kitOf(engine, factor).credentials.list(context.account);
  if (sendsCode(factor)) return kept.length < 2;
  const ids = [...kept.map((each) => each.id), ...own.map(({ shown }) => shown["id"] ?? factor.name)];
  return own.length < 2 && kept.length < 2 && ids.includes(id);
}

/** Channels to one address are one on file. */
const sharesFile = (one: Factor, other: Factor): boolean =>
  one === other || (one.code !== undefined && one.code.destination.kind === other.code?.destination.kind);

/** What a factor has on file is kept under its name, and that of a destination under its kind. */
const kitOf = (engine: Engine, factor: Factor): FactorKit =>
  engine.tools.kit(factor.code?.destination.kind ?? factor.name);

/** Everything that is kept of an account beside its phone, which the app has: for when the account is deleted. Every session of it is asked anew. */
export async function eraseAccount(engine: Engine, account: string): Promise<void> {
  if (typeof account !== "string" || account === "") throw new TypeError("erase: account must be a text");
  await engine.tools.eraseCredentials(account);
  await revokeDevices(engine, account);
  await engine.versions.renew(account);
}
