import { randomToken } from "../../crypto/random-token.ts";
import { digestKey } from "../../crypto/secret.ts";
import type { Clock } from "../../clock.ts";
import type { FactorClass } from "../../factors/definition.ts";
import type { Notes } from "../../stores/notes.ts";

/** Longer than any recovery, and any login that is half done, lives. */
const LIFE_MS = 10 * 86_400_000;

const keyOf = (tenant: string, account: string) => digestKey(["recovered", tenant, account]);

interface Parts {
  notes: Notes;
  clock: Clock;
  tenant: string;
}

/** Names the last reset of an account, by which what was begun before it is over; an empty text as long as there was none. */
export async function readEpoch({ notes, clock, tenant }: Parts, account: string): Promise<string> {
  return (await notes.read(keyOf(tenant, account), clock())) ?? "";
}

export const newEpoch = (): string => randomToken(9);

/** Ends what was begun for the account before. */
export async function renewEpoch(
  { notes, clock, tenant }: Parts,
  account: string,
  epoch: string,
): Promise<void> {
  await notes.put(keyOf(tenant, account), epoch, clock(), LIFE_MS);
}

const changedKey = (tenant: string, account: string) => digestKey(["recoveries over", tenant, account]);

/** By which a recovery that was begun before is over: the last reset, and the last password that the app has changed by itself. */
export async function recoveryEpoch(parts: Parts, account: string): Promise<string> {
  const { notes, clock, tenant } = parts;
  const [reset, changed = ""] = await Promise.all([
    readEpoch(parts, account),
    notes.read(changedKey(tenant, account), clock()),
  ]);
  return `${reset} ${changed}`;
}

/** What `epoch` has become by a reset, where the app has changed nothing by itself. */
export const resetBy = (reset: string, epoch: string): string => `${reset} ${epoch.split(" ")[1] ?? ""}`;

/** Ends every recovery of the account, and no login. */
export async function endRecoveries({ notes, clock, tenant }: Parts, account: string): Promise<void> {
  await notes.put(changedKey(tenant, account), randomToken(9), clock(), LIFE_MS, true);
}

const DAY_MS = 86_400_000;
const spentKey = (tenant: string, account: string) => digestKey(["recovered by", tenant, account]);

/**
 * The class of what an account was recovered by alone is not its second factor at the next login: whoever has taken over the phone would have both (NIST SP
 * 800-63B-4 §4.2.2.2). For a day.
 */
export async function spendClasses(
  { notes, clock, tenant }: Parts,
  account: string,
  classes: readonly FactorClass[],
): Promise<void> {
  await notes.put(spentKey(tenant, account), JSON.stringify(classes), clock(), DAY_MS);
}

export async function spentClasses(
  { notes, clock, tenant }: Parts,
  account: string,
): Promise<readonly string[]> {
  const text = await notes.read(spentKey(tenant, account), clock());
  return text === undefined ? [] : (JSON.parse(text) as string[]);
}
