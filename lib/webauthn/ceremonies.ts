import { isFramed, type AssertionJson, type AttestationJson } from "./credential-json.ts";
import { loadLibrary } from "./library.ts";
import type { RelyingParty } from "./relying-party.ts";
import type { SavedCredential, Seen } from "./saved-credential.ts";

/** WebAuthn Level 3 §15.1 recommends five to ten minutes; people look for their keys. */
export const TIMEOUT_SECONDS = 300;

/** How much a kind of credential asks of its authenticator. */
export interface Demands {
  /** That it makes sure who holds it (a PIN, a finger, a face), and can be found without being named. Else neither is asked for. */
  verifiesUser: boolean;
}

/** Options for a browser, and the challenge in them. */
export interface Options {
  publicKey: object;
  challenge: string;
}

export interface Person {
  handle: string;
  name: string;
}

type Known = Pick<SavedCredential, "transports"> & { id: string };

/** Options for `navigator.credentials.create`. */
export async function creationOptions(
  { id, name }: RelyingParty,
  { verifiesUser }: Demands,
  person: Person,
  known: readonly Known[],
): Promise<Options> {
  const { generateRegistrationOptions } = await loadLibrary();
  const publicKey = await generateRegistrationOptions({
    rpID: id,
    rpName: name,
    userID: new Uint8Array(Buffer.from(person.handle, "base64url")),
    userName: person.name,
    userDisplayName: person.name,
    timeout: TIMEOUT_SECONDS * 1000,
    // What an authenticator says of its maker proves nothing without a list of roots, and some browsers ask people about it.
    attestationType: "none",
    // Made anew each time: the library writes into it.
    authenticatorSelection: selectionOf(verifiesUser),
    excludeCredentials: known.map(described),
  });
  return {
    publicKey: verifiesUser ? publicKey : { ...publicKey, hints: ["security-key"] },
    challenge: publicKey.challenge,
  };
}

function selectionOf(verifiesUser: boolean) {
  const word = verifiesUser ? "required" : "discouraged";
  return { residentKey: word, userVerification: word } as const;
}

/** Options for `navigator.credentials.get`; without `known`, the person chooses among all that the browser finds for this site. */
export async function requestOptions(
  { id }: RelyingParty,
  { verifiesUser }: Demands,
  known?: readonly Known[],
): Promise<Options> {
  const { generateAuthenticationOptions } = await loadLibrary();
  const publicKey = await generateAuthenticationOptions({
    rpID: id,
    timeout: TIMEOUT_SECONDS * 1000,
    userVerification: verifiesUser ? "required" : "discouraged",
    ...(known === undefined ? {} : { allowCredentials: known.map(described) }),
  });
  return { publicKey, challenge: publicKey.challenge };
}

const described = ({ id, transports }: Known) => ({
  id,
  ...(transports.length === 0 ? {} : { transports: transports as "usb"[] }),
});

/** What is expected of an answer. */
export interface Expected extends Demands {
  relyingParty: RelyingParty;
  challenge: string;
}

/** A new credential and its public key, or undefined for whatever the ceremony was not. */
export async function verifyAttestation(
  { kind: _create, id, ...response }: AttestationJson,
  { relyingParty, challenge, verifiesUser }: Expected,
): Promise<(Seen & { publicKey: string }) | undefined> {
  if (isFramed(response)) return undefined;
  const { verifyRegistrationResponse } = await loadLibrary();
  const judged = await orNothing(async () =>
    verifyRegistrationResponse({
      response: { ...whole(id), response: { ...response, transports: [] } },
      expectedChallenge: challenge,
      expectedOrigin: [...relyingParty.origins],
      expectedRPID: relyingParty.id,
      requireUserVerification: verifiesUser,
    }),
  );
  const info = judged?.verified === true ? judged.registrationInfo : undefined;
  // What the authenticator has signed for counts, not what stands beside it.
  if (info === undefined || info.credential.id !== id) return undefined;
  const { credential, userVerified, credentialDeviceType, credentialBackedUp } = info;
  return {
    publicKey: Buffer.from(credential.publicKey).toString("base64url"),
    counter: credential.counter,
    userVerified,
    multiDevice: credentialDeviceType === "multiDevice",
    backedUp: credentialBackedUp,
  };
}

/** What a signature of that key has shown, or undefined for whatever the ceremony was not. */
export async function verifyAssertion(
  { kind: _get, id, ...response }: AssertionJson,
  { publicKey }: Pick<SavedCredential, "publicKey">,
  { relyingParty, challenge, verifiesUser }: Expected,
): Promise<Seen | undefined> {
  if (isFramed(response)) return undefined;
  const { verifyAuthenticationResponse } = await loadLibrary();
  const judged = await orNothing(async () =>
    verifyAuthenticationResponse({
      response: { ...whole(id), response },
      expectedChallenge: challenge,
      expectedOrigin: [...relyingParty.origins],
      expectedRPID: relyingParty.id,
      requireUserVerification: verifiesUser,
      // The library compares counters before it looks at the signature, so that anybody could make it speak of a clone: it is given none.
      credential: { id, publicKey: new Uint8Array(Buffer.from(publicKey, "base64url")), counter: 0 },
    }),
  );
  if (judged?.verified !== true) return undefined;
  const { newCounter, userVerified, credentialDeviceType, credentialBackedUp } = judged.authenticationInfo;
  return {
    counter: newCounter,
    userVerified,
    multiDevice: credentialDeviceType === "multiDevice",
    backedUp: credentialBackedUp,
  };
}

const whole = (id: string) => ({ id, rawId: id, type: "public-key", clientExtensionResults: {} }) as const;

/**
 * The library throws plain errors for a wrong origin or challenge and whatever else comes to it when it reads junk, all of them made by who sent it. What
 * they say tells of origins and counters, and goes nowhere.
 */
async function orNothing<Answer>(run: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await run();
  } catch {
    return undefined;
  }
}
