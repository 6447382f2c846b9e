import type { SecretBox } from "../crypto/secret.ts";
import type { NamedCredential } from "./credentials.ts";

type Place = Omit<NamedCredential, "value">;

/** Before what is sealed, so that another way of sealing can be told from this one. */
const FORMAT = "1.";

/** Seals the values of one tenant for the place at which they stand: a value that was moved to another tenant, account, kind or id does not open. */
export interface CredentialSeal {
  seal(place: Place, text: string): string;
  /** Undefined when none of the secrets opens it, or it was changed or moved. */
  open(credential: NamedCredential): string | undefined;
}

export function credentialSeal(box: SecretBox, tenant: string): CredentialSeal {
  const context = ({ account, kind, id }: Place) =>
    JSON.stringify(["credential", FORMAT, tenant, account, kind, id]);
  return {
    seal: (place, text) => FORMAT + box.seal(text, context(place)),
    open: ({ value, ...place }) =>
      value.startsWith(FORMAT) ? box.open(value.slice(FORMAT.length), context(place)) : undefined,
  };
}
