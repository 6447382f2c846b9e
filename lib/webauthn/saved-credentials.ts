import type { CredentialsOfKind, OpenedCredential } from "../credentials/sealed-credentials.ts";
import { randomToken } from "../crypto/random-token.ts";
import { digestKey } from "../crypto/secret.ts";
import { hasGoneOn, type CounterPolicy } from "./counter.ts";
import type { SavedCredential, Seen } from "./saved-credential.ts";

/** What stands beside an account's credentials: by which name authenticators know the account. 32 random bytes, which tell nothing of it. */
interface UserHandle {
  handle: string;
}

export type OnFileValue = SavedCredential | UserHandle;

export interface CredentialsKit {
  credentials: CredentialsOfKind<OnFileValue>;
  clock(): number;
}

export type Opened = OpenedCredential<SavedCredential>;

/** The credentials of one factor. */
export interface SavedCredentials {
  list(account: string): Promise<Opened[]>;
  /** The one with this id, whosever it is. */
  find(id: string): Promise<(Opened & { account: string }) | undefined>;
  /** The account's user handle; made when it is first asked for, and then the same for good. */
  handleOf(account: string): Promise<string>;
  /** Answers false where any account has the id, or this one has `most`. */
  add(account: string, id: string, value: Omit<SavedCredential, "addedAt">, most: number): Promise<boolean>;
  /**
   * Notes a use that was signed for: the counter is compared with the one on file, and written, in one step. Answers whether it has gone on; undefined
   * where the credential is gone.
   */
  noteUse(account: string, id: string, seen: Seen, policy: CounterPolicy): Promise<boolean | undefined>;
  rename(account: string, id: string, label: string): Promise<boolean>;
  /** That one, or all where none is named. */
  remove(account: string, id: string | undefined): Promise<boolean>;
}

/** Uses of one credential at the same moment; each attempt lets at least one of them through. */
const MOST_ATTEMPTS = 20;

export function createSavedCredentials({ credentials, clock }: CredentialsKit): SavedCredentials {
  async function list(account: string): Promise<Opened[]> {
    return (await credentials.list(account)).filter(isCredential);
  }

  async function find(id: string): Promise<(Opened & { account: string }) | undefined> {
    const found = await credentials.find(id);
    return found !== undefined && isCredential(found) ? { ...found, account: found.account } : undefined;
  }

  async function handleOn(account: string): Promise<string | undefined> {
    const found = (await credentials.list(account)).find(({ value }) => "handle" in value);
    return (found?.value as UserHandle | undefined)?.handle;
  }

  /** Writes what `change` makes of the newest value; answers what it last saw, undefined where that is gone. */
  async function update(
    account: string,
    id: string,
    change: (before: SavedCredential) => SavedCredential | undefined,
  ): Promise<SavedCredential | undefined> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const found = await find(id);
      if (found?.account !== account) return undefined;
      const after = change(found.value);
      if (after === undefined || (await credentials.replace(account, found, after))) return found.value;
    }
    throw new Error("webauthn: a credential is used too often at the same moment");
  }

  return {
    list,
    find,
    async handleOf(account) {
      const known = await handleOn(account);
      if (known !== undefined) return known;
      const handle = randomToken(32);
      if (await credentials.add(account, placeOf(account), { handle }, MOST_OF_A_KIND)) return handle;
      // Another request was faster.
      const theirs = await handleOn(account);
      if (theirs === undefined) throw new Error("webauthn: the credentials keep no user handle");
      return theirs;
    },
    // One place more is the handle's.
    add: (account, id, value, most) => credentials.add(account, id, { ...value, addedAt: clock() }, most + 1),
    async noteUse(account, id, seen, policy) {
      let goesOn = true;
      const before = await update(account, id, (saved) => {
        goesOn = hasGoneOn({ before: saved.counter, now: seen.counter });
        if (!goesOn && policy === "refuse") return undefined;
        const { userVerified, backedUp } = seen;
        // The higher one stays: who lets a counter go back would not see the next copy.
        const counter = Math.max(saved.counter, seen.counter);
        return { ...saved, counter, userVerified, backedUp, lastUsedAt: clock() };
      });
      return before === undefined ? undefined : goesOn;
    },
    rename: async (account, id, label) =>
      (await update(account, id, (saved) => ({ ...saved, label }))) !== undefined,
    async remove(account, id) {
      const gone = (await list(account)).filter((each) => id === undefined || each.id === id);
      const answers = await Promise.all(gone.map((each) => credentials.remove(account, each.id)));
      return answers.includes(true);
    },
  };
}

/** No credential's id has a colon, so that nobody can take the place. */
const placeOf = (account: string) => `handle:${digestKey(["user handle", account])}`;
/** The most that a store takes of one kind. */
const MOST_OF_A_KIND = 1000;

const isCredential = (found: OpenedCredential<OnFileValue>): found is Opened => "publicKey" in found.value;
