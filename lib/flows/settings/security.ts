import { namesOf } from "../../factors/code-names.ts";
import { judgesItself, sendsCode, textsOf } from "../../factors/define-factor.ts";
import type { AddressOnFile } from "../../factors/destination.ts";
import { isSaved, type CodeFactor, type Factor, type JudgedFactor } from "../../factors/factor.ts";
import { translator } from "../../locales/translate.ts";
import { displayIn } from "../codes/display.ts";
import { requirePassed } from "../guard.ts";
import type { Engine } from "../engine.ts";
import { holderOf, listOnFile, proves, type OnFile } from "../on-file.ts";
import type { RequestContext } from "../request-context.ts";
import { addressesOf } from "./addresses.ts";

/** One way to prove that is on file, as its owner sees it. Times are ISO 8601; null where nobody keeps them. */
export interface FactorOnFile {
  factor: string;
  /** What `remove` takes; null for what is looked after at a door of its own: the phone, backup codes. */
  id: string | null;
  label: string;
  /** Where its codes go, masked. */
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
  /** Fewer than two ways to reach the owner are on file, where the app takes more (NIST SP 800-63B-4 §4.2.1.2). */
  | "few_contacts"
  /** The app has backup codes, and the account has none. */
  | "no_backup_codes";

/** How an account confirms that it is its owner. */
export interface Security {
  factors: FactorOnFile[];
  /** Names of factors that can be put on file here: that are not there, or that there is room for one more of. */
  can_add: string[];
  warnings: SecurityWarning[];
}

/** What is on file, in the order of the app's list. Throws `factor_required` where anything is, and this session has passed none. */
export async function securityOf(engine: Engine, context: RequestContext): Promise<Security> {
  await requirePassed(engine, context, { ifEnrolled: true });
  const all = await listOnFile(engine, context, engine.factors);
  // The channels to one address are one thing on file.
  const kinds = new Set<string>();
  const distinct = all.filter(({ factor }) => {
    if (!sendsCode(factor)) return true;
    const { kind } = factor.code.destination;
    return !kinds.has(kind) && kinds.add(kind);
  });
  const several = await severalOf(engine, context);
  const factors = (
    await Promise.all(distinct.map((each) => describedAll(engine, context, each, several)))
  ).flat();
  const proving = distinct.filter(({ factor }) => !isSaved(factor) && proves(factor, "login", "step-up"));
  const missesCodes =
    engine.factors.some(isSaved) && !all.some(({ factor }) => isSaved(factor)) && proving.length > 0;
  const onlyPhone = proving.length === 1 && proving[0]?.factor.class === "phone";
  const names = all.map(({ factor }) => factor.name);
  const contacts = factors.filter(({ factor }) =>
    distinct.some((each) => each.factor.name === factor && each.address !== undefined),
  );
  const isAddable = (each: Factor) =>
    sendsCode(each)
      ? hasRoom(each, several.get(each.code.destination.kind))
      : judgesItself(each) && each.definition.enrol !== undefined && !names.includes(each.name);
  return {
    factors,
    can_add: engine.factors.filter(isAddable).map(({ name }) => name),
    warnings: [
      ...(proving.length === 0 && !all.some(({ factor }) => isSaved(factor)) ? (["no_factor"] as const) : []),
      ...(onlyPhone ? (["only_phone"] as const) : []),
      ...(several.size > 0 && contacts.length < 2 ? (["few_contacts"] as const) : []),
      ...(missesCodes ? (["no_backup_codes"] as const) : []),
    ],
  };
}

/** What the account has of each kind of destination of which there may be several. */
async function severalOf(
  engine: Engine,
  context: RequestContext,
): Promise<ReadonlyMap<string, readonly AddressOnFile[]>> {
  const destinations = engine.factors.filter(sendsCode).map(({ code }) => code.destination);
  const known = destinations.filter(({ all }) => all !== undefined);
  return new Map(
    await Promise.all(
      known.map(async (each) => [each.kind, await addressesOf(engine, context, each)] as const),
    ),
  );
}

function hasRoom({ code }: CodeFactor, onFile: readonly AddressOnFile[] = []): boolean {
  const { enrol } = code.destination;
  return enrol?.input !== undefined && onFile.length < (enrol.most ?? 1);
}

/** Each address of its own. */
async function describedAll(
  engine: Engine,
  context: RequestContext,
  onFile: OnFile,
  several: ReadonlyMap<string, readonly AddressOnFile[]>,
): Promise<FactorOnFile[]> {
  const { factor } = onFile;
  const all = sendsCode(factor) ? several.get(factor.code.destination.kind) : undefined;
  if (all === undefined) return [await described(engine, context, onFile)];
  return Promise.all(
    all.map(async ({ address, id = null, addedAt }) => ({
      ...(await described(engine, context, { ...onFile, address })),
      id,
      added_at: addedAt === undefined ? null : new Date(addedAt).toISOString(),
    })),
  );
}

async function described(
  engine: Engine,
  context: RequestContext,
  { factor, address, shown }: OnFile,
): Promise<FactorOnFile> {
  const { name } = factor;
  const nothing = { factor: name, id: null, added_at: null, last_used_at: null };
  if (sendsCode(factor)) {
    const display = Object.values(displayIn(factor, address as string))[0] as string;
    if (namesOf(factor.code.destination.kind).isPhone) return { ...nothing, label: display };
    const { name: called, label } = textsOf(factor, context.locale);
    return { ...nothing, label: called ?? label, display };
  }
  if (isSaved(factor)) {
    const set = await engine.tools.saved.read(holderOf(engine, context), factor.rules);
    const added_at = set === undefined ? null : new Date(set.generatedAt).toISOString();
    return { ...nothing, label: translator(context.locale)("backupCodes.title"), added_at };
  }
  const text = (key: string) => (typeof shown[key] === "string" ? shown[key] : null);
  const texts = textsOf(factor as JudgedFactor, context.locale);
  return {
    factor: name,
    id: text("id") ?? name,
    label: texts.name ?? texts.label,
    added_at: text("added_at"),
    last_used_at: text("last_used_at"),
  };
}
