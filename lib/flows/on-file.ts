import { isDelivered, type Factor, type Holder } from "../factors/factor.ts";
import { parseE164 } from "../phone/parse.ts";
import { refusedByPolicy } from "../phone/policy.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import type { House } from "./house.ts";
import type { Visit } from "./visit.ts";

export async function holderOf(house: House, visit: Visit): Promise<Holder> {
  const phone = (await house.accounts.phone(visit.user)) ?? undefined;
  const lane = house.devices.laneOf(visit.request, visit.account);
  return { account: visit.account, phone, lane };
}

/** The factors on file for the visiting account, in the order of the app's list. */
export async function enrolled(house: House, visit: Visit): Promise<Factor[]> {
  const holder = await holderOf(house, visit);
  const onFile = await Promise.all(
    house.factors.map(async (each) => mayReach(each, holder) && hasOnFile(house, each, holder)),
  );
  return house.factors.filter((_, i) => onFile[i]);
}

/**
 * Whether anything is on file that the account can prove with. A phone counts also where nothing can be sent to it now: a password
 * alone must never be enough to put another phone, or a first one, beside a factor that is there.
 */
export async function mustProve(house: House, visit: Visit, phone: string | undefined): Promise<boolean> {
  return phone !== undefined || hasOther(house, visit, house.factors);
}

/** Whether any of these is on file; a phone counts also where nothing can be sent to it now. */
export async function hasAny(house: House, visit: Visit, names: readonly string[]): Promise<boolean> {
  const wanted = house.factors.filter((each) => names.includes(each.name));
  const phone = wanted.some(isDelivered) ? await house.accounts.phone(visit.user) : undefined;
  return (phone ?? undefined) !== undefined || hasOther(house, visit, wanted);
}

/** Whether any of these that is no phone is on file. */
async function hasOther(house: House, visit: Visit, factors: readonly Factor[]): Promise<boolean> {
  const holder = {
    account: visit.account,
    phone: undefined,
    lane: house.devices.laneOf(visit.request, visit.account),
  };
  const others = factors.filter((each) => !isDelivered(each));
  const onFile = await Promise.all(others.map(async (each) => hasOnFile(house, each, holder)));
  return onFile.includes(true);
}

/** A factor may be the app's own: what is neither yes nor no must not look like no. */
async function hasOnFile(house: House, factor: Factor, holder: Holder): Promise<boolean> {
  const who = `${factor.name}: enrolled`;
  const answer: unknown = await house.inTime(who, () => factor.enrolled(holder, house.tools));
  if (typeof answer !== "boolean") throw wrongAnswer(who, answer, "true or false");
  return answer;
}

/** A number is proven under the rules of text messages; other channels have rules of their own, and are not offered against them. */
export function mayReach(factor: Factor, { phone }: Pick<Holder, "phone">): boolean {
  if (!isDelivered(factor) || factor.channel === "sms" || phone === undefined) return true;
  const parsed = parseE164(phone);
  return parsed !== undefined && refusedByPolicy(parsed, factor.phones) === undefined;
}
