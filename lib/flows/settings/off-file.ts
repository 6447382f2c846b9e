import { FactorError } from "../../errors.ts";
import { isDefined, usesOf, type DefinedFactor } from "../../factors/define-factor.ts";
import { occasionOf } from "../codes/challenge.ts";
import { factorNamed, emit, type Engine } from "../engine.ts";
import { hasAny } from "../on-file.ts";
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
  if (!isDefined(factor)) throw new TypeError(`remove: factor "${name}" was not made by defineFactor`);
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
  { account }: RequestContext,
  { name, definition }: DefinedFactor,
  id: string | undefined,
): Promise<boolean> {
  const kit = engine.tools.kit(name);
  const own = definition.enrol ?? definition.issue;
  if (own !== undefined) return own.remove(account, id, kit);
  const all = await kit.credentials.list(account);
  const gone = all.filter((each) => id === undefined || each.id === id);
  const answers = await Promise.all(gone.map((each) => kit.credentials.remove(account, each.id)));
  return answers.includes(true);
}

/** Codes that are handed out run out: who has nothing else has no factor soon, so they do not count as one that stays. */
async function isLast(
  engine: Engine,
  context: RequestContext,
  factor: DefinedFactor,
  id: string | undefined,
): Promise<boolean> {
  if (!(await engine.demandsFactor(context.user))) return false;
  const others = engine.factors
    .filter((each) => each !== factor && each.class !== "saved" && usesOf(each).includes("login"))
    .map((each) => each.name);
  if (await hasAny(engine, context, others)) return false;
  // Of several of its own, the others stay; what is not on file is not the last either.
  const kit = engine.tools.kit(factor.name);
  const own = await engine.inTime(`factor "${factor.name}": onFile`, () =>
    factor.definition.onFile(context.account, kit),
  );
  if (own === undefined) return false;
  return id === undefined || (await kit.credentials.list(context.account)).length < 2;
}

/** Everything that is kept of an account beside its phone, which the app has: for when the account is deleted. Every session of it is asked anew. */
export async function eraseAccount(engine: Engine, account: string): Promise<void> {
  if (typeof account !== "string" || account === "") throw new TypeError("erase: account must be a text");
  await engine.tools.eraseCredentials(account);
  await revokeDevices(engine, account);
  await engine.versions.renew(account);
}
