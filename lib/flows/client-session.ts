import { digestKey } from "../secret.ts";
import type { House } from "./house.ts";
import { HALF_AUTHENTICATED_MS, type SessionState } from "./session-state.ts";
import type { VisitRequest } from "./visit.ts";

/** A program of the app's own that acts for an account, with a secret in place of a session. */
export interface Caller {
  /** The client's id, unique in its tenant. */
  client: string;
  user: unknown;
  request: VisitRequest;
}

/** As long as a code lives and a proof is fresh. */
const LIFE_MS = 2 * HALF_AUTHENTICATED_MS;

/**
 * Runs a flow in the session that a client has for an account. It is kept sealed in the store, and nobody else's: a code that was asked for
 * here passes here. The client's own address is not the person's, so nothing is counted for it.
 */
export async function inClientSession<Answer>(
  house: House,
  { client, user, request }: Caller,
  run: (request: VisitRequest) => Promise<Answer>,
): Promise<Answer> {
  const key = digestKey(["client session", house.tenant, client, house.accounts.id(user)]);
  const sealed = await house.notes.read(key, house.clock());
  const before = sealed === undefined ? undefined : house.box.open(sealed, key);
  const session: { factors?: SessionState; regenerate(done: () => void): void } = {
    regenerate: (done) => done(),
    // The client vouches for the account in every call: it is never half-authenticated for long.
    ...(before === undefined
      ? {}
      : { factors: { ...(JSON.parse(before) as SessionState), since: house.clock() } }),
  };
  const language = request.headers["accept-language"];
  const headers = language === undefined ? {} : { "accept-language": language };
  try {
    return await run({ user, ip: undefined, headers, session, sessionID: key });
  } finally {
    const after = session.factors === undefined ? undefined : JSON.stringify(session.factors);
    if (after !== undefined && after !== before)
      await house.notes.put(key, house.box.seal(after, key), house.clock(), LIFE_MS);
  }
}
