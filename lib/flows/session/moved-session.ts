import { FactorError } from "../../errors.ts";
import type { InTime } from "../../in-time.ts";
import { digestKey, type SecretBox } from "../../crypto/secret.ts";
import type { Notes } from "../../stores/notes.ts";
import { adoptSession } from "./session.ts";
import type { IncomingRequest } from "../request-context.ts";

/**
 * Where a session went that has passed: a form that was posted twice comes with the old session's id, which is dead. Who types the right code again there
 * goes on in the new session, as the first answer would have had it.
 */
export interface MovedSessions {
  /** `digest`: of the code that was passed. */
  moved(from: string, request: IncomingRequest, digest: string): Promise<void>;
  /** The digest of the code that a session has passed with a moment ago. */
  digestFrom(from: string): Promise<string | undefined>;
  /** Goes on in the new session, once it is there. Throws `code_expired` where there is none to go on in. */
  follow(from: string, request: IncomingRequest): Promise<void>;
}

/** Two clicks, or a reload while the answer is on its way. */
const LIFE_MS = 30_000;
/** The first request may still be writing its session. */
const PATIENCE_MS = 3000;
const ASK_EVERY_MS = 25;

export interface MovedParts {
  notes: Notes;
  box: SecretBox;
  clock: () => number;
  tenant: string;
  /** A session store may never call back. */
  inTime: InTime;
}

export function createMovedSessions({ notes, box, clock, tenant, inTime }: MovedParts): MovedSessions {
  const keyOf = (sid: string) => digestKey(["moved session", tenant, sid]);

  /** Digest and new id. */
  async function read(from: string): Promise<[digest: string, to: string] | undefined> {
    const key = keyOf(from);
    const sealed = await notes.read(key, clock());
    const text = sealed === undefined ? undefined : box.open(sealed, key);
    return text === undefined ? undefined : (JSON.parse(text) as [string, string]);
  }

  async function whereTo(from: string): Promise<string | undefined> {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
      const found = await read(from);
      if (found !== undefined) return found[1];
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
    return undefined;
  }

  return {
    async moved(from, request, digest) {
      if (request.sessionStore === undefined || request.sessionID === undefined) return;
      const key = keyOf(from);
      await notes.put(key, box.seal(JSON.stringify([digest, request.sessionID]), key), clock(), LIFE_MS);
    },
    digestFrom: async (from) => (await read(from))?.[0],
    async follow(from, request) {
      const to = request.sessionStore === undefined ? undefined : await whereTo(from);
      const isIn = to !== undefined && (await inTime("session.get", () => adoptSession(request, to)));
      if (!isIn) throw new FactorError("code_expired");
    },
  };
}
