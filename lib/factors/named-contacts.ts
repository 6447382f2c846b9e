import type { OpenedCredential } from "../credentials/sealed-credentials.ts";
import { randomToken } from "../crypto/random-token.ts";
import type { FactorKit } from "./definition.ts";

/** One person whom an account has named, as it stands with the account. */
export interface Named {
  side: "owner";
  /** As it was typed. */
  display: string;
  /** Undefined where nobody has what was typed: then nobody ever accepts, and nobody is told so. */
  delegate: string | undefined;
  accepted: boolean;
  addedAt: number;
}

/** The same, as it stands with the person. */
export interface StandsFor {
  side: "delegate";
  owner: string;
  /** How the owner is called. */
  from: string;
  accepted: boolean;
  addedAt: number;
}

export type ContactValue = Named | StandsFor;
type Credentials = FactorKit<ContactValue>["credentials"];
type Opened<Value> = Omit<OpenedCredential<ContactValue>, "value"> & { value: Value };

/** One link between two accounts. Each has its own half, and either ends it by removing one: it holds while both are there. */
export interface Contacts {
  namedBy(owner: string): Promise<Opened<Named>[]>;
  /** Only where the owner still has the person named. */
  standingFor(delegate: string): Promise<(Opened<StandsFor> & { link: string })[]>;
  /** Answers false where the owner has as many as may be. */
  name(
    owner: string,
    named: Pick<Named, "display" | "delegate"> & { from: string },
    most: number,
  ): Promise<boolean>;
  accept(delegate: string, link: string): Promise<boolean>;
  /** Answers whether it was there. */
  end(owner: string, link: string): Promise<boolean>;
  /** Whether both halves are there, and accepted. */
  holds(owner: string, link: string): Promise<boolean>;
}

/** For how many others one person may stand: nobody else fills up what an account has on file. */
const MOST_STOOD_FOR = 50;

const otherHalf = (link: string) => `${link}.d`;
const linkOf = (id: string) => id.replace(/\.d$/, "");

export function createContacts({
  credentials,
  clock,
}: {
  credentials: Credentials;
  clock(): number;
}): Contacts {
  const isNamed = (each: OpenedCredential<ContactValue>): each is Opened<Named> =>
    each.value.side === "owner";

  async function half<Side extends ContactValue["side"]>(
    id: string,
    side: Side,
  ): Promise<(Opened<Extract<ContactValue, { side: Side }>> & { account: string }) | undefined> {
    const found = await credentials.find(id);
    return found?.value.side === side ? (found as never) : undefined;
  }

  async function holds(owner: string, link: string): Promise<boolean> {
    const [named, stands] = await Promise.all([half(link, "owner"), half(otherHalf(link), "delegate")]);
    return (
      named?.account === owner &&
      named.value.accepted &&
      stands?.account === named.value.delegate &&
      stands?.value.owner === owner &&
      stands.value.accepted
    );
  }

  return {
    holds,
    namedBy: async (owner) => (await credentials.list(owner)).filter(isNamed),
    async standingFor(delegate) {
      const own = (await credentials.list(delegate)).filter((each) => each.value.side === "delegate");
      const links = await Promise.all(
        own.map(async (each) => {
          const link = linkOf(each.id);
          const named = await half(link, "owner");
          const isThere =
            named?.value.delegate === delegate && named.account === (each.value as StandsFor).owner;
          if (isThere) return { ...(each as Opened<StandsFor>), link };
          // The owner has taken it back, or is no more.
          await credentials.remove(delegate, each.id);
          return undefined;
        }),
      );
      return links.filter((each) => each !== undefined);
    },
    async name(owner, { display, delegate, from }, most) {
      const link = randomToken(12);
      const addedAt = clock();
      const named: Named = { side: "owner", display, delegate, accepted: false, addedAt };
      // Beside those whom the account has named stand those for whom it stands.
      if ((await credentials.list(owner)).filter(isNamed).length >= most) return false;
      if (!(await credentials.add(owner, link, named, most + MOST_STOOD_FOR))) return false;
      const stands: StandsFor = { side: "delegate", owner, from, accepted: false, addedAt };
      if (delegate !== undefined)
        await credentials.add(delegate, otherHalf(link), stands, most + MOST_STOOD_FOR);
      return true;
    },
    async accept(delegate, link) {
      const [named, stands] = await Promise.all([half(link, "owner"), half(otherHalf(link), "delegate")]);
      if (named === undefined || stands?.account !== delegate || named.value.delegate !== delegate)
        return false;
      if (stands.value.accepted && named.value.accepted) return true;
      const own =
        stands.value.accepted ||
        (await credentials.replace(delegate, stands, { ...stands.value, accepted: true }));
      return own && (await credentials.replace(named.account, named, { ...named.value, accepted: true }));
    },
    async end(owner, link) {
      const [named, stands] = await Promise.all([half(link, "owner"), half(otherHalf(link), "delegate")]);
      if (named?.account !== owner) return false;
      const removed = await credentials.remove(owner, link);
      if (stands?.value.owner === owner) await credentials.remove(stands.account, stands.id);
      return removed;
    },
  };
}
