import { FactorError } from "../errors.ts";
import { showBackupCode } from "../factors/backup-codes.ts";
import { isSaved, type SavedFactor } from "../factors/factor.ts";
import { requirePassed } from "./guard.ts";
import { tell, type House } from "./house.ts";
import { holderOf } from "./on-file.ts";
import { FRESH_MS, provenWithin } from "./pending.ts";
import type { Visit } from "./visit.ts";

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
function savedFactor(house: House): SavedFactor {
  const factor = house.factors.find(isSaved);
  if (factor === undefined)
    throw new TypeError('factor "backup-code" is not in the list given to createFactors');
  return factor;
}

/** Throws `factor_required` for who has not passed a factor in this session. */
export async function backupCodesOnFile(house: House, visit: Visit): Promise<BackupCodesOnFile> {
  const { rules, low } = savedFactor(house);
  await requirePassed(house, visit, {});
  const onFile = await house.tools.saved.read(await holderOf(house, visit), rules);
  if (onFile === undefined) return { remaining: 0, generated_at: null, low: false };
  const { remaining, generatedAt } = onFile;
  return { remaining, generated_at: new Date(generatedAt).toISOString(), low: remaining <= low };
}

/**
 * Makes a new set; the old one is dead. Throws `factor_required` unless this session has passed a factor in the last 10 minutes
 * (ASVS 7.5.1): a set of codes is a key to the account.
 */
export async function generateBackupCodes(house: House, visit: Visit): Promise<BackupCodeSet> {
  const { rules, name } = savedFactor(house);
  const state = await house.sessions.open(visit);
  if (!provenWithin(house, state, FRESH_MS))
    throw new FactorError("factor_required", { factors: house.factors.map((each) => each.name) });
  const codes = await house.tools.saved.replace(visit.account, rules);
  const remaining = codes.length;
  const { account, ip } = visit;
  tell(house, "backup_codes_generated", { account, factor: name, purpose: "", remaining, ip });
  house.notify(visit, { kind: "backup_codes_generated", remaining });
  const generated_at = new Date(house.clock()).toISOString();
  return { codes: codes.map(showBackupCode), remaining, generated_at, low: false };
}
