import { isIP } from "node:net";

/** What ceremonies are bound to: no other site's passes here. */
export interface RelyingParty {
  /** The domain that credentials are made for (WebAuthn "RP ID"). */
  id: string;
  /** What browsers show as the app. */
  name: string;
  origins: readonly string[];
}

/** What the app says of itself. */
export interface OwnAddress {
  appName: string;
  host: string | undefined;
  origins: readonly string[];
}

/** Throws a TypeError that says what is wrong: in which addresses browsers make no credentials at all, or none for this domain. */
export function relyingPartyOf(
  who: string,
  { appName, host, origins }: OwnAddress,
  rpId?: string,
): RelyingParty {
  const [own] = origins;
  if (host === undefined || own === undefined)
    throw new TypeError(`${who}: createFactors needs publicUrl: credentials are made for its host`);
  if (isIP(host.replace(/^\[|\]$/g, "")) !== 0)
    throw new TypeError(
      `${who}: publicUrl must have a name as its host: browsers make no credentials for an IP address`,
    );
  if (!own.startsWith("https:") && !/(^|\.)localhost$/.test(host))
    throw new TypeError(
      `${who}: publicUrl must be https, or http://localhost: elsewhere browsers make no credentials`,
    );
  const id = rpId ?? host;
  if (host !== id && !host.endsWith(`.${id}`))
    throw new TypeError(
      `${who}: rpId must be the host of publicUrl or a domain that it is in, got ${JSON.stringify(id)}`,
    );
  return { id, name: appName, origins };
}
