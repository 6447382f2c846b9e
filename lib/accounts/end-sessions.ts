import { calledBack } from "../called-back.ts";
import { createInTime } from "../in-time.ts";
import { checkNames } from "../options.ts";
import { wrongAnswer } from "../wrong-answer.ts";

/** What is used of a session store of express-session that can list: `MemoryStore`, `connect-redis` and most others. */
export interface ListingStore {
  /** Every session there is, as express-session has it. */
  all?(done: (error: unknown, sessions?: unknown) => void): unknown;
  /** Ends one session. */
  destroy(sid: string, done?: (error?: unknown) => void): unknown;
}

/** A session as its store lists it. */
export type ListedSession = Readonly<Record<string, unknown>>;

/** Options of `endSessions`; docs/options.md has every default, unit and range. */
export interface EndSessionsOptions {
  /** Whose session it is, as `accounts.id` answers; undefined for nobody's. @default what Passport keeps of its user, and what this package has noted */
  accountOf?: (session: ListedSession) => unknown;
  /** Milliseconds that each call of the store may take. @default 10 000 */
  timeoutMs?: number;
}

/**
 * Ends every session of an account, half-done logins too: for after a reset of the password. Answers how many have ended. It reads the whole list, so an app with
 * very many sessions keeps an index of its own. Throws a TypeError for a store that cannot list.
 *
 * @example
 * const end = endSessions(sessionStore);
 * const accounts = { ...others, endSessions: (user) => end(user.id) };
 */
export function endSessions(
  store: ListingStore,
  options: EndSessionsOptions = {},
): (account: string | number) => Promise<number> {
  checkNames<EndSessionsOptions>("endSessions", options, { accountOf: true, timeoutMs: true });
  const { accountOf = noted, timeoutMs = 10_000 } = options;
  for (const verb of ["all", "destroy"] as const)
    if (typeof store?.[verb] !== "function")
      throw new TypeError(`endSessions: the store has no function ${verb}; end its sessions in the app`);
  const inTime = createInTime(timeoutMs);

  async function idsOf(account: string): Promise<string[]> {
    const sessions = await inTime("session store: all", () => listed(store));
    return sessions.filter(([, session]) => isOf(session, account)).map(([sid]) => sid);
  }

  function isOf(session: ListedSession, account: string): boolean {
    const owners = accountOf === noted ? noted(session) : [accountOf(session)];
    return owners.some((owner) => isId(owner) && String(owner) === account);
  }

  return async (account) => {
    if (!isId(account)) throw new TypeError("endSessions: account must be an account's id");
    const ended = new Set<string>();
    // A request that was under way may have begun one since the list was read.
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const ids = (await idsOf(String(account))).filter((sid) => round === 0 || !ended.has(sid));
      if (ids.length === 0) break;
      await Promise.all(ids.map((sid) => inTime("session store: destroy", () => destroy(store, sid))));
      for (const sid of ids) ended.add(sid);
    }
    return ended.size;
  };
}

const MOST_ROUNDS = 3;

const isId = (value: unknown): value is string | number =>
  (typeof value === "string" && value !== "") || Number.isSafeInteger(value);

/** Passport's user, where it is kept as an id or as an object with one, and the account that a login was noted for here. */
function noted({ passport, factors }: ListedSession): unknown[] {
  const user = (passport as { user?: unknown } | null | undefined)?.user;
  const id = typeof user === "object" && user !== null ? (user as { id?: unknown }).id : user;
  return [id, (factors as { account?: unknown } | null | undefined)?.account];
}

const destroy = (store: ListingStore, sid: string) => calledBack((done) => store.destroy(sid, done));

/** Sessions by their ids: some stores answer an object of them, others a list in which each has an `id`. */
async function listed(store: ListingStore): Promise<[sid: string, session: ListedSession][]> {
  let answer: unknown;
  await calledBack((done) =>
    store.all?.((error, sessions) => {
      answer = sessions;
      done(error);
    }),
  );
  const fault = () =>
    wrongAnswer("session store: all", answer, "sessions by id, or a list in which each has an id");
  if (typeof answer !== "object" || answer === null) throw fault();
  const pairs: [unknown, unknown][] = Array.isArray(answer)
    ? answer.map((session: { id?: unknown } | null | undefined) => [session?.id, session])
    : Object.entries(answer);
  return pairs.map(([sid, session]) => {
    if (typeof sid !== "string" || typeof session !== "object" || session === null) throw fault();
    return [sid, session as ListedSession];
  });
}
