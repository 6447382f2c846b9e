import { digestKey } from "../../crypto/secret.ts";
import type { Engine } from "../engine.ts";
import { HALF_AUTHENTICATED_MS, type SessionState } from "./session-state.ts";
import type { IncomingRequest } from "../request-context.ts";

/** A program of the app's own that acts for an account, with a secret in place of a session. */
export interface Caller {
  /** The client's id, unique in its tenant. */
  client: string;
  user: unknown;
  request: IncomingRequest;
}

/** As long as a code lives and a proof is fresh. */
const LIFE_MS = 2 * HALF_AUTHENTICATED_MS;

/**
 * Runs a flow in the session that a client has for an account. It is kept sealed in the store, and nobody else's: a code that was asked for
 * here passes here. The client's own address is not the person's, so nothing is counted for it.
 */
export async function inClientSession<Answer>(
  engine: Engine,
  { client, user, request }: Caller,
  run: (request: IncomingRequest) => Promise<Answer>,
): Promise<Answer> {
  const key = digestKey(["client session", engine.tenant, client, engine.accounts.id(user)]);
  const sealed = await engine.notes.read(key, engine.clock());
  const before = sealed === undefined ? undefined : engine.box.open(sealed, key);
  const session: { factors?: SessionState; regenerate(done: () => void): void } = {
    regenerate: (done) => done(),
    // The client vouches for the account in every call: it is never half-authenticated for long.
    ...(before === undefined
      ? {}
      : { factors: { ...(JSON.parse(before) as SessionState), since: engine.clock() } }),
  };
  const language = request.headers["accept-language"];
  const headers = language === undefined ? {} : { "accept-language": language };
  try {
    return await run({ user, ip: undefined, headers, session, sessionID: key });
  } finally {
    const after = session.factors === undefined ? undefined : JSON.stringify(session.factors);
    if (after !== undefined && after !== before)
      await engine.notes.put(key, engine.box.seal(after, key), engine.clock(), LIFE_MS);
  }
}
