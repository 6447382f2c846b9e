import { isDefined } from "../factors/define-factor.ts";
import { isDelivered, type Factor } from "../factors/factor.ts";
import { checkNested, describe } from "../options.ts";

/** What the options of `createFactors` must be that is more than a bound; a TypeError says which part of one is wrong. */

export const isFunction = (value: unknown) => typeof value === "function";
export const hasFunctions = (value: unknown, names: readonly string[]) =>
  typeof value === "object" &&
  value !== null &&
  names.every((name) => isFunction((value as Record<string, unknown>)[name]));

const REQUIRED_OF_ACCOUNTS = ["id", "phone", "phoneTaken", "setPhone"];
const OPTIONAL_OF_ACCOUNTS = ["createFromPhone", "byPhone", "byEmail", "locale"];

/** Throws a TypeError that names the function that is missing, or is none. */
export function isAccounts(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const accounts = value as Record<string, unknown>;
  const given = OPTIONAL_OF_ACCOUNTS.filter((name) => accounts[name] !== undefined);
  for (const name of [...REQUIRED_OF_ACCOUNTS, ...given])
    if (!isFunction(accounts[name]))
      throw new TypeError(`accounts.${name} must be a function, got ${describe(accounts[name])}`);
  return true;
}

/** Throws a TypeError that names the path of what is no text. */
export function checkTexts(where: string, given: object, shape: string): void {
  for (const [name, each] of Object.entries(given) as [string, unknown][])
    if (each !== undefined && (typeof each !== "string" || each === ""))
      throw new TypeError(`${where}.${name} must be ${shape}, got ${describe(each)}`);
}

/** Throws a TypeError that names the factor and what it has not. */
export function isFactorList(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  for (const each of value as (Factor | undefined)[]) {
    if (typeof each !== "object" || each === null || typeof each.name !== "string") return false;
    if (!isDefined(each) && !isDelivered(each))
      throw new TypeError(`factors: "${each.name}" was not made by defineFactor`);
    const verbs = isDefined(each) ? ["enrolled", "parse"] : ["enrolled", "parse", "verify"];
    const missing = verbs.find((verb) => !hasFunctions(each, [verb]));
    if (missing !== undefined) throw new TypeError(`factors: "${each.name}" has no function ${missing}`);
  }
  return new Set(value.map((each: Factor) => each.name)).size === value.length;
}

export function isOrigin(value: unknown): boolean {
  return typeof value === "string" && /^https?:\/\/[^/?#@*\\\s]+$/i.test(value) && URL.canParse(value);
}

export function isTrust(value: unknown): boolean {
  if (value === false) return true;
  if (typeof value !== "object" || value === null) return false;
  checkNested("rememberDevice", value, { days: true, logins: true });
  const { days = 30, logins = 100 } = value as Record<string, unknown>;
  for (const [name, each, most] of [
    ["days", days, 30],
    ["logins", logins, 1000],
  ] as const)
    if (!Number.isInteger(each) || (each as number) < 1 || (each as number) > most)
      throw new TypeError(
        `rememberDevice.${name} must be an integer from 1 to ${most}, got ${describe(each)}`,
      );
  return true;
}
