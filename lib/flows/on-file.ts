import { isSecondFactor, onFileList, type DefinedFactor } from "../factors/define-factor.ts";
import type { OnFile } from "../factors/definition.ts";
import { isDelivered, type Factor, type Holder } from "../factors/factor.ts";
import { parseE164 } from "../phone/parse.ts";
import { refusedByPolicy } from "../phone/policy.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import type { Engine } from "./engine.ts";
import type { RequestContext } from "./request-context.ts";

export async function holderOf(engine: Engine, context: RequestContext): Promise<Holder> {
  const phone = (await engine.accounts.phone(context.user)) ?? undefined;
  const bucket = engine.devices.bucketOf(context.request, context.account);
  return { account: context.account, phone, bucket };
}

/** The factors on file for the visiting account, in the order of the app's list. */
export async function enrolled(engine: Engine, context: RequestContext): Promise<Factor[]> {
  const holder = await holderOf(engine, context);
  const onFile = await Promise.all(
    engine.factors.map(
      async (each) => isSecondFactor(each) && mayReach(each, holder) && hasOnFile(engine, each, holder),
    ),
  );
  return engine.factors.filter((_, i) => onFile[i]);
}

/**
 * Whether anything is on file that the account can prove with. A phone counts also where nothing can be sent to it now: a password
 * alone must never be enough to put another phone, or a first one, beside a factor that is there.
 */
export async function mustProve(
  engine: Engine,
  context: RequestContext,
  phone: string | undefined,
): Promise<boolean> {
  return phone !== undefined || hasOther(engine, context, engine.factors);
}

/** Whether any of these is on file; a phone counts also where nothing can be sent to it now. */
export async function hasAny(
  engine: Engine,
  context: RequestContext,
  names: readonly string[],
): Promise<boolean> {
  const wanted = engine.factors.filter((each) => names.includes(each.name));
  const phone = wanted.some(isDelivered) ? await engine.accounts.phone(context.user) : undefined;
  return (phone ?? undefined) !== undefined || hasOther(engine, context, wanted);
}

/** Whether any of these that is no phone is on file. */
async function hasOther(
  engine: Engine,
  context: RequestContext,
  factors: readonly Factor[],
): Promise<boolean> {
  const holder = {
    account: context.account,
    phone: undefined,
    bucket: engine.devices.bucketOf(context.request, context.account),
  };
  const others = factors.filter((each) => !isDelivered(each) && isSecondFactor(each));
  const onFile = await Promise.all(others.map(async (each) => hasOnFile(engine, each, holder)));
  return onFile.includes(true);
}

/** What an account has on file of a factor that was made by `defineFactor`. */
export async function onFileOf(
  engine: Pick<Engine, "inTime" | "tools">,
  account: string,
  { name, definition }: DefinedFactor,
): Promise<readonly OnFile[]> {
  const answer: unknown = await engine.inTime(`factor "${name}": onFile`, () =>
    definition.onFile(account, engine.tools.kit(name)),
  );
  return onFileList(name, answer);
}

/** A factor may be the app's own: what is neither yes nor no must not look like no. */
async function hasOnFile(engine: Engine, factor: Factor, holder: Holder): Promise<boolean> {
  const who = `${factor.name}: enrolled`;
  const answer: unknown = await engine.inTime(who, () => factor.enrolled(holder, engine.tools));
  if (typeof answer !== "boolean") throw wrongAnswer(who, answer, "true or false");
  return answer;
}

/** A number is proven under the rules of text messages; other channels have rules of their own, and are not offered against them. */
export function mayReach(factor: Factor, { phone }: Pick<Holder, "phone">): boolean {
  if (!isDelivered(factor) || factor.channel === "sms" || phone === undefined) return true;
  const parsed = parseE164(phone);
  return parsed !== undefined && refusedByPolicy(parsed, factor.phones) === undefined;
}
