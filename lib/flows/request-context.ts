import type { Accounts } from "../accounts/accounts.ts";
import { FactorError } from "../errors.ts";
import type { Languages } from "../locales/languages.ts";

/** What we use of a session store, which express-session hangs on the request. */
export interface SessionStore {
  get(sid: string, done: (error: unknown, session?: object | null) => void): void;
  createSession(request: IncomingRequest, session: object): unknown;
}

/** What a flow needs of a request; an Express request with express-session and Passport is one. */
export interface IncomingRequest {
  user?: unknown;
  ip?: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  session?: unknown;
  sessionID?: string;
  /** As express-session hangs it on the request. */
  sessionStore?: SessionStore;
  logout?: unknown;
  secure?: boolean;
  /** The answer, as Express hangs it on the request: for the cookie of a known device. */
  res?: { headersSent: boolean; appendHeader(name: string, value: string): unknown } | undefined;
}

/** Who is asking, from where, in which language. */
export interface RequestContext<User = unknown> {
  request: IncomingRequest;
  user: User;
  account: string;
  ip: string | undefined;
  locale: string;
  /** The tenant that a REST call names. */
  named?: string;
}

/** What tells who is asking, and in which language. */
interface Known<User> {
  accounts: Accounts<User>;
  languages: Languages;
}

/** Throws `login_required` where the first factor has not named a user. */
export function contextOf<User>(request: IncomingRequest, known: Known<User>): RequestContext<User> {
  const user = request.user as User | null | undefined;
  if (user === undefined || user === null) throw new FactorError("login_required");
  const account = known.accounts.id(user);
  return { request, user, account, ip: request.ip, locale: localeOf(request, known) };
}

/** Makes a flow one that takes a request. Whatever is refused is a rejection, also before anything was awaited. */
export function inContext<User>(known: Known<User>) {
  return <Rest extends unknown[], Answer>(
      flow: (context: RequestContext<User>, ...rest: Rest) => Promise<Answer>,
    ) =>
    (request: IncomingRequest, ...rest: Rest): Promise<Answer> => {
      try {
        return flow(contextOf(request, known), ...rest);
      } catch (error) {
        return Promise.reject(error as Error);
      }
    };
}

/** The account's language, else the browser's. */
export function localeOf<User>(request: IncomingRequest, { accounts, languages }: Known<User>): string {
  const user = request.user as User | null | undefined;
  const own = user === undefined || user === null ? undefined : accounts.locale?.(user);
  return languages.choose(own ?? String(request.headers["accept-language"] ?? ""));
}
