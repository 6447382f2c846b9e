import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { ProviderRequest } from "../transport.ts";

/**
 * Whether Twilio signed a request: base64 of HMAC-SHA1 under the auth token, over the address and the sorted form fields. A JSON body is
 * covered by `bodySHA256` in the address.
 */
export function isSignedByTwilio(authToken: string, request: ProviderRequest): boolean {
  const signature = request.headers["x-twilio-signature"];
  if (typeof signature !== "string" || !URL.canParse(request.url)) return false;
  const bodyHash = new URL(request.url).searchParams.get("bodySHA256");
  const fields = bodyHash === null ? fieldsOf(request.body) : "";
  if (fields === undefined) return false;
  const signed = spellings(request.url).some((url) =>
    same(createHmac("sha1", authToken).update(`${url}${fields}`).digest("base64"), signature),
  );
  if (bodyHash === null) return signed;
  const { rawBody } = request;
  return (
    signed &&
    rawBody !== undefined &&
    same(createHash("sha256").update(rawBody).digest("hex"), bodyHash.toLowerCase())
  );
}

/** Twilio signs with the port or without it, as its own software pleases. */
function spellings(address: string): string[] {
  const { protocol, hostname, port } = new URL(address);
  const usual = protocol === "https:" ? "443" : "80";
  const rest = address.slice(address.indexOf("//") + 2).replace(/^[^/?#]*/, "");
  return [address, `${protocol}//${hostname}${rest}`, `${protocol}//${hostname}:${port || usual}${rest}`];
}

/** A form's fields hold text; what holds anything else did not come from Twilio. */
function fieldsOf(body: ProviderRequest["body"]): string | undefined {
  let fields = "";
  for (const name of Object.keys(body).sort()) {
    const value = body[name];
    const values: unknown[] = Array.isArray(value) ? [...new Set<unknown>(value)] : [value];
    if (!values.every((each) => typeof each === "string")) return undefined;
    const sorted = values.sort((a, b) => (a < b ? -1 : 1));
    fields += sorted.map((each) => `${name}${each}`).join("");
  }
  return fields;
}

function same(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
