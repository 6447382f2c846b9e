import { rotateCredentials } from "../credentials/rotate.ts";
import { storeCredentials } from "../credentials/store-credentials.ts";
import type { Store } from "../stores/store.ts";

/**
 * Seals the credentials of the store under the newest of the secrets, and says how far it is where there are any. It always begins at the beginning: what
 * is sealed under the newest secret is left as it is. Answers how many there are, and how many are left under an old one.
 */
export async function rotateStoredCredentials(
  store: Pick<Store, "name" | "credentials">,
  { secret, tenant }: { secret: readonly string[]; tenant: string },
  say: (line: string) => void,
): Promise<{ seen: number; left: number }> {
  let last = { seen: 0, left: 0 };
  for await (const step of rotateCredentials(storeCredentials(store), { secret, tenant })) {
    const { seen, sealed, unopened, failed } = step;
    if (seen > last.seen)
      say(
        `credentials: ${seen} seen, ${sealed} sealed anew, ${unopened} that none of the secrets opens, ${failed} failed`,
      );
    last = { seen, left: unopened + failed };
  }
  return last;
}
