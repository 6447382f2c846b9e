import { isDefined, isSecondFactor, textsOf, type DefinedFactor } from "../../factors/define-factor.ts";
import { isDelivered, isSaved } from "../../factors/factor.ts";
import { translator, type Translate } from "../../locales/translate.ts";
import { displayOf } from "../codes/challenge.ts";
import { requirePassed } from "../guard.ts";
import type { Engine } from "../engine.ts";
import { holderOf, onFileOf } from "../on-file.ts";
import { invitationsOf, type InvitationOnFile, type SentOnFile } from "./invitations.ts";
import type { RequestContext } from "../request-context.ts";

/** One way to prove that is on file, as its owner sees it. Times are ISO 8601; null where nobody keeps them. */
export interface FactorOnFile {
  factor: string;
  /** What `remove` takes; null for what is looked after at a door of its own: the phone, backup codes. */
  id: string | null;
  /** As its owner calls it, else what it is. */
  label: string;
  /** Where it is, as far as may be shown. */
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
  | "no_backup_codes";

/** How an account confirms that it is its owner. */
export interface Security {
  factors: FactorOnFile[];
  /** What can be put on file here beside what is there, in the account's language. */
  can_add: { factor: string; label: string }[];
  warnings: SecurityWarning[];
  /** Who has named this account to stand for them; only where the app has such a factor. */
  invitations?: InvitationOnFile[];
  /** Whom this account has named, and who has not accepted. */
  invited?: SentOnFile[];
}

/** What is on file, in the order of the app's list. Throws `factor_required` where anything is, and this session has passed none. */
export async function securityOf(engine: Engine, context: RequestContext): Promise<Security> {
  await requirePassed(engine, context, { ifEnrolled: true });
  const t = translator(context.locale);
  const phone = await phoneOf(engine, context);
  const saved = await savedOf(engine, context, t);
  const own = await Promise.all(
    engine.factors
      .filter(isDefined)
      .map(async (each) => ({ each, onFile: await definedOf(engine, context, each) })),
  );
  const others = own.flatMap(({ onFile }) => onFile);
  const seconds = own.filter(({ each }) => isSecondFactor(each)).flatMap(({ onFile }) => onFile);
  const order = engine.factors.map(({ name }) => name);
  const factors = [phone, ...saved, ...others]
    .filter((each) => each !== undefined)
    .sort((one, other) => order.indexOf(one.factor) - order.indexOf(other.factor));
  const proves = [phone, ...seconds].filter((each) => each !== undefined);
  const missesCodes = engine.factors.some(isSaved) && saved.length === 0 && proves.length > 0;
  return {
    factors,
    can_add: own.flatMap(({ each: { name, definition }, onFile }) => {
      const { enrol } = definition;
      if (enrol === undefined || onFile.length >= (enrol.most ?? 1)) return [];
      return [{ factor: name, label: nameOf(definition, context) }];
    }),
    warnings: [
      ...(proves.length + saved.length === 0 ? (["no_factor"] as const) : []),
      ...(phone !== undefined && seconds.length === 0 ? (["only_phone"] as const) : []),
      ...(missesCodes ? (["no_backup_codes"] as const) : []),
    ],
    ...(await invitationsOf(engine, context)),
  };
}

async function phoneOf(engine: Engine, context: RequestContext): Promise<FactorOnFile | undefined> {
  const factor = engine.factors.find(isDelivered);
  const phone = factor === undefined ? undefined : ((await engine.accounts.phone(context.user)) ?? undefined);
  if (factor === undefined || phone === undefined) return undefined;
  return { factor: factor.name, id: null, label: displayOf(phone), added_at: null, last_used_at: null };
}

async function savedOf(engine: Engine, context: RequestContext, t: Translate): Promise<FactorOnFile[]> {
  const holder = await holderOf(engine, context);
  const sets = await Promise.all(
    engine.factors.filter(isSaved).map(async ({ name, rules }) => {
      const set = await engine.tools.saved.read(holder, rules);
      if (set === undefined || set.remaining === 0) return [];
      const added_at = new Date(set.generatedAt).toISOString();
      return [{ factor: name, id: null, label: t("backupCodes.title"), added_at, last_used_at: null }];
    }),
  );
  return sets.flat();
}

async function definedOf(
  engine: Engine,
  context: RequestContext,
  factor: DefinedFactor,
): Promise<FactorOnFile[]> {
  const { name, definition } = factor;
  const onFile = await onFileOf(engine, context.account, factor);
  // A way back that nobody puts on file, and that has nothing to show, is no line.
  const isOwn = definition.enrol !== undefined || isSecondFactor(factor);
  return onFile
    .filter(({ label }) => isOwn || label !== undefined)
    .map((each) => {
      const text = (key: string) => (typeof each[key] === "string" ? each[key] : null);
      const display = text("display");
      return {
        factor: name,
        id: isOwn ? (text("id") ?? name) : null,
        label: text("label") ?? nameOf(definition, context),
        ...(display === null ? {} : { display }),
        added_at: text("added_at"),
        last_used_at: text("last_used_at"),
      };
    });
}

function nameOf(definition: DefinedFactor["definition"], { locale }: RequestContext): string {
  const texts = textsOf(definition, locale);
  return texts.name ?? texts.label;
}
