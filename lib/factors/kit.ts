import type { CredentialStore } from "../credentials/credentials.ts";
import { sealedCredentials } from "../credentials/sealed-credentials.ts";
import { digestKey, type SecretBox } from "../crypto/secret.ts";
import type { Notes } from "../stores/notes.ts";
import type { FactorKit } from "./definition.ts";

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
}

/** What each factor that was made by `defineFactor` works with: its own, and no other's. */
export function createKits(parts: KitParts): (factor: string) => FactorKit {
  const { credentials, box, notes, clock, random, tenant, name: appName, host, origins } = parts;
  const kits = new Map<string, FactorKit>();

  function make(factor: string): FactorKit {
    return {
      credentials: sealedCredentials(credentials, box, tenant).ofKind(factor),
      async once(key, rank, ttlSeconds) {
        if (!Number.isSafeInteger(rank) || rank < 0)
          throw new TypeError(`factor "${factor}": once: rank must be a whole number`);
        if (!(ttlSeconds > 0 && ttlSeconds <= MOST_SECONDS))
          throw new TypeError(
            `factor "${factor}": once: ttlSeconds must be above 0 and at most ${MOST_SECONDS}`,
          );
        const note = digestKey(["factor once", tenant, factor, key]);
        return notes.advance(note, { rank, value: "" }, clock(), ttlSeconds * 1000);
      },
      clock,
      random,
      appName,
      host,
      origins,
    };
  }

  return (factor) => {
    const kit = kits.get(factor) ?? make(factor);
    kits.set(factor, kit);
    return kit;
  };
}

const MOST_SECONDS = 400 * 86_400;
