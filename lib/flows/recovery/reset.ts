import { FactorError } from "../../errors.ts";
import { isBreached } from "../../passwords/breached.ts";
import { passwordFault } from "../../passwords/fault.ts";
import { wrongAnswer } from "../../wrong-answer.ts";
import { revokeDevices } from "../devices/trusted-devices.ts";
import { emit, type Engine } from "../engine.ts";
import type { AppPlan } from "./app-ways.ts";
import type { Asker } from "./asker.ts";
import { newEpoch, renewEpoch, spendClasses } from "../session/recovery-epoch.ts";
import { undo } from "../undone.ts";
import { giveBackHold, takeHold } from "./holds.ts";
import { move } from "./moves.ts";
import { replaceUsed } from "./used-codes.ts";
import { tellOwner } from "./notices.ts";
import type { RecoverySettings } from "./options.ts";
import { kindOf, type Facts, type Proof } from "./policy.ts";
import { moveRecord, type Recovery } from "./record.ts";

interface Reset {
  password: unknown;
  settings: RecoverySettings;
  minLength: number;
}

/** As many as anybody tries while the store or the app is away. */
const MOST_EPOCHS = 20;

/**
 * Writes the new password, once. A password that is not taken leaves the permit as it is; where the app fails to write it, the permit is given back.
 * Undefined where another request was first. Throws `password_refused`, `store_unavailable`.
 */
export async function resetPassword(
  engine: Engine,
  plan: AppPlan,
  { flow, asker, facts }: { flow: Recovery; asker: Asker; facts: Facts },
  reset: Reset,
): Promise<Recovery | undefined> {
  const { position } = flow.record;
  const done = move(plan, facts, position, { input: "password" });
  if (done === undefined || flow.record.taken === true) return undefined;
  const password = await checked(engine, asker, flow, reset);
  // Taken before it is written: of all who ask at once, one writes. Who is cut off in between starts over, and nobody was told that it is done.
  const epoch = newEpoch();
  const ownEpochs = [...(flow.record.ownEpochs ?? []), epoch].slice(-MOST_EPOCHS);
  const taken = await moveRecord(engine, flow, { ...flow.record, taken: true, ownEpochs });
  if (taken === undefined) return undefined;
  const { hold } = taken.record;
  // The owner may be ending it at this moment.
  if (hold !== undefined && !(await takeHold(engine, hold))) return undefined;
  try {
    await endEverything(engine, asker, epoch);
    await spendAlone(engine, asker, facts, position.proofs);
    await write(engine, asker, position.proofs, password);
  } catch (error) {
    await giveBack(engine, taken, flow.generation);
    throw error;
  }
  const newCodes = await replaceUsed(engine, plan, asker, position.proofs);
  const after: Recovery = {
    ...taken,
    record: { ...taken.record, position: done, ...(newCodes.length === 0 ? {} : { newCodes }) },
  };
  await moveRecord(engine, taken, after.record).catch(engine.onError);
  await afterwards(engine, asker, position.proofs);
  return { ...after, generation: taken.generation + 1 };
}

/** Throws `invalid_request` for what is no text, `password_refused` for what the policy does not take. */
async function checked(
  engine: Engine,
  asker: Asker,
  { record }: Recovery,
  { password, settings, minLength }: Reset,
): Promise<string> {
  if (typeof password !== "string" || password === "")
    throw new FactorError("invalid_request", { field: "password" });
  const { words, breached, maxLength } = settings.password;
  const own: unknown =
    words === undefined ? [] : await engine.inTime("words", () => words(asker.user as never));
  if (!Array.isArray(own) || !own.every((each) => typeof each === "string"))
    throw wrongAnswer("recovery: password: words", own, "a list of texts");
  const fault = await passwordFault(password, {
    minLength,
    maxLength,
    words: [engine.tools.appName, record.identifier, ...(own as string[])],
    breached:
      breached &&
      ((typed) =>
        isBreached(() => breached(typed), {
          who: "recovery: password: breached",
          inTime: engine.inTime,
          report: engine.onError,
        })),
  });
  if (fault === undefined) {
    // What was proven with, or is known from before, is no new password.
    if (!(await wasUsed(engine, asker, password))) return password;
    throw new FactorError("password_refused", { field: "password", reason: "refused" });
  }
  throw new FactorError("password_refused", { field: "password", reason: fault, minLength, maxLength });
}

/** Whether the account had it before, where the app can tell. */
async function wasUsed({ accounts, onError }: Engine, { user }: Asker, password: string): Promise<boolean> {
  try {
    return (await accounts.wasPassword?.(user, password)) === true;
  } catch (cause) {
    onError(cause);
    throw new FactorError("reset_failed", { retryAfter: 5, cause });
  }
}

async function write(
  engine: Engine,
  asker: Asker,
  proofs: readonly Proof[],
  password: string,
): Promise<void> {
  const about = {
    kind: kindOf(proofs),
    proofs: proofs.map((each) => ({ factor: each.factor, class: each.class })),
    at: engine.clock(),
    ip: asker.ip,
    locale: asker.locale,
    tenant: engine.tenant,
  };
  let answer: unknown;
  try {
    answer = await engine.accounts.resetPassword?.(asker.user, password, about);
  } catch (cause) {
    engine.onError(cause);
    throw new FactorError("reset_failed", { retryAfter: 5, cause });
  }
  if (answer === "refused")
    throw new FactorError("password_refused", { field: "password", reason: "refused" });
  if (answer !== true) throw wrongAnswer("accounts.resetPassword", answer, 'true or "refused"');
}

/** Before the password is written, so that nothing is left over where Redis goes away between the two. */
async function endEverything(engine: Engine, asker: Asker, epoch: string): Promise<void> {
  await renewEpoch(engine, asker.account, epoch);
  await engine.versions.renew(asker.account);
  await revokeDevices(engine, asker.account);
}

/** What was proven alone, where a second factor is asked at login, does not serve there as well. */
async function spendAlone(
  engine: Engine,
  { account }: Asker,
  { secondFactors }: Facts,
  proofs: readonly Proof[],
): Promise<void> {
  const classes = [...new Set(proofs.map((each) => each.class))];
  const isWhole =
    secondFactors.length === 0 || classes.length > 1 || proofs.some((each) => each.userVerified);
  if (!isWhole) await spendClasses(engine, account, classes);
}

/** The password was not written: the permit is as good as before. */
async function giveBack(engine: Engine, taken: Recovery, to: number): Promise<void> {
  const { taken: _taken, ...record } = taken.record;
  await undo(engine, async () => {
    if (record.hold !== undefined) await giveBackHold(engine, record.hold);
    await moveRecord(engine, taken, record, { to });
  });
}

/** The reset stands, whatever goes wrong here. */
async function afterwards(engine: Engine, asker: Asker, proofs: readonly Proof[]): Promise<void> {
  const { account, ip, user } = asker;
  emit(engine, "password_reset", { account, factor: proofs.at(-1)?.factor ?? "", purpose: "recovery", ip });
  try {
    await engine.accounts.endSessions?.(user);
  } catch (error) {
    engine.onError(error);
  }
  await tellOwner(engine, asker, "password_reset");
}
