import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

/** Options for the browser, as the server answers them. */
export interface PublicKeyOptions {
  challenge: string;
  rp?: { id: string };
  rpId?: string;
  user?: { id: string };
  excludeCredentials?: { id: string }[];
  allowCredentials?: { id: string }[];
}

export interface AuthenticatorKind {
  origin?: string;
  /** It makes sure who holds it. */
  verifiesUser?: boolean;
  /** Its credentials are copied between devices. */
  synced?: boolean;
  backedUp?: boolean;
  /** It counts its signatures. */
  counts?: boolean;
}

/** What a ceremony does otherwise than it should. */
export interface Deviation {
  origin?: string;
  type?: string;
  challenge?: string;
  rpId?: string;
  crossOrigin?: boolean;
  topOrigin?: string;
  /** Bits of WebAuthn Level 3 §6.1 to be set, and to be missing. */
  set?: number;
  unset?: number;
  counter?: number;
  userHandle?: string | undefined;
  /** Signs with another key. */
  forged?: boolean;
}

export const FLAGS = { UP: 1, UV: 4, BE: 8, BS: 16, AT: 64 } as const;

interface Credential {
  id: string;
  privateKey: KeyObject;
  userHandle: string;
  counter: number;
}

/** An authenticator and its browser in software (ES256, attestation "none"): what a page would post, as `credential.toJSON()` has it. */
export function authenticator(kind: AuthenticatorKind = {}) {
  const { origin = "https://chat.example", verifiesUser = true, synced = false, counts = true } = kind;
  const state = { backedUp: kind.backedUp ?? synced };
  const credentials: Credential[] = [];

  function flagsOf({ set = 0, unset = 0 }: Deviation): number {
    const usual =
      FLAGS.UP |
      (verifiesUser ? FLAGS.UV : 0) |
      (synced ? FLAGS.BE : 0) |
      (synced && state.backedUp ? FLAGS.BS : 0);
    return (usual | set) & ~unset;
  }

  function authData(rpId: string, flags: number, counter: number, attested = Buffer.alloc(0)): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, attested]);
  }

  function clientData(type: string, options: PublicKeyOptions, by: Deviation): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: by.type ?? type,
        challenge: by.challenge ?? options.challenge,
        origin: by.origin ?? origin,
        crossOrigin: by.crossOrigin ?? false,
        ...(by.topOrigin === undefined ? {} : { topOrigin: by.topOrigin }),
      }),
    );
  }

  return {
    credentials,
    /** From now on. */
    setBackedUp: (backedUp: boolean) => void (state.backedUp = backedUp),
    /** `navigator.credentials.create`: a new credential. Throws where one of those to be excluded is in here, as a browser refuses. */
    create(options: PublicKeyOptions, by: Deviation = {}) {
      const known = options.excludeCredentials?.map(({ id }) => id) ?? [];
      if (credentials.some(({ id }) => known.includes(id))) throw new Error("InvalidStateError");
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const { x, y } = publicKey.export({ format: "jwk" }) as { x: string; y: string };
      const raw = randomBytes(32);
      const id = raw.toString("base64url");
      const counter = counts ? 1 : 0;
      credentials.push({ id, privateKey, userHandle: options.user?.id ?? "", counter });
      const cose = Buffer.concat([
        Buffer.from("a5010203262001215820", "hex"),
        Buffer.from(x, "base64url"),
        Buffer.from("225820", "hex"),
        Buffer.from(y, "base64url"),
      ]);
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, raw.length]), raw, cose]);
      const data = authData(
        by.rpId ?? options.rp?.id ?? "",
        flagsOf({ ...by, set: (by.set ?? 0) | FLAGS.AT }),
        counter,
        attested,
      );
      const attestation = Buffer.concat([
        Buffer.from("a363666d74646e6f6e656761747453746d74a068617574684461746159", "hex"),
        Buffer.from([data.length >> 8, data.length & 255]),
        data,
      ]);
      return {
        id,
        rawId: id,
        type: "public-key",
        authenticatorAttachment: "platform",
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData("webauthn.create", options, by).toString("base64url"),
          attestationObject: attestation.toString("base64url"),
          transports: ["internal", "hybrid"],
        },
      };
    },
    /** `navigator.credentials.get`: by the first credential that is allowed, or the first of all. */
    get(options: PublicKeyOptions, by: Deviation = {}) {
      const allowed = options.allowCredentials?.map(({ id }) => id);
      const credential = credentials.find(({ id }) => allowed?.includes(id) ?? true);
      if (credential === undefined) throw new Error("NotAllowedError");
      if (counts) credential.counter += 1;
      const data = authData(by.rpId ?? options.rpId ?? "", flagsOf(by), by.counter ?? credential.counter);
      const client = clientData("webauthn.get", options, by);
      const key =
        by.forged === true
          ? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey
          : credential.privateKey;
      const signature = sign("sha256", Buffer.concat([data, sha256(client)]), key);
      const userHandle = "userHandle" in by ? by.userHandle : credential.userHandle;
      return {
        id: credential.id,
        rawId: credential.id,
        type: "public-key",
        authenticatorAttachment: "platform",
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString("base64url"),
          authenticatorData: data.toString("base64url"),
          signature: signature.toString("base64url"),
          ...(userHandle === undefined ? {} : { userHandle }),
        },
      };
    },
  };
}

export type Authenticator = ReturnType<typeof authenticator>;

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();
