import type { SecretBox } from "../crypto/secret.ts";
import { withinBounds } from "./bounds.ts";
import { credentialSeal } from "./credential-seal.ts";
import type { CredentialStore } from "./credentials.ts";

/** A credential as its factor reads it. */
export interface OpenedCredential<Value> {
  /** Names the credential. */
  id: string;
  /** What it holds, opened. */
  value: Value;
  /** As it stands in the store; what `replace` compares. */
  sealed: string;
}

/** What is on file for one factor; values are anything that JSON can say. */
export interface CredentialsOfKind<Value> {
  /** All of an account. */
  list(account: string): Promise<OpenedCredential<Value>[]>;
  /** The one with this id, whoever has it. */
  find(id: string): Promise<(OpenedCredential<Value> & { account: string }) | undefined>;
  /** Answers false where any account has the id, or this one has `most`. */
  add(account: string, id: string, value: Value, most: number): Promise<boolean>;
  /** Answers false where it is not as it was read. */
  replace(
    account: string,
    before: Pick<OpenedCredential<Value>, "id" | "sealed">,
    after: Value,
  ): Promise<boolean>;
  /** Takes one off file; false where it was not there. */
  remove(account: string, id: string): Promise<boolean>;
}

/** Credentials of one tenant, with values that the store cannot read. What none of the secrets opens is an error, never "not on file". */
export interface SealedCredentials {
  ofKind<Value>(kind: string): CredentialsOfKind<Value>;
  /** Removes all of an account's, or all of these kinds. */
  removeAll(account: string, kinds?: readonly string[]): Promise<void>;
}

/** Seals with AES-256-GCM under the first secret, for the tenant, account, kind and id; every seal differs, so that a value that was replaced never comes back as it was. */
export function sealedCredentials(store: CredentialStore, box: SecretBox, tenant: string): SealedCredentials {
  const credentials = withinBounds(store.inTenant(tenant));
  const { seal, open } = credentialSeal(box, tenant);

  return {
    removeAll: credentials.removeAll,
    ofKind<Value>(kind: string): CredentialsOfKind<Value> {
      function opened(account: string, id: string, sealed: string): OpenedCredential<Value> {
        const text = open({ account, kind, id, value: sealed });
        if (text === undefined)
          throw new Error(
            `credentials: what is on file for ${kind} was sealed under a secret that is not set now, or was changed`,
          );
        return { id, value: JSON.parse(text) as Value, sealed };
      }
      const sealedFor = (account: string, id: string, value: Value) =>
        seal({ account, kind, id }, textOf(kind, value));

      return {
        async list(account) {
          const all = await credentials.list(account, kind);
          return all.map(({ id, value }) => opened(account, id, value));
        },
        async find(id) {
          const found = await credentials.find(kind, id);
          return found && { account: found.account, ...opened(found.account, id, found.value) };
        },
        add: async (account, id, value, most) =>
          credentials.add(account, kind, id, sealedFor(account, id, value), most),
        replace: async (account, { id, sealed }, after) =>
          credentials.replace(account, kind, id, sealed, sealedFor(account, id, after)),
        remove: (account, id) => credentials.remove(account, kind, id),
      };
    },
  };
}

function textOf(kind: string, value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`credentials: value for ${kind} must be what JSON can say`);
  return text;
}
