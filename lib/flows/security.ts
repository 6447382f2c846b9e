import { isDefined, textsOf, type DefinedFactor } from "../factors/define-factor.ts";
import { isDelivered, isSaved } from "../factors/factor.ts";
import { translator, type Translate } from "../locales/translate.ts";
import { displayOf } from "./challenge.ts";
import { requirePassed } from "./guard.ts";
import type { House } from "./house.ts";
import { holderOf } from "./on-file.ts";
import type { Visit } from "./visit.ts";

/** One way to prove that is on file, as its owner sees it. Times are ISO 8601; null where nobody keeps them. */
export interface FactorOnFile {
  factor: string;
  /** What `remove` takes; null for what is looked after at a door of its own: the phone, backup codes. */
  id: string | null;
  label: string;
  added_at: string | null;
  last_used_at: string | null;
}

/** What an account should do something about. */
export type SecurityWarning =
  /** Nothing is on file beside the first factor. */
  | "no_factor"
  /** A phone is the only one: whoever takes over the number has it (NIST SP 800-63B-4 §3.2.9). */
  | "only_phone"
  /** The app has backup codes, and the account has none. */
  | "no_backup_codes";

/** How an account confirms that it is its owner. */
export interface Security {
  factors: FactorOnFile[];
  /** Names of factors that can be put on file here, and are not. */
  can_add: string[];
  warnings: SecurityWarning[];
}

/** What is on file, in the order of the app's list. Throws `factor_required` where anything is, and this session has passed none. */
export async function securityOf(house: House, visit: Visit): Promise<Security> {
  await requirePassed(house, visit, { ifEnrolled: true });
  const t = translator(visit.locale);
  const phone = await phoneOf(house, visit);
  const saved = await savedOf(house, visit, t);
  const own = await Promise.all(
    house.factors
      .filter(isDefined)
      .map(async (each) => ({ each, onFile: await definedOf(house, visit, each) })),
  );
  const others = own.flatMap(({ onFile }) => (onFile === undefined ? [] : [onFile]));
  const order = house.factors.map(({ name }) => name);
  const factors = [phone, ...saved, ...others]
    .filter((each) => each !== undefined)
    .sort((one, other) => order.indexOf(one.factor) - order.indexOf(other.factor));
  const proves = [phone, ...others].filter((each) => each !== undefined);
  const missesCodes = house.factors.some(isSaved) && saved.length === 0 && proves.length > 0;
  return {
    factors,
    can_add: own.flatMap(({ each, onFile }) =>
      onFile === undefined && each.definition.enrol !== undefined ? [each.name] : [],
    ),
    warnings: [
      ...(factors.length === 0 ? (["no_factor"] as const) : []),
      ...(phone !== undefined && others.length === 0 ? (["only_phone"] as const) : []),
      ...(missesCodes ? (["no_backup_codes"] as const) : []),
    ],
  };
}

async function phoneOf(house: House, visit: Visit): Promise<FactorOnFile | undefined> {
  const factor = house.factors.find(isDelivered);
  const phone = factor === undefined ? undefined : ((await house.accounts.phone(visit.user)) ?? undefined);
  if (factor === undefined || phone === undefined) return undefined;
  return { factor: factor.name, id: null, label: displayOf(phone), added_at: null, last_used_at: null };
}

async function savedOf(house: House, visit: Visit, t: Translate): Promise<FactorOnFile[]> {
  const holder = await holderOf(house, visit);
  const sets = await Promise.all(
    house.factors.filter(isSaved).map(async ({ name, rules }) => {
      const set = await house.tools.saved.read(holder, rules);
      if (set === undefined || set.remaining === 0) return [];
      const added_at = new Date(set.generatedAt).toISOString();
      return [{ factor: name, id: null, label: t("backupCodes.title"), added_at, last_used_at: null }];
    }),
  );
  return sets.flat();
}

async function definedOf(
  house: House,
  visit: Visit,
  { name, definition }: DefinedFactor,
): Promise<FactorOnFile | undefined> {
  const onFile = await house.inTime(`factor "${name}": onFile`, () =>
    definition.onFile(visit.account, house.tools.kit(name)),
  );
  if (onFile === undefined) return undefined;
  const text = (key: string) => (typeof onFile[key] === "string" ? onFile[key] : null);
  const texts = textsOf(definition, visit.locale);
  return {
    factor: name,
    id: text("id") ?? name,
    label: texts.name ?? texts.label,
    added_at: text("added_at"),
    last_used_at: text("last_used_at"),
  };
}
