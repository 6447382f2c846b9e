import { isDefined, isIssued, textsOf, type DefinedFactor } from "../../factors/define-factor.ts";
import { isDelivered } from "../../factors/factor.ts";
import { translator } from "../../locales/translate.ts";
import { displayOf } from "../codes/challenge.ts";
import { requirePassed } from "../guard.ts";
import type { Engine } from "../engine.ts";
import type { RequestContext } from "../request-context.ts";

/** One way to prove that is on file, as its owner sees it. Times are ISO 8601; null where nobody keeps them. */
export interface FactorOnFile {
  factor: string;
  /** What `remove` takes; null for what is looked after at a door of its own: the phone. */
  id: string | null;
  /** What it is called, in the account's language. */
  label: string;
  /** What tells it from others: the masked number, how many codes are left. */
  display?: string;
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
  | "no_backup_codes"
  /** It is time for new ones. */
  | "backup_codes_low";

/** A factor that can be put on file at the settings door. */
export interface FactorToAdd {
  factor: string;
  label: string;
}

/** How an account confirms that it is its owner. */
export interface Security {
  factors: FactorOnFile[];
  /** What can be put on file here, and is not. */
  can_add: FactorToAdd[];
  warnings: SecurityWarning[];
}

/** What is on file, in the order of the app's list. Throws `factor_required` where anything is, and this session has passed none. */
export async function securityOf(engine: Engine, context: RequestContext): Promise<Security> {
  await requirePassed(engine, context, { ifEnrolled: true });
  const phone = await phoneOf(engine, context);
  const own = await Promise.all(
    engine.factors
      .filter(isDefined)
      .map(async (each) => ({ each, shown: await shownOf(engine, context, each) })),
  );
  const others = own.flatMap(({ each, shown }) =>
    shown === undefined ? [] : [lineOf(context, each, shown)],
  );
  const order = engine.factors.map(({ name }) => name);
  const factors = [...(phone === undefined ? [] : [phone]), ...others].sort(
    (one, other) => order.indexOf(one.factor) - order.indexOf(other.factor),
  );
  const issued = own.filter(({ each }) => isIssued(each));
  const isCodes = ({ factor }: FactorOnFile) => issued.some(({ each }) => each.name === factor);
  const proves = factors.filter((each) => !isCodes(each));
  // Codes stand in for what is there already.
  const missing = own.filter(
    ({ each, shown }) =>
      shown === undefined && (isIssued(each) ? proves.length > 0 : each.definition.enrol !== undefined),
  );
  return {
    factors,
    can_add: missing.map(({ each }) => ({ factor: each.name, label: nameOf(context, each) })),
    warnings: [
      ...(factors.length === 0 ? (["no_factor"] as const) : []),
      ...(phone !== undefined && proves.length === 1 ? (["only_phone"] as const) : []),
      ...(missing.some(({ each }) => isIssued(each)) ? (["no_backup_codes"] as const) : []),
      ...(issued.some(({ shown }) => shown?.["low"] === true) ? (["backup_codes_low"] as const) : []),
    ],
  };
}

async function phoneOf(engine: Engine, context: RequestContext): Promise<FactorOnFile | undefined> {
  const factor = engine.factors.find(isDelivered);
  const phone = factor === undefined ? undefined : ((await engine.accounts.phone(context.user)) ?? undefined);
  if (factor === undefined || phone === undefined) return undefined;
  return {
    factor: factor.name,
    id: null,
    label: translator(context.locale)("security.phone"),
    display: displayOf(phone),
    added_at: null,
    last_used_at: null,
  };
}

type Shown = Readonly<Record<string, unknown>>;

async function shownOf(
  engine: Engine,
  context: RequestContext,
  { name, definition }: DefinedFactor,
): Promise<Shown | undefined> {
  return engine.inTime(`factor "${name}": onFile`, () =>
    definition.onFile(context.account, engine.tools.kit(name)),
  );
}

function nameOf({ locale }: RequestContext, { definition }: DefinedFactor): string {
  const { name, label } = textsOf(definition, locale);
  return name ?? label;
}

function lineOf(context: RequestContext, factor: DefinedFactor, shown: Shown): FactorOnFile {
  const text = (key: string) => (typeof shown[key] === "string" ? shown[key] : null);
  const { remaining } = shown;
  const left = typeof remaining === "number" ? { n: remaining } : undefined;
  const display = text("display") ?? (left && translator(context.locale)("security.left", left));
  return {
    factor: factor.name,
    id: text("id") ?? factor.name,
    label: nameOf(context, factor),
    ...(display === undefined ? {} : { display }),
    added_at: text("added_at"),
    last_used_at: text("last_used_at"),
  };
}
