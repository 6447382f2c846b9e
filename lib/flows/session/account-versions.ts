import { randomToken } from "../../crypto/random-token.ts";
import { digestKey } from "../../crypto/secret.ts";
import type { Notes } from "../../stores/notes.ts";

/**
 * A version for each account: what sessions have passed counts while it is the one that it was passed under. So a change of a factor ends what other
 * sessions had passed, without a list of them. The session that asked for the change is named in the new version: it goes on although it was written
 * under the one before, so nothing needs to be written to it, which a logout or a request beside it could come between.
 */
export interface AccountVersions {
  /** An empty text as long as nothing has changed. */
  read(account: string): Promise<string>;
  current(account: string): Promise<CurrentVersion>;
  /** Ends what all sessions have passed. Answers the new version. */
  renew(account: string): Promise<string>;
  /**
   * Ends what all sessions but this one have passed. Answers under which version that counts from now on: the new one; its own, which is over, where
   * the session was ended itself meanwhile.
   */
  renewBut(account: string, session: VersionedSession): Promise<string>;
}

export interface CurrentVersion {
  version: string;
  /** The digest of the id of the session that goes on. */
  keeps: string | undefined;
}

/** What is looked at of a session's state. */
export interface VersionedSession {
  sid: string;
  version?: string | undefined;
  passed: readonly unknown[];
  trusted?: string | undefined;
}

/** No cookie lives longer (RFC 6265bis, 400 days), so no session that was open at the change outlives its memory. */
const LIFE_MS = 400 * 86_400_000;

/** Whether what a session has passed under a version counts now. */
export const countsUnder = (
  { version, keeps }: CurrentVersion,
  session: Pick<VersionedSession, "sid" | "version">,
): boolean => version === (session.version ?? "") || keeps === session.sid;

export function createAccountVersions(notes: Notes, clock: () => number, tenant: string): AccountVersions {
  const keyOf = (account: string) => digestKey(["account version", tenant, account]);

  async function current(account: string): Promise<CurrentVersion> {
    const text = (await notes.read(keyOf(account), clock())) ?? "";
    const [version = "", keeps] = text.split(" ");
    return { version, keeps };
  }

  async function put(account: string, keeps: string | undefined): Promise<string> {
    const version = randomToken(9);
    const text = keeps === undefined ? version : `${version} ${keeps}`;
    await notes.put(keyOf(account), text, clock(), LIFE_MS, true);
    return version;
  }

  return {
    read: async (account) => (await current(account)).version,
    current,
    renew: async (account) => put(account, undefined),
    async renewBut(account, session) {
      const hasPassed = session.passed.length > 0 || session.trusted !== undefined;
      // Where it cannot be asked, this one ends too, sooner than that others go on.
      const now = await current(account).catch(() => undefined);
      const goesOn = now !== undefined && countsUnder(now, session);
      const renewed = await put(account, goesOn && hasPassed ? session.sid : undefined);
      return goesOn ? renewed : (session.version ?? "");
    },
  };
}
