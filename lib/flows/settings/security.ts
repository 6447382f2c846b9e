import { namesOf } from "../../factors/code-names.ts";
import { isIssued, nameIn, sendsCode } from "../../factors/define-factor.ts";
import type { AddressOnFile } from "../../factors/destination.ts";
import type { CodeFactor, Factor } from "../../factors/factor.ts";
import { displayIn } from "../codes/display.ts";
import { requirePassed } from "../guard.ts";
import type { Engine } from "../engine.ts";
import { listOnFile, proves, type OnFile } from "../on-file.ts";
import { invitationsOf, type InvitationOnFile, type SentOnFile } from "./invitations.ts";
import type { RequestContext } from "../request-context.ts";
import { addressesOf } from "./addresses.ts";

/** One way to prove that is on file, as its owner sees it. Times are ISO 8601; null where nobody keeps them. */
export interface FactorOnFile {
  /** The factor it is about. */
  factor: string;
  /** What `remove` takes; null for what is looked after at a door of its own: the phone. */
  id: string | null;
  /** As its owner calls it, else what it is called in the account's language. */
  label: string;
  /** What tells it from others: the masked address, how many codes are left. */
  display?: string;
  /** When it was put on file (ISO 8601). */
  added_at: string | null;
  /** When it last passed (ISO 8601). */
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
  | "no_backup_codes"
  /** It is time for new ones. */
  | "backup_codes_low";

/** A factor that can be put on file at the settings door. */
export interface FactorToAdd {
  /** The factor it is about. */
  factor: string;
  /** What it is called. */
  label: string;
}

/** How an account confirms that it is its owner. */
export interface Security {
  /** What is on file. */
  factors: FactorOnFile[];
  /** What can be put on file here: that is not there, or that there is room for one more of. */
  can_add: FactorToAdd[];
  /** What the owner should be told: one way only, few codes. */
  warnings: SecurityWarning[];
  /** Who has named this account to stand for them; only where the app has such a factor. */
  invitations?: InvitationOnFile[];
  /** Whom this account has named, and who has not accepted. */
  invited?: SentOnFile[];
}

/** What is on file, in the order of the app's list. Throws `factor_required` where anything is, and this session has passed none. */
export async function securityOf(engine: Engine, context: RequestContext): Promise<Security> {
  await requirePassed(engine, context, { ifEnrolled: true });
  const all = await listOnFile(engine, context, engine.factors);
  // The channels to one address are one thing on file.
  const kinds = new Set<string>();
  const distinct = all.filter(({ factor: { code } }) => {
    if (code === undefined) return true;
    const { kind } = code.destination;
    return !kinds.has(kind) && kinds.add(kind);
  });
  const several = await severalOf(engine, context);
  const factors = distinct.filter(isLine).flatMap((each) => linesOf(engine, context, each, several));
  const proving = distinct.filter(({ factor }) => !isIssued(factor) && proves(factor, "login", "step-up"));
  const names = all.map(({ factor }) => factor.name);
  // Codes that are handed out stand in for what is there already.
  const canAdd = (each: Factor) => {
    if (sendsCode(each)) return hasRoom(each, several.get(each.code.destination.kind));
    const { enrol } = each.definition;
    const count = names.filter((name) => name === each.name).length;
    if (isIssued(each)) return count === 0 && proving.length > 0;
    return enrol !== undefined && count < (enrol.most ?? 1);
  };
  const additions = engine.factors.filter(canAdd);
  const contacts = factors.filter(({ factor }) =>
    distinct.some((each) => each.factor.name === factor && each.address !== undefined),
  );
  const onlyPhone = proving.length === 1 && proving[0]?.factor.class === "phone";
  const runsLow = distinct.some(({ factor, shown }) => isIssued(factor) && shown["low"] === true);
  const hasCodes = distinct.some(({ factor }) => isIssued(factor));
  return {
    factors,
    can_add: additions.map((each) => ({ factor: each.name, label: nameOf(engine, context, each) })),
    warnings: [
      ...(proving.length === 0 && !hasCodes ? (["no_factor"] as const) : []),
      ...(onlyPhone ? (["only_phone"] as const) : []),
      ...(several.size > 0 && contacts.length < 2 ? (["few_contacts"] as const) : []),
      ...(additions.some(isIssued) ? (["no_backup_codes"] as const) : []),
      ...(runsLow ? (["backup_codes_low"] as const) : []),
    ],
    ...(await invitationsOf(engine, context)),
  };
}

function nameOf({ languages }: Engine, { locale }: RequestContext, factor: Factor): string {
  if (sendsCode(factor) && namesOf(factor.code.destination.kind).isPhone)
    return languages.translator(locale)("security.phone");
  return nameIn(factor, locale);
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
function linesOf(
  engine: Engine,
  context: RequestContext,
  onFile: OnFile,
  several: ReadonlyMap<string, readonly AddressOnFile[]>,
): FactorOnFile[] {
  const { code } = onFile.factor;
  const all = code === undefined ? undefined : several.get(code.destination.kind);
  if (all === undefined) return [lineOf(engine, context, onFile)];
  return all.map(({ address, id = null, addedAt }) => ({
    ...lineOf(engine, context, { ...onFile, address }),
    id,
    added_at: addedAt === undefined ? null : new Date(addedAt).toISOString(),
  }));
}

const isRemovable = (factor: Factor) =>
  factor.definition?.enrol !== undefined || isIssued(factor) || proves(factor, "login", "step-up");

/** A way back that nobody puts on file, and that has nothing to show, is no line. */
const isLine = ({ factor, shown }: OnFile) =>
  sendsCode(factor) || isRemovable(factor) || typeof shown["label"] === "string";

function lineOf(engine: Engine, context: RequestContext, { factor, address, shown }: OnFile): FactorOnFile {
  const line = { factor: factor.name, label: nameOf(engine, context, factor) };
  if (sendsCode(factor)) {
    const [display = ""] = Object.values(displayIn(factor, address as string));
    return { ...line, id: null, display, added_at: null, last_used_at: null };
  }
  const text = (key: string) => (typeof shown[key] === "string" ? shown[key] : null);
  const { remaining } = shown;
  const left = typeof remaining === "number" ? { n: remaining } : undefined;
  const display =
    text("display") ?? (left && engine.languages.translator(context.locale)("security.left", left));
  return {
    ...line,
    ...(text("label") === null ? {} : { label: text("label") as string }),
    id: isRemovable(factor) ? (text("id") ?? factor.name) : null,
    ...(display === undefined ? {} : { display }),
    added_at: text("added_at"),
    last_used_at: text("last_used_at"),
  };
}
