import { randomToken } from "../../crypto/random-bytes.ts";
import { digestKey } from "../../crypto/secret.ts";
import type { Notes } from "../../stores/notes.ts";

/**
 * A version for each account: what sessions have passed counts while it is the one that it was passed under. So a change of a factor ends what other
 * sessions had passed, without a list of them.
 */
export interface AccountVersions {
  /** An empty text as long as nothing has changed. */
  read(account: string): Promise<string>;
  /** Answers the new one. */
  renew(account: string): Promise<string>;
}

/** No cookie lives longer (RFC 6265bis, 400 days), so no session that was open at the change outlives its memory. */
const LIFE_MS = 400 * 86_400_000;

export function createAccountVersions(notes: Notes, clock: () => number, tenant: string): AccountVersions {
  const keyOf = (account: string) => digestKey(["account version", tenant, account]);
  return {
    read: async (account) => (await notes.read(keyOf(account), clock())) ?? "",
    async renew(account) {
      const version = randomToken(9);
      await notes.put(keyOf(account), version, clock(), LIFE_MS);
      return version;
    },
  };
}
