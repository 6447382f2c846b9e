import type { Factor } from "../factors/factor.ts";
import { isPhone } from "../factors/phone-destination.ts";
import { proves } from "../flows/on-file.ts";
import type { Factors } from "../setup/create-factors.ts";

/** Throws a TypeError at mounting, where else the first request would fail in the dark. */
export function checkFactors(who: string, factors: Factors): void {
  const { list } = (factors ?? {}) as Partial<Factors>;
  if (!Array.isArray(list))
    throw new TypeError(`${who}: the first argument must be what createFactors returned`);
}

/** The same, where a number is asked for: without a factor that brings codes to phones nobody could type one. */
export function checkPhoneFactors(who: string, factors: Factors): void {
  checkFactors(who, factors);
  if (!factors.list.some(isPhone))
    throw new TypeError(`${who}: no factor in the list given to createFactors brings codes to phones`);
}

/** What is for recovery must not look like a second factor because somebody has mounted it as one. */
export function checkSecondFactor(who: string, factor: Factor): void {
  if (!proves(factor, "login", "step-up"))
    throw new TypeError(
      `${who}: factor "${factor.name}" is no second factor: its uses are without login and step-up`,
    );
}

/** What a login or a step-up can ask for. */
export const secondFactorsOf = ({ list }: Pick<Factors, "list">): readonly Factor[] =>
  list.filter((each) => proves(each, "login", "step-up"));
