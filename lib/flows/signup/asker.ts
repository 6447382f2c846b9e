import type { IncomingRequest } from "../request-context.ts";

/** Who signs up: a browser with a session, or a client of the app, which names the number in every call. */
export interface SignupAsker {
  /** The request. */
  request: IncomingRequest;
  /** The client of the API, where one asks. */
  client?: string | undefined;
  /** Which number this is about, where the asker says so; a client must. */
  e164?: unknown;
  /** The tenant that a REST call names; else that of the factors. */
  tenant?: string;
}
