import { digestKey, lengthPrefixed, type SecretBox } from "../../crypto/secret.ts";
import type { AccountVersions } from "../session/account-versions.ts";
import type { Passed } from "../session/session-state.ts";
import type { IncomingRequest, RequestContext } from "../request-context.ts";

/** A factor that somebody without a session has passed: for what, and until when. */
export interface BearerProof extends Passed {
  /** What the app asked the proof for; empty where it named nothing. */
  purpose: string;
}

/**
 * Passed factors as short-lived signed texts (JWS, RFC 7515), for clients that have no session. Each is bound to the tenant, the account and its version,
 * a purpose and a time; it says nothing else, and is no access token.
 */
export interface BearerProofs {
  /** From now on proofs are taken; undefined: the app has none. */
  rules: { ttlMs?: number };
  sign(account: string, proof: BearerProof, version: string): Promise<string>;
  /** What the request brings, where it counts now; undefined for anything else. */
  read(context: RequestContext): Promise<BearerProof | undefined>;
}

const TYPE = "factor-proof+jwt";
const ALGORITHM = "HS256";
const ISSUER = "passport-factors";
const LONGEST = 2000;

export function createBearerProofs(
  { box, clock, tenant }: { box: SecretBox; clock: () => number; tenant: string },
  versions: AccountVersions,
  rules: { ttlMs?: number },
): BearerProofs {
  // Each tenant has keys of its own, so that no other's proof is even one.
  const keys = box.keysFor(lengthPrefixed(["bearer proof", tenant]));
  const subjectOf = (account: string) => digestKey(["bearer proof", tenant, account]);

  /** Under any of the secrets. */
  async function claimsOf(text: string): Promise<Record<string, unknown> | undefined> {
    const { jwtVerify } = await joseLibrary();
    for (const key of keys) {
      try {
        const { payload } = await jwtVerify(text, key, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: ISSUER,
          requiredClaims: ["sub", "iat", "exp"],
          // Whatever end it names: the app may have shortened their life since.
          maxTokenAge: (rules.ttlMs ?? 0) / 1000,
          currentDate: new Date(clock()),
        });
        return payload;
      } catch {
        // Another key's, changed, over, or none at all: no proof.
      }
    }
    return undefined;
  }

  return {
    rules,
    async sign(account, { factor, amr, at, purpose }, version) {
      const { SignJWT } = await joseLibrary();
      const { ttlMs = 0 } = rules;
      return new SignJWT({ factor, amr, at, purpose, version })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setIssuer(ISSUER)
        .setSubject(subjectOf(account))
        .setIssuedAt(Math.floor(at / 1000))
        .setExpirationTime(Math.floor((at + ttlMs) / 1000))
        .sign(keys[0] as Uint8Array);
    },
    async read({ request, account }) {
      const text = rules.ttlMs === undefined ? undefined : proofIn(request);
      const claims = text === undefined ? undefined : await claimsOf(text);
      const proof = claims?.["sub"] === subjectOf(account) ? proofOf(claims) : undefined;
      if (proof === undefined || proof.at > clock()) return undefined;
      return (await versions.read(account)) === claims?.["version"] ? proof : undefined;
    },
  };
}

/** `Authorization: Factor …` or `Bearer …`; where that carries the app's own access token, `Factor-Proof: …`. */
function proofIn({ headers }: IncomingRequest): string | undefined {
  const { authorization = "" } = headers;
  const [, ofScheme] = /^(?:factor|bearer) +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(String(authorization)) ?? [];
  const text = headers["factor-proof"] ?? ofScheme;
  return typeof text === "string" && text.length <= LONGEST ? text : undefined;
}

/** The signature says that we have written it; what it says is looked at all the same. */
function proofOf({ factor, amr, at, iat, purpose }: Record<string, unknown>): BearerProof | undefined {
  const isRight =
    typeof factor === "string" &&
    typeof purpose === "string" &&
    Number.isInteger(at) &&
    iat === Math.floor((at as number) / 1000) &&
    Array.isArray(amr) &&
    amr.every((each) => typeof each === "string");
  return isRight ? { factor, amr: amr as string[], at: at as number, purpose } : undefined;
}

/** An optional peer, loaded when the first proof is made or brought. */
async function joseLibrary(): Promise<Pick<typeof import("jose"), "jwtVerify" | "SignJWT">> {
  try {
    return await import("jose");
  } catch (cause) {
    throw new Error("bearerProofs needs the package jose: npm install jose", { cause });
  }
}
