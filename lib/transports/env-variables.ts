export type Env = Readonly<Record<string, string | undefined>>;

/** Reads variables behind one prefix. Blank means not set. What is refused is named, its value never shown. */
export interface Variables {
  prefix: string;
  text(name: string): string | undefined;
  needed(name: string, because: string): string;
  integer(name: string): number | undefined;
  flag(name: string, fallback: boolean): boolean;
  word<Word extends string>(name: string, known: readonly Word[]): Word | undefined;
  list<Word extends string>(name: string, known: readonly Word[], fallback: readonly Word[]): readonly Word[];
}

export function variablesOf(env: Env, prefix: string): Variables {
  const text = (name: string) => env[`${prefix}${name}`]?.trim() || undefined;
  const refuse = (name: string, must: string) => new TypeError(`${prefix}${name} must ${must}`);
  const like = <Word extends string>(value: string, known: readonly Word[]) =>
    known.find((each) => each.toUpperCase() === value.toUpperCase());

  return {
    prefix,
    text,
    needed(name, because) {
      const value = text(name);
      if (value === undefined) throw new TypeError(`${prefix}${name} is required, as ${because}`);
      return value;
    },
    integer(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      if (!/^\d{1,9}$/.test(value)) throw refuse(name, "be an integer");
      return Number(value);
    },
    flag(name, fallback) {
      const value = text(name);
      if (value === undefined) return fallback;
      const known = like(value, ["true", "false"]);
      if (known === undefined) throw refuse(name, "be true or false");
      return known === "true";
    },
    word(name, known) {
      const value = text(name);
      const found = value === undefined ? undefined : like(value, known);
      if (value !== undefined && found === undefined) throw refuse(name, `be one of ${known.join(", ")}`);
      return found;
    },
    list(name, known, fallback) {
      const value = text(name);
      if (value === undefined) return fallback;
      const found = value.split(",").map((each) => like(each.trim(), known));
      if (found.some((each) => each === undefined))
        throw refuse(name, `be a list, with commas, of ${known.join(", ")}`);
      return [...new Set(found)].filter((each) => each !== undefined);
    },
  };
}

/** Runs something that checks options, and lets its error name the variable in place of the option. */
export function naming<Built>(prefix: string, part: string, build: () => Built): Built {
  try {
    return build();
  } catch (error) {
    const [, option, rest] = /^\w+: (\w+) (.+)$/s.exec((error as Error).message) ?? [];
    if (option === undefined) throw error;
    const name = option.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase();
    throw new TypeError(`${prefix}${part}${name} ${rest}`);
  }
}

/** Only what is there: an option that is `undefined` is an option that was given. */
export function given<T extends object>(options: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}
