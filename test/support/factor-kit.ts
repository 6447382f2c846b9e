import {
  createSecretBox,
  memoryStore,
  storeCredentials,
  type Accounts,
  type DefinedFactor,
  type FactorAttempt,
  type FactorDefinition,
  type FactorKit,
  type Store,
} from "../../lib/index.ts";
import { systemRandom } from "../../lib/challenges/code.ts";
import { createKits, type KitParts } from "../../lib/factors/kit.ts";
import { settableClock, type SettableClock } from "../../lib/testing/settable-clock.ts";
import { accountsIn, SECRET } from "./app.ts";

/** What factors work with, as `createFactors` makes it, on a store of one's choice. */
export function kitsOn(store: Store, more: Partial<KitParts> = {}): (factor: string) => FactorKit {
  return createKits({
    credentials: storeCredentials(store),
    notes: store.notes,
    box: createSecretBox(SECRET),
    clock: Date.now,
    tenant: "acme",
    random: systemRandom,
    name: "Chat",
    host: undefined,
    origins: [],
    accounts: accountsIn(new Map()) as unknown as Accounts<unknown>,
    devices: async () => [],
    report: (error) => {
      throw error;
    },
    ...more,
  });
}

/** One factor's verbs, as a flow calls them in a recovery. */
export interface FactorScene {
  clock: SettableClock;
  definition: FactorDefinition<never, never, never, never>;
  kit: FactorKit<never>;
  attempt(account: string, state?: unknown): FactorAttempt<never>;
  begin(
    account: string,
    state?: unknown,
  ): Promise<{ state: unknown; shown: Record<string, unknown>; ttlSeconds?: number }>;
  /** Parses and judges; what cannot be right is "unread". */
  judge(account: string, state: unknown, response: unknown): Promise<unknown>;
}

export function sceneOf(
  factor: DefinedFactor,
  { store = memoryStore(), ...more }: Partial<KitParts> & { store?: Store; user?: unknown } = {},
): FactorScene {
  const clock = settableClock(1_800_000_000_000);
  const definition = factor.definition as unknown as FactorDefinition<never, never, never, never>;
  const kit = kitsOn(store, { clock, ...more })(factor.name) as FactorKit<never>;
  const attempt = (account: string, state?: unknown) =>
    ({
      account,
      user: account.startsWith("decoy") ? undefined : { id: account },
      purpose: "recovery",
      locale: "en",
      state,
    }) as FactorAttempt<never>;
  return {
    clock,
    definition,
    kit,
    attempt,
    async begin(account, state) {
      return (await definition.begin?.(attempt(account, state), kit)) as never;
    },
    async judge(account, state, response) {
      const value = definition.parse(response);
      return value === undefined ? "unread" : definition.judge(attempt(account, state), value, kit);
    },
  };
}
