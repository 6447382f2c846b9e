/** What a browser's `credential.toJSON()` says of an assertion (WebAuthn Level 3 §5.1), as far as it is looked at. Everything is base64url. */
export interface AssertionJson {
  kind: "get";
  id: string;
  clientDataJSON: string;
  authenticatorData: string;
  signature: string;
  userHandle?: string;
}

/** And of a new credential. */
export interface AttestationJson {
  kind: "create";
  id: string;
  clientDataJSON: string;
  attestationObject: string;
  transports: string[];
}

export type CredentialJson = AssertionJson | AttestationJson;

/** An id has at most 1023 bytes (WebAuthn Level 3 §4). */
const LONGEST_ID = 1364;
const LONGEST_PART = 16_384;
const TRANSPORTS = ["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"];

/** Reads what a caller has sent as one. Undefined for everything that no browser makes; what it says is not looked at. */
export function readCredential(given: unknown): CredentialJson | undefined {
  if (!isRecord(given)) return undefined;
  const { id, rawId, type, response } = given;
  if (!isBase64url(id, LONGEST_ID) || rawId !== id || type !== "public-key" || !isRecord(response))
    return undefined;
  const { clientDataJSON, authenticatorData, signature, attestationObject, userHandle } = response;
  if (!isBase64url(clientDataJSON)) return undefined;
  if (isBase64url(attestationObject))
    return {
      kind: "create",
      id,
      clientDataJSON,
      attestationObject,
      transports: transportsOf(response["transports"]),
    };
  if (!isBase64url(authenticatorData) || !isBase64url(signature)) return undefined;
  const assertion: AssertionJson = { kind: "get", id, clientDataJSON, authenticatorData, signature };
  if (userHandle === undefined || userHandle === null) return assertion;
  return isBase64url(userHandle, LONGEST_HANDLE) ? { ...assertion, userHandle } : undefined;
}

/** 64 bytes (WebAuthn Level 3 §5.4.3). */
const LONGEST_HANDLE = 86;

type WithClientData = Pick<CredentialJson, "clientDataJSON">;

/** The challenge that the client data name, which nobody has judged yet. */
export function challengeIn(given: WithClientData): string | undefined {
  const challenge = clientDataOf(given)["challenge"];
  return isBase64url(challenge, 200) ? challenge : undefined;
}

/** Made in a frame on another site's page (WebAuthn Level 3 §13.4.2), where nobody sees what they agree to. The library lets some of them through. */
export const isFramed = (given: WithClientData): boolean => clientDataOf(given)["crossOrigin"] === true;

function clientDataOf({ clientDataJSON }: WithClientData): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString());
    return isRecord(data) ? data : {};
  } catch {
    return {};
  }
}

/** They are hints for the next prompt, and proven by nothing: those that are known, once each. */
function transportsOf(given: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  return TRANSPORTS.filter((each) => list.includes(each));
}

function isBase64url(value: unknown, most: number = LONGEST_PART): value is string {
  return typeof value === "string" && value.length <= most && /^[\w-]+$/.test(value);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
