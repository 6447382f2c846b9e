import { checkNested, describe } from "../options.ts";

/** What the options of `createFactors` must be that is more than a bound; a TypeError says which part of one is wrong. */

export const isFunction = (value: unknown) => typeof value === "function";
export const hasFunctions = (value: unknown, names: readonly string[]) =>
  typeof value === "object" &&
  value !== null &&
  names.every((name) => isFunction((value as Record<string, unknown>)[name]));

/** What the other functions are needed for follows from the factors. */
const OF_ACCOUNTS = ["phone", "phoneTaken", "setPhone", "createFromPhone", "byPhone", "byEmail", "locale"];

/** Throws a TypeError that names the function that is missing, or is none. */
export function isAccounts(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const accounts = value as Record<string, unknown>;
  const given = OF_ACCOUNTS.filter((name) => accounts[name] !== undefined);
  for (const name of ["id", ...given])
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
  const names = new Set<string>();
  for (const each of value as unknown[]) {
    // A function has a name too.
    if (typeof each === "function")
      throw new TypeError(
        `factors: ${each.name || "one"} is a function; call it: ${each.name || "factor"}()`,
      );
    const { name, code, definition, parse } = (each ?? {}) as Partial<Record<string, unknown>>;
    if (typeof name !== "string") return false;
    // What defineFactor has not looked at would be neither counted nor limited.
    if ((code === undefined && definition === undefined) || typeof parse !== "function")
      throw new TypeError(`factors: "${name}" was not made by defineFactor`);
    names.add(name);
  }
  return names.size === value.length;
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
