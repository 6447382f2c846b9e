import { nearest } from "./nearest.ts";

/** One option: how it is checked, what it is when left out, and what the reference page says of it. */
export interface OptionSpec<T> {
  readonly default: T;
  /** Throws an Error whose message completes "<where>: <name> must be ...". */
  readonly check: (value: unknown) => T;
  /** What is allowed, in words: "an integer from 6 to 10". */
  readonly shape: string;
  readonly unit?: string;
  /** Where the default or the bound comes from. */
  readonly source?: string;
  readonly about: string;
}

export type OptionSchema = Readonly<Record<string, OptionSpec<unknown>>>;
export type Parsed<Schema extends OptionSchema> = {
  readonly [Name in keyof Schema]: Schema[Name] extends OptionSpec<infer T> ? T : never;
};

/**
 * Reads a caller's options by their schema: `undefined` counts as absent, 0 counts as 0, the caller's object is not kept.
 * Throws a TypeError that names the option, what it must be and what it was; also for a name that is not known.
 */
export function parseOptions<Schema extends OptionSchema>(
  where: string,
  schema: Schema,
  given: object = {},
): Parsed<Schema> {
  onlyKnown(where, Object.keys(schema), given);
  const parsed: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(schema)) {
    const value = (given as Record<string, unknown>)[name];
    try {
      parsed[name] = value === undefined ? spec.default : spec.check(value);
    } catch (error) {
      // An option that is an object of its own says which name in it is not known.
      if (error instanceof TypeError) throw new TypeError(`${where}: ${error.message}`);
      throw new TypeError(`${pathOf(where, name)} must be ${spec.shape}, got ${describe(value)}`);
    }
  }
  return parsed as Parsed<Schema>;
}

/**
 * For options that are checked by hand: throws a TypeError for what is no object, and for a name that is not known. The compiler has every name of
 * the options in `names`.
 */
export function checkNames<Options extends object>(
  where: string,
  given: Options | undefined,
  names: Readonly<Record<keyof Options, true>>,
): void {
  if (given !== undefined) onlyKnown(where, Object.keys(names), given);
}

/** The same for an option that is an object of its own, inside the check of that option: `paths.sucess: unknown; …`. */
export function checkNested<Options extends object>(
  name: string,
  given: Options,
  names: Readonly<Record<keyof Options, true>>,
): void {
  const [unknown, words] = unknownIn(Object.keys(names), given) ?? [];
  if (unknown !== undefined) throw new TypeError(`${name}.${unknown}: unknown; ${words}`);
}

/** The way to an option: `sms: codeLength`, and inside of one `createFactors: limits.sendsPerIp`. */
const pathOf = (where: string, name: string) => `${where}${where.includes(": ") ? "." : ": "}${name}`;

function onlyKnown(where: string, names: readonly string[], given: unknown): void {
  if (typeof given !== "object" || given === null) throw new TypeError(`${where}: options must be an object`);
  const [unknown, words] = unknownIn(names, given) ?? [];
  if (unknown === undefined) return;
  if (where.includes(": ")) throw new TypeError(`${where}.${unknown}: unknown; ${words}`);
  throw new TypeError(`${where}: unknown option "${unknown}"; ${words}`);
}

/** A name that is not known, and in words those that are, and the one that was meant. */
function unknownIn(names: readonly string[], given: object): [name: string, words: string] | undefined {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return undefined;
  const near = nearest(unknown, names);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  return [unknown, `known are ${names.join(", ")}${hint}`];
}

interface Words {
  about: string;
  unit?: string;
  source?: string;
}

/** A whole number within bounds. */
export function integer(spec: Words & { default: number; min: number; max: number }): OptionSpec<number> {
  const check = (value: unknown) => {
    if (!Number.isInteger(value) || (value as number) < spec.min || (value as number) > spec.max)
      throw new Error();
    return value as number;
  };
  return { ...spec, check, shape: `an integer from ${spec.min} to ${spec.max}` };
}

/** A list of whole numbers within bounds, at least one. */
export function integers(
  spec: Words & { default: readonly number[]; min: number; max: number },
): OptionSpec<readonly number[]> {
  const one = integer({ ...spec, default: 0 });
  const check = (value: unknown) => {
    if (!Array.isArray(value) || value.length === 0) throw new Error();
    return value.map(one.check);
  };
  return { ...spec, check, shape: `a list of integers from ${spec.min} to ${spec.max}` };
}

export function boolean(spec: Words & { default: boolean }): OptionSpec<boolean> {
  return {
    ...spec,
    check: (value) => guard(typeof value === "boolean", value as boolean),
    shape: "true or false",
  };
}

export function text(spec: Words & { default: string; max: number }): OptionSpec<string> {
  const check = (value: unknown) =>
    guard(typeof value === "string" && value !== "" && value.length <= spec.max, value as string);
  return { ...spec, check, shape: `a text of 1 to ${spec.max} characters` };
}

/** One of a few words. */
export function choice<Word extends string>(
  spec: Words & { default: Word; of: readonly Word[] },
): OptionSpec<Word> {
  const check = (value: unknown) => guard(spec.of.includes(value as Word), value as Word);
  return { ...spec, check, shape: `one of ${spec.of.join(", ")}` };
}

/** Anything else, by a predicate. */
export function custom<T>(
  spec: Words & { default: T; shape: string; is: (value: unknown) => boolean },
): OptionSpec<T> {
  return { ...spec, check: (value) => guard(spec.is(value), value as T) };
}

function guard<T>(ok: boolean, value: T): T {
  if (!ok) throw new Error();
  return value;
}

/** What was given, in words that hold no secret. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (typeof value === "number" || typeof value === "boolean" || value === undefined) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return value === null ? "null" : typeof value;
}
