import { localeOf, type IncomingRequest, type RequestContext } from "../request-context.ts";
import type { Engine } from "../engine.ts";
import type { RecoveryRecord } from "./record.ts";

/** Whose recovery this is, as far as the request goes. It knows nothing of a session: who is signed in here may be somebody else. */
export interface Asker extends RequestContext {
  /** Whether the identifier is somebody's. */
  isKnown: boolean;
}

/**
 * Who the identifier is now. It is looked up at each step, for those who are known and for those who are not, and must still be the account that the
 * recovery began with.
 */
export async function askerOf(
  engine: Engine,
  request: IncomingRequest,
  { identifier, account }: Pick<RecoveryRecord, "identifier"> & { account?: string | undefined },
): Promise<Asker> {
  const found = await userOf(engine, identifier);
  const own = found === undefined ? undefined : engine.accounts.id(found);
  const isKnown = own !== undefined && (account === undefined || own === account);
  return asker(engine, request, identifier, isKnown ? { user: found, id: own } : undefined);
}

/** Nobody, whatever the identifier is. */
export async function nobody(
  engine: Engine,
  request: IncomingRequest,
  { identifier }: Pick<RecoveryRecord, "identifier">,
): Promise<Asker> {
  await userOf(engine, identifier);
  return asker(engine, request, identifier, undefined);
}

async function userOf({ accounts, tenant }: Engine, identifier: string): Promise<unknown> {
  return (await accounts.find?.(identifier, tenant)) ?? undefined;
}

function asker(
  engine: Engine,
  { headers, ip, secure, res }: IncomingRequest,
  identifier: string,
  known: { user: unknown; id: string } | undefined,
): Asker {
  const request: IncomingRequest = { headers, ip, res, ...(secure === undefined ? {} : { secure }) };
  return {
    request,
    user: known?.user,
    account: known?.id ?? `nobody ${identifierPrint(engine, identifier)}`,
    ip,
    locale: localeOf(request, engine.accounts),
    isKnown: known !== undefined,
  };
}

/** The same for every way to write an identifier. */
export const identifierPrint = (
  { box, tenant }: Pick<Engine, "box" | "tenant">,
  identifier: string,
): string => box.fingerprint(`recovery ${tenant} ${identifier.normalize("NFKC").toLowerCase()}`);
