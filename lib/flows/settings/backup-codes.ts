import { FactorError } from "../../errors.ts";
import { showBackupCode } from "../../factors/backup-codes.ts";
import { isSaved, type SavedFactor } from "../../factors/factor.ts";
import { requirePassed } from "../guard.ts";
import { emit, type Engine } from "../engine.ts";
import { holderOf, secondFactorNames } from "../on-file.ts";
import { FRESH_MS, provenWithin } from "../codes/pending.ts";
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

/** Throws a TypeError where the app's list has no backup codes: that is the app's mistake. */
function savedFactor(engine: Engine): SavedFactor {
  const factor = engine.factors.find(isSaved);
  if (factor === undefined)
    throw new TypeError('factor "backup-code" is not in the list given to createFactors');
  return factor;
}

/** Throws `factor_required` for who has not passed a factor in this session. */
export async function backupCodesOnFile(engine: Engine, context: RequestContext): Promise<BackupCodesOnFile> {
  const { rules, low } = savedFactor(engine);
  await requirePassed(engine, context, {});
  const onFile = await engine.tools.saved.read(holderOf(engine, context), rules);
  if (onFile === undefined) return { remaining: 0, generated_at: null, low: false };
  const { remaining, generatedAt } = onFile;
  return { remaining, generated_at: new Date(generatedAt).toISOString(), low: remaining <= low };
}

/**
 * Makes a new set; the old one is dead. Throws `factor_required` unless this session has passed a factor in the last 10 minutes
 * (ASVS 7.5.1): a set of codes is a key to the account.
 */
export async function generateBackupCodes(engine: Engine, context: RequestContext): Promise<BackupCodeSet> {
  const { rules, name } = savedFactor(engine);
  const state = await engine.sessions.open(context);
  if (!provenWithin(engine, state, FRESH_MS))
    throw new FactorError("factor_required", { factors: secondFactorNames(engine) });
  const codes = await engine.tools.saved.replace(context.account, rules);
  const remaining = codes.length;
  const { account, ip } = context;
  emit(engine, "backup_codes_generated", { account, factor: name, purpose: "", remaining, ip });
  engine.notify(context, { kind: "backup_codes_generated", remaining });
  const generated_at = new Date(engine.clock()).toISOString();
  return { codes: codes.map(showBackupCode), remaining, generated_at, low: false };
}
