import type { AnyAccounts } from "../accounts/accounts.ts";
import type { CredentialStore } from "../credentials/credentials.ts";
import { sealedCredentials } from "../credentials/sealed-credentials.ts";
import { digestKey, type SecretBox } from "../crypto/secret.ts";
import type { Notes } from "../stores/notes.ts";
import type { FactorKit } from "./definition.ts";
import type { FactorNotes } from "./factor-notes.ts";

export interface KitParts {
  credentials: CredentialStore;
  box: SecretBox;
  notes: Notes;
  clock(): number;
  random(below: number): number;
  tenant: string;
  name: string;
  host: string | undefined;
  origins: readonly string[];
  accounts: AnyAccounts<unknown>;
  devices: FactorKit["devices"];
  report(error: unknown): void;
}

/** What each factor that was made by `defineFactor` works with: its own, and no other's. */
export function createKits(parts: KitParts): (factor: string, browser?: string) => FactorKit {
  const { credentials, box, notes, clock, random, tenant, name: appName, host, origins } = parts;
  const { accounts, devices, report } = parts;
  const kits = new Map<string, FactorKit>();

  function make(factor: string, browser: string): FactorKit {
    return {
      credentials: sealedCredentials(credentials, box, tenant).ofKind(factor),
      async once(key, rank, ttlSeconds) {
        checkStep(`factor "${factor}": once`, rank, ttlSeconds);
        const note = digestKey(["factor once", tenant, factor, key]);
        if (await notes.advance(note, { rank, value: browser }, clock(), ttlSeconds * 1000)) return true;
        return browser !== "" && (await notes.read(note, clock())) === `${rank} ${browser}`;
      },
      notes: notesOf(factor, parts),
      digest: (...texts) => box.digests(["factor digest", tenant, factor, ...texts])[0] as string,
      devices,
      accounts,
      tenant,
      report,
      clock,
      random,
      appName,
      host,
      origins,
    };
  }

  return (factor, browser) => {
    if (browser !== undefined) return make(factor, browser);
    const kit = kits.get(factor) ?? make(factor, "");
    kits.set(factor, kit);
    return kit;
  };
}

function notesOf(factor: string, { notes, box, clock, tenant }: KitParts): FactorNotes {
  const keyOf = (key: string) => digestKey(["factor note", tenant, factor, key]);

  /** A note that was advanced is "rank value". */
  function opened(key: string, note: string | undefined): unknown {
    const sealed = note?.split(" ")[1];
    const text = sealed === undefined ? undefined : box.open(sealed, key);
    if (text === undefined) return undefined;
    const { value, until } = JSON.parse(text) as { value: unknown; until: number };
    return clock() < until ? value : undefined;
  }

  return {
    read: async (key) => opened(keyOf(key), await notes.read(keyOf(key), clock())),
    take: async (key) => opened(keyOf(key), await notes.take(keyOf(key), clock())),
    async advance(key, rank, value, ttlSeconds) {
      checkStep(`factor "${factor}": notes.advance`, rank, ttlSeconds);
      const ms = ttlSeconds * 1000;
      const sealed = box.seal(JSON.stringify({ value, until: clock() + ms }), keyOf(key));
      return notes.advance(keyOf(key), { rank, value: sealed }, clock(), ms);
    },
  };
}

function checkStep(who: string, rank: number, ttlSeconds: number): void {
  if (!Number.isSafeInteger(rank) || rank < 0) throw new TypeError(`${who}: rank must be a whole number`);
  if (!(ttlSeconds > 0 && ttlSeconds <= MOST_SECONDS))
    throw new TypeError(`${who}: ttlSeconds must be above 0 and at most ${MOST_SECONDS}`);
}

const MOST_SECONDS = 400 * 86_400;
