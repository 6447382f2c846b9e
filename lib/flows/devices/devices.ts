import { STRANGERS } from "../../challenges/budgets.ts";
import { randomToken } from "../../crypto/random-token.ts";
import type { SecretBox } from "../../crypto/secret.ts";
import { readCookie, writeCookie } from "./cookies.ts";
import type { IncomingRequest } from "../request-context.ts";

const COOKIE = "factors_device";
const MOST = 5;
const LIFE_SECONDS = 180 * 24 * 3600;

/**
 * Devices on which somebody has passed a factor before, by a cookie (OWASP "Device cookies"). A known device has its own budget of
 * wrong guesses, and known devices their own sends, so that strangers who know the password cannot lock the owner out. The cookie proves nothing else.
 */
export interface Devices {
  /** Whose guesses this request counts for. */
  bucketOf(request: IncomingRequest, account: string): string;
  /** Makes this device a known one. */
  remember(request: IncomingRequest, account: string): void;
}

export function createDevices(
  box: SecretBox,
  tenant: string,
  { enabled, https }: { enabled: boolean; https: boolean },
): Devices {
  const signatures = (account: string, id: string) => box.digests(["device", tenant, account, id]);

  /** `id.signature` of several accounts: people share a browser. */
  const entriesOf = (request: IncomingRequest) => {
    const entries = readCookie(request, COOKIE)?.split("~") ?? [];
    return entries.filter((entry) => /^[\w-]{12}\.[\w-]{22}$/.test(entry)).slice(0, MOST);
  };

  function idOf(request: IncomingRequest, account: string): string | undefined {
    for (const entry of entriesOf(request)) {
      const [id = "", signature = ""] = entry.split(".");
      // Compared as digests under a key that the sender has not: time tells nothing.
      if (signatures(account, id).includes(signature)) return id;
    }
    return undefined;
  }

  return {
    bucketOf: (request, account) => (enabled ? (idOf(request, account) ?? STRANGERS) : STRANGERS),
    remember(request, account) {
      const { res } = request;
      if (!enabled || res === undefined || res.headersSent || idOf(request, account) !== undefined) return;
      const id = randomToken(9);
      const value = [`${id}.${signatures(account, id)[0]}`, ...entriesOf(request)].slice(0, MOST).join("~");
      writeCookie(request, { name: COOKIE, value, seconds: LIFE_SECONDS, https });
    },
  };
}
