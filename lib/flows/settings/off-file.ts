import { FactorError } from "../../errors.ts";
import { namesOf } from "../../factors/code-names.ts";
import { sendsCode } from "../../factors/define-factor.ts";
import type { FactorKit } from "../../factors/definition.ts";
import type { Factor } from "../../factors/factor.ts";
import { occasionOf } from "../codes/challenge.ts";
import { factorNamed, emit, type Engine } from "../engine.ts";
import { addressKit, hasAny, listOnFile, proves } from "../on-file.ts";
import { FRESH_MS, provenWithin } from "../codes/pending.ts";
import { revokeDevices } from "../devices/trusted-devices.ts";
import { withAccountLock } from "./binding.ts";
import { endingOthers } from "./ended.ts";
import type { RequestContext } from "../request-context.ts";

/**
 * Takes a factor off file: the one with this id, or all without one. What other sessions have passed counts no more. Throws `factor_required` unless
 * this session has passed a factor in the last 10 minutes (ASVS 7.5.1), `not_enrolled` where there is none, `last_factor` where the app demands one and
 * no other is there.
 */
export async function removeFactor(
  engine: Engine,
  context: RequestContext,
  name: string,
  id?: string,
): Promise<void> {
  const factor = factorNamed(engine, name);
  // One at a time: of the last two that are removed at once, one stays.
  await withAccountLock(engine, `account ${context.account}`, async () => {
    const state = await engine.sessions.open(context);
    if (!provenWithin(engine, state, FRESH_MS))
      throw new FactorError("factor_required", { factors: engine.factors.map((each) => each.name) });
    if (await isLast(engine, context, factor, id)) throw new FactorError("last_factor");
    const removed = await endingOthers(engine, context, state, () =>
      engine.inTime(`factor "${name}": remove`, () => takeOff(engine, context, factor, id)),
    );
    if (removed !== true) throw new FactorError("not_enrolled");
  });
  emit(engine, "factor_removed", { ...occasionOf(context, factor), purpose: "" });
  engine.notify(context, { kind: "factor_removed", factor: name });
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
  if (!(await engine.demandsFactor(context.user))) return false;
  const others = engine.factors
    .filter((each) => !sharesFile(each, factor) && each.class !== "saved" && proves(each, "login"))
    .map((each) => each.name);
  if (await hasAny(engine, context, others)) return false;
  // Of several of its own, the others stay; what is not on file is not the last either.
  if ((await listOnFile(engine, context, [factor])).length === 0) return false;
  const { credentials } = kitOf(engine, factor);
  return id === undefined || (await credentials.list(context.account)).length < 2;
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
