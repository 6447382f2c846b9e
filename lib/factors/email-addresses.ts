import { randomToken } from "../crypto/random-token.ts";
import { emailDisplay, parseEmail } from "../email/address.ts";
import { FactorError } from "../errors.ts";
import type { AddressKit, AddressOnFile, Destination } from "./destination.ts";

/** What we keep of an address, sealed. */
export interface EmailOnFile {
  address: string;
  /** Milliseconds since the epoch. */
  addedAt: number;
}

type Kit = AddressKit<EmailOnFile>;

/** Enough for everybody, and few enough that a stranger's is seen among them. */
const MOST = 5;

/** What the app has, the main one first, and then what we keep, the oldest first; each address once. All of them are proven. */
export async function listEmails(
  account: string,
  { accounts, user, credentials }: Kit,
): Promise<AddressOnFile[]> {
  const [theirs, kept] = await Promise.all([accounts.emails?.(user as never), credentials.list(account)]);
  const ours = kept
    .map(({ id, value }) => ({ id, ...value }))
    .sort((a, b) => a.addedAt - b.addedAt || (a.id < b.id ? -1 : 1));
  const known = new Map<string, AddressOnFile>();
  for (const each of [...(theirs ?? []).map((address): AddressOnFile => ({ address })), ...ours]) {
    const address = parseEmail(each.address);
    if (address !== undefined && !known.has(address)) known.set(address, { ...each, address });
  }
  return [...known.values()];
}

/**
 * The mailboxes of an account. Several accounts may have one address, and nobody is told whether another has it: what a code proves is that its reader reads
 * that mailbox.
 */
export const emailDestination: Destination<EmailOnFile> = {
  kind: "email",
  display: emailDisplay,
  all: listEmails,
  async onFile(account, kit) {
    const [first] = await listEmails(account, kit);
    return first?.address;
  },
  enrol: {
    most: MOST,
    input: { name: "address", type: "email", autocomplete: "email" },
    read({ address: typed }) {
      const address = parseEmail(typed);
      if (address === undefined) throw new FactorError("invalid_email", { field: "address" });
      return address;
    },
    async put(address, account, kit) {
      const all = await listEmails(account, kit);
      if (all.some((each) => each.address === address)) return true;
      const added = { address, addedAt: kit.clock() };
      return kit.credentials.add(account, randomToken(12), added, MOST);
    },
    async remove(account, id, { credentials }) {
      const all = await credentials.list(account);
      const gone = all.filter((each) => id === undefined || each.id === id);
      const answers = await Promise.all(gone.map((each) => credentials.remove(account, each.id)));
      return answers.includes(true);
    },
  },
};
