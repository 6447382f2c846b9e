import type { AddressOnFile, Destination } from "../../factors/destination.ts";
import { isAddress } from "../../factors/checked-destination.ts";
import { wrongAnswer } from "../../wrong-answer.ts";
import type { Engine } from "../engine.ts";
import { addressKit } from "../on-file.ts";
import type { RequestContext } from "../request-context.ts";

/** All addresses that an account has of a kind of which there may be several; none of a kind of which there is one. */
export async function addressesOf(
  engine: Engine,
  context: RequestContext,
  { kind, all }: Destination,
): Promise<readonly AddressOnFile[]> {
  if (all === undefined) return [];
  const who = `destination "${kind}": all`;
  const answer: unknown = await engine.inTime(who, () =>
    all(context.account, addressKit(engine, context, kind)),
  );
  if (!Array.isArray(answer) || !answer.every(isOnFile))
    throw wrongAnswer(who, answer, "a list of { address, id?, addedAt? }");
  return answer;
}

/** Under which id the newest is on file; nothing where the app, or nobody, keeps several. */
export async function newestIdOf(
  engine: Engine,
  context: RequestContext,
  destination: Destination,
): Promise<string | undefined> {
  try {
    const kept = (await addressesOf(engine, context, destination)).filter(({ id }) => id !== undefined);
    return kept.reduce<AddressOnFile | undefined>(
      (newest, each) => ((newest?.addedAt ?? -1) > (each.addedAt ?? 0) ? newest : each),
      undefined,
    )?.id;
  } catch (error) {
    // It is on file all the same.
    engine.onError(error);
    return undefined;
  }
}

function isOnFile(each: unknown): each is AddressOnFile {
  const { address, id, addedAt } = (each ?? {}) as Partial<Record<keyof AddressOnFile, unknown>>;
  return (
    isAddress(address) &&
    (id === undefined || (typeof id === "string" && id !== "")) &&
    (addedAt === undefined || Number.isFinite(addedAt))
  );
}

/** Who has taken over an account adds an address, or takes the owner's away: those that were there hear of it as well as those that are. */
export async function toldOf(
  engine: Engine,
  context: RequestContext,
  destination: Destination,
  change: () => Promise<void>,
): Promise<{ addresses?: string[] }> {
  if (destination.all === undefined) {
    await change();
    return {};
  }
  const before = await addressesOf(engine, context, destination);
  await change();
  const after = await addressesOf(engine, context, destination).catch((error: unknown) => {
    // It is done; and those that were there can be told all the same.
    engine.onError(error);
    return [];
  });
  return { addresses: [...new Set([...before, ...after].map(({ address }) => address))] };
}
