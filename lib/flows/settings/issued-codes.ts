import { FactorError } from "../../errors.ts";
import { isIssued, type IssuedFactor } from "../../factors/define-factor.ts";
import type { CodesInventory, IssuedCodes } from "../../factors/issued-codes.ts";
import { wrongAnswer } from "../../wrong-answer.ts";
import { requirePassed } from "../guard.ts";
import { emit, factorNamed, type Engine } from "../engine.ts";
import { occasionOf } from "../codes/challenge.ts";
import { FRESH_MS, provenWithin } from "../codes/pending.ts";
import { orUndone } from "../undone.ts";
import { withAccountLock } from "./binding.ts";
import { endingOthers } from "./ended.ts";
import { tellingRefusals } from "./refusals.ts";
import { secondFactorNames } from "../on-file.ts";
import type { RequestContext } from "../request-context.ts";

/** What an account has on file, as doors show it. */
export interface BackupCodesOnFile {
  remaining: number;
  /** ISO 8601; null when there never was a set. */
  generated_at: string | null;
  /** So few are left that it is time for a new set. */
  low: boolean;
}

/** A new set, in clear: this once. */
export interface BackupCodeSet extends BackupCodesOnFile {
  codes: string[];
}

/** The factor of that name, else the first in the list, whose codes are handed out. Throws a TypeError where there is none: that is the app's mistake. */
function issuing(engine: Engine, name: string | undefined): IssuedFactor {
  const factor = name === undefined ? engine.factors.find(isIssued) : factorNamed(engine, name);
  if (factor === undefined || !isIssued(factor))
    throw new TypeError(
      `${name ?? "backupCodes"}: no such factor in the list given to createFactors hands out codes`,
    );
  return factor;
}

/** Throws `factor_required` for who has not passed a factor in this session. */
export async function codesOnFile(
  engine: Engine,
  context: RequestContext,
  name?: string,
): Promise<BackupCodesOnFile> {
  const factor = issuing(engine, name);
  await requirePassed(engine, context, {});
  return (await inventoryOf(engine, context, factor)) ?? { remaining: 0, generated_at: null, low: false };
}

/**
 * Hands out a new set; the old one is dead, and what other sessions have passed counts no more where there was one. Throws `factor_required` unless
 * this session has passed a factor in the last 10 minutes (ASVS 7.5.1): a set of codes is a key to the account.
 */
export async function issueCodes(
  engine: Engine,
  context: RequestContext,
  name?: string,
): Promise<BackupCodeSet> {
  const factor = issuing(engine, name);
  return tellingRefusals(engine, context, factor, () =>
    withAccountLock(engine, `account ${context.account}`, async () => {
      const state = await engine.sessions.open(context);
      if (!provenWithin(engine, state, FRESH_MS))
        throw new FactorError("factor_required", { factors: secondFactorNames(engine) });
      const replaces = (await inventoryOf(engine, context, factor)) !== undefined;
      // Before it: who is told that this failed must find the old set as it was.
      await engine.tools.counted.reset(context.account, factor.name);
      const issue = () => askForCodes(engine, context, factor);
      const codes = await (replaces ? endingOthers(engine, context, state, issue) : issue());
      return told(engine, context, factor, codes);
    }),
  );
}

async function askForCodes(
  engine: Engine,
  { account }: RequestContext,
  { name, definition }: IssuedFactor,
): Promise<string[]> {
  const who = `factor "${name}": issue`;
  const answer: unknown = await orUndone(engine, who, () =>
    definition.issue.issue(account, engine.tools.kit(name)),
  );
  const { codes } = (answer ?? {}) as Partial<IssuedCodes>;
  if (!Array.isArray(codes) || codes.length === 0 || codes.some((code) => typeof code !== "string"))
    throw wrongAnswer(who, answer, "{ codes }, a list of texts");
  return [...(codes as string[])];
}

function told(engine: Engine, context: RequestContext, factor: IssuedFactor, codes: string[]): BackupCodeSet {
  const { events = {}, notices = {} } = factor.definition;
  const remaining = codes.length;
  emit(
    engine,
    events.added ?? "factor_added",
    { ...occasionOf(context, factor), purpose: "" },
    { remaining },
  );
  engine.notify(context, { kind: notices.added ?? "factor_added", factor: factor.name, remaining });
  return { codes, remaining, generated_at: new Date(engine.clock()).toISOString(), low: false };
}

async function inventoryOf(
  engine: Engine,
  { account }: RequestContext,
  { name, definition }: IssuedFactor,
): Promise<CodesInventory | undefined> {
  const who = `factor "${name}": inventory`;
  const answer: unknown = await engine.inTime(who, () =>
    definition.issue.inventory(account, engine.tools.kit(name)),
  );
  if (answer === undefined) return undefined;
  const { remaining, generated_at, low } = (answer ?? {}) as Partial<CodesInventory>;
  if (typeof remaining !== "number" || typeof generated_at !== "string" || typeof low !== "boolean")
    throw wrongAnswer(who, answer, "{ remaining, generated_at, low } or undefined");
  return { remaining, generated_at, low };
}
