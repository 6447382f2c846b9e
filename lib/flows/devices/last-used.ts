import type { SecretBox } from "../../crypto/secret.ts";
import type { IncomingRequest } from "../request-context.ts";
import { readCookie, writeCookie } from "./cookies.ts";

const COOKIE = "factors_last";
const MOST = 5;
const LIFE_SECONDS = 180 * 24 * 3600;

/** Which factor somebody took last in this browser, by a cookie: the one that is most likely at hand again. It opens nothing. */
export interface LastUsed {
  /** One of the names, or none. */
  of(request: IncomingRequest, account: string): string | undefined;
  note(request: IncomingRequest, account: string, name: string): void;
}

/** The cookie names neither account nor factor: it holds digests of both together, of several accounts, as people share a browser. */
export function createLastUsed(
  box: SecretBox,
  tenant: string,
  { names, enabled, https }: { names: readonly string[]; enabled: boolean; https: boolean },
): LastUsed {
  const on = enabled && names.length > 1;
  const digestsOf = (account: string, name: string) => box.digests(["last used", tenant, account, name]);
  const entriesOf = (request: IncomingRequest) =>
    (readCookie(request, COOKIE)?.split("~") ?? [])
      .filter((entry) => /^[\w-]{22}$/.test(entry))
      .slice(0, MOST);

  const of: LastUsed["of"] = (request, account) => {
    const entries = on ? entriesOf(request) : [];
    if (entries.length === 0) return undefined;
    return names.find((name) => digestsOf(account, name).some((each) => entries.includes(each)));
  };
  return {
    of,
    note(request, account, name) {
      const { res } = request;
      if (!on || res === undefined || res.headersSent || of(request, account) === name) return;
      const own = names.flatMap((each) => digestsOf(account, each));
      const others = entriesOf(request).filter((entry) => !own.includes(entry));
      const value = [digestsOf(account, name)[0] as string, ...others].slice(0, MOST).join("~");
      writeCookie(request, { name: COOKIE, value, seconds: LIFE_SECONDS, https });
    },
  };
}
