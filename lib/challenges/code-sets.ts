import type { CredentialsOfKind, OpenedCredential } from "../credentials/sealed-credentials.ts";
import { randomToken } from "../crypto/random-token.ts";
import { digestKey } from "../crypto/secret.ts";
import { FactorError } from "../errors.ts";
import { hashCode, matchingRecord, PARAMETERS } from "./code-hash.ts";

/** A set of codes that was handed out, as it is on file: one credential, sealed as a whole. */
export interface CodeSet {
  /** A new one for every set. */
  id: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  lastUsedAt?: number;
  /** How each record is hashed, for whoever checks it later. */
  parameters: string;
  /** Salted hashes of the codes that are left, by name. */
  records: Readonly<Record<string, string>>;
  /** By the names of the others: the use that each was consumed by. */
  spent: Readonly<Record<string, string>>;
}

/** What sets work with. */
export interface CodeSetsKit {
  credentials: CredentialsOfKind<CodeSet>;
  clock(): number;
  random(below: number): number;
}

export interface CodeSetRules {
  count: number;
  /** Characters of Crockford's base32: 5 bits each. */
  length: number;
}

/** What was done, and undoing it: where that came to nothing, the set is as it was. */
export interface Undoable {
  giveBack(): Promise<void>;
}

/** Codes that were handed out before and are typed later: at most one set for an account. */
export interface CodeSets {
  read(account: string): Promise<CodeSet | undefined>;
  /** Makes a new set and answers its codes, once; the old set is dead. */
  issue(account: string): Promise<Undoable & { codes: string[] }>;
  /** Puts a new code beside those that are left, in the place of one that was used; undefined where there is no set that it would fit in. */
  replace(account: string): Promise<(Undoable & { codes: string[] }) | undefined>;
  /** Judges a code in its canonical form, and consumes it; undefined for a wrong one. One success per code. */
  spend(account: string, code: string): Promise<(Undoable & { remaining: number }) | undefined>;
  /** Answers whether this one, or any where none is named, was on file. */
  remove(account: string, id: string | undefined): Promise<boolean>;
}

/** Crockford's base32: no I, L, O and U, so that nothing is taken for a digit. */
export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export const remainingOf = ({ records }: Pick<CodeSet, "records">): number => Object.keys(records).length;

export function createCodeSets(
  { credentials, clock, random }: CodeSetsKit,
  { count, length }: CodeSetRules,
): CodeSets {
  type Found = OpenedCredential<CodeSet>;
  const find = async (account: string): Promise<Found | undefined> => (await credentials.list(account))[0];
  const make = () => Array.from({ length }, () => ALPHABET[random(ALPHABET.length)] as string).join("");

  async function newSet(codes: readonly string[]): Promise<CodeSet> {
    const records = await Promise.all(codes.map(hashCode));
    const now = clock();
    return {
      id: randomToken(9),
      createdAt: now,
      parameters: PARAMETERS,
      records: Object.fromEntries(records.map((record, i) => [String(i), record])),
      spent: {},
    };
  }

  /** Writes what `next` makes of what is on file, as often as somebody else was quicker; undefined where it makes nothing of it. */
  async function change(
    account: string,
    next: (found: CodeSet | undefined) => CodeSet | undefined,
  ): Promise<{ before: CodeSet | undefined; after: CodeSet } | undefined> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = await find(account);
      const after = next(found?.value);
      if (after === undefined) return undefined;
      const done =
        found === undefined
          ? await credentials.add(account, placeOf(account), after, 1)
          : await credentials.replace(account, found, after);
      if (done) return { before: found?.value, after };
    }
    throw new FactorError("store_unavailable", { retryAfter: 1 });
  }

  /** What failed on its way may have been carried out all the same: nobody was told, so it is undone where it can be. */
  async function orGiveBack<Answer>(
    run: () => Promise<Answer>,
    giveBack: () => Promise<void>,
  ): Promise<Answer> {
    try {
      return await run();
    } catch (error) {
      giveBack().catch(() => {});
      throw error;
    }
  }

  return {
    read: async (account) => (await find(account))?.value,
    async issue(account) {
      const codes = Array.from({ length: count }, make);
      const set = await newSet(codes);
      let before: CodeSet | undefined;
      async function giveBack(): Promise<void> {
        const found = await find(account);
        if (found?.value.id !== set.id) return;
        if (before === undefined) await credentials.remove(account, found.id);
        else await credentials.replace(account, found, before);
      }
      await orGiveBack(
        () =>
          change(account, (found) => {
            before = found;
            return set;
          }),
        giveBack,
      );
      return { codes, giveBack };
    },
    async replace(account) {
      const code = make();
      const record = await hashCode(code);
      const name = randomToken(6);
      const add = (found: CodeSet | undefined) =>
        found?.parameters === PARAMETERS
          ? { ...found, records: { ...found.records, [name]: record } }
          : undefined;
      function drop(found: CodeSet | undefined): CodeSet | undefined {
        if (found?.records[name] !== record) return undefined;
        const { [name]: _record, ...records } = found.records;
        return { ...found, records };
      }
      const giveBack = async () => void (await change(account, drop));
      const changed = await orGiveBack(() => change(account, add), giveBack);
      return changed && { codes: [code], giveBack };
    },
    async spend(account, code) {
      const set = await find(account);
      const { parameters, records, spent } = set?.value ?? NOBODYS;
      const work = set === undefined ? count : remainingOf({ records }) + remainingOf({ records: spent });
      const name = await matchingRecord(code, { parameters, records }, work);
      if (set === undefined || name === undefined) return undefined;
      const { id } = set.value;
      const record = records[name] as string;
      const use = randomToken(9);

      /** Consumes the record, if nobody has by now and the set is still the one that it is of. */
      function consume(found: CodeSet | undefined): CodeSet | undefined {
        if (found?.id !== id || !Object.hasOwn(found.records, name as string)) return undefined;
        const { [name as string]: _used, ...left } = found.records;
        return {
          ...found,
          lastUsedAt: clock(),
          records: left,
          spent: { ...found.spent, [name as string]: use },
        };
      }
      /** Only what this very use has consumed. */
      function restore(found: CodeSet | undefined): CodeSet | undefined {
        if (found?.id !== id || found.spent[name as string] !== use) return undefined;
        const { [name as string]: _use, ...others } = found.spent;
        return { ...found, records: { ...found.records, [name as string]: record }, spent: others };
      }
      const giveBack = async () => void (await change(account, restore));
      const changed = await orGiveBack(() => change(account, consume), giveBack);
      return changed && { remaining: remainingOf(changed.after), giveBack };
    },
    async remove(account, id) {
      const found = await find(account);
      const isThat = found !== undefined && (id === undefined || found.value.id === id);
      return isThat && credentials.remove(account, found.id);
    },
  };
}

/** Its place is the account's own: of two sets that are put on file at once, one stays. */
const placeOf = (account: string) => digestKey(["code set", account]);
/** All codes of a set at once, a rotation, and some. */
const MOST_TRIES = 100;
const NOBODYS: Pick<CodeSet, "parameters" | "records" | "spent"> = {
  parameters: PARAMETERS,
  records: {},
  spent: {},
};
