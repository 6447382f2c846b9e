import { createSecretBox } from "../crypto/secret.ts";
import { credentialSeal, type CredentialSeal } from "./credential-seal.ts";
import type { CredentialStore, Credentials, NamedCredential } from "./credentials.ts";

/** How far a rotation is. */
export interface CredentialRotation {
  /** Credentials that were looked at. */
  seen: number;
  /** Sealed anew under the first secret. */
  sealed: number;
  /** Sealed under none of the secrets, or changed by hand: left as they are. */
  unopened: number;
  /** Changed by somebody else at each try: left as they are. */
  failed: number;
  /** Where to go on; empty at the end. */
  cursor: string;
}

/** Who else writes at the same moment is waited for this often. */
const TRIES = 5;

/**
 * Seals every credential of one tenant under the first secret. Page by page: what it yields can be kept, and a rotation that was stopped goes on from
 * its cursor. Who reads or changes a credential meanwhile is not disturbed. The old secrets can go when `unopened` and `failed` are 0 at the end.
 *
 * @example
 * for await (const { seen, sealed, unopened, failed } of rotateCredentials(credentials, { secret: [newest, old] }))
 *   console.log(seen, sealed, unopened, failed);
 */
export async function* rotateCredentials(
  store: CredentialStore,
  {
    secret,
    tenant = "default",
    cursor = "",
  }: { secret: string | readonly string[]; tenant?: string; cursor?: string },
): AsyncGenerator<CredentialRotation> {
  const all = credentialSeal(createSecretBox(secret), tenant);
  const newest = credentialSeal(
    createSecretBox(typeof secret === "string" ? secret : (secret[0] as string)),
    tenant,
  );
  const credentials = store.inTenant(tenant);
  const sofar = { seen: 0, sealed: 0, unopened: 0, failed: 0 };
  let next = cursor;
  do {
    const page = await credentials.scan(next);
    for (const each of page.credentials) {
      sofar.seen++;
      const outcome = await sealAnew(credentials, each, all, newest);
      if (outcome !== "fine") sofar[outcome]++;
    }
    next = page.cursor;
    yield { ...sofar, cursor: next };
  } while (next !== "");
}

/** Who was quicker may have written under an old secret still: the credential is read again. */
async function sealAnew(
  credentials: Credentials,
  seen: NamedCredential,
  all: CredentialSeal,
  newest: CredentialSeal,
): Promise<"fine" | "sealed" | "unopened" | "failed"> {
  let current = seen;
  for (let tries = 0; tries < TRIES; tries++) {
    if (newest.open(current) !== undefined) return "fine";
    const text = all.open(current);
    if (text === undefined) return "unopened";
    const { account, kind, id, value } = current;
    if (await credentials.replace(account, kind, id, value, newest.seal(current, text))) return "sealed";
    const found = await credentials.find(kind, id);
    if (found === undefined) return "fine";
    current = { kind, id, ...found };
  }
  return "failed";
}
