import { ADDRESS_SHAPE, isAddress } from "../factors/checked-destination.ts";
import { onFileList, sendsCode } from "../factors/define-factor.ts";
import type { FactorUse } from "../factors/definition.ts";
import type { AddressKit, Destination } from "../factors/destination.ts";
import type { CodeFactor, Factor, JudgedFactor } from "../factors/factor.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import type { Engine } from "./engine.ts";
import type { RequestContext } from "./request-context.ts";

/** The address that the account has on file, whether or not anything can be sent to it now. */
export async function addressOf(
  engine: Engine,
  context: RequestContext,
  { destination }: Pick<CodeFactor["code"], "destination">,
): Promise<string | undefined> {
  const who = `destination "${destination.kind}": onFile`;
  const kit = addressKit(engine, context, destination.kind);
  const start = performance.now();
  const address: unknown = await engine.inTime(who, () => destination.onFile(context.account, kit));
  engine.times.note(lookingUp(destination), performance.now() - start);
  if (address === undefined || address === null) return undefined;
  if (!isAddress(address)) throw wrongAnswer(who, address, `${ADDRESS_SHAPE}, null or undefined`);
  return address;
}

/** Takes as long as looking one up, where there is nobody whose it could be. */
export async function nobodysAddress(
  { times }: Pick<Engine, "times">,
  { destination }: { destination: Pick<Destination, "kind"> },
): Promise<undefined> {
  await times.wait(lookingUp(destination));
  return undefined;
}

const lookingUp = ({ kind }: Pick<Destination, "kind">) => `on file ${kind}`;

export const addressKit = (engine: Engine, { user }: RequestContext, kind: string): AddressKit => ({
  ...engine.tools.kit(kind),
  accounts: engine.accounts as never,
  user,
});

/** What is on file, each kind of destination looked up once for all of its channels. */
export interface OnFile {
  factor: Factor;
  /** What may be shown of it. */
  shown: Readonly<Record<string, unknown>>;
  /** Where its codes go. */
  address?: string;
}

/** Those that are on file, in the order of the list; a factor of which there are several, several times. */
export async function listOnFile(
  engine: Engine,
  context: RequestContext,
  factors: readonly Factor[],
): Promise<OnFile[]> {
  const addresses = new Map<string, Promise<string | undefined>>();
  const find = ({ destination }: { destination: Destination }) => {
    const known = addresses.get(destination.kind) ?? addressOf(engine, context, { destination });
    addresses.set(destination.kind, known);
    return known;
  };
  const found = await Promise.all(
    factors.map(async (factor): Promise<OnFile[]> => {
      if (!sendsCode(factor)) {
        const all = await listShown(engine, context, factor);
        return all.map((shown) => ({ factor, shown }));
      }
      const address = await find(factor.code);
      return address === undefined ? [] : [{ factor, shown: {}, address }];
    }),
  );
  return found.flat();
}

/** Whether a factor is one for any of these uses. */
export const proves = (factor: Factor, ...uses: FactorUse[]): boolean =>
  uses.some((use) => factor.uses.includes(use));

/** Those that a login or a step-up may ask for: what only confirms an address, or is for recovery, opens nothing. */
export const secondFactorNames = ({ factors }: { factors: readonly Factor[] }): string[] =>
  factors.filter((each) => proves(each, "login", "step-up")).map(({ name }) => name);

/** What may be shown of each that an account has of a factor that judges by itself. It may be the app's own: what is neither must not look like none. */
export async function listShown(
  engine: Engine,
  context: RequestContext,
  { name, definition }: JudgedFactor,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const answer: unknown = await engine.inTime(`factor "${name}": onFile`, () =>
    definition.onFile(context.account, engine.tools.kit(name)),
  );
  return onFileList(definition, answer);
}

/** The factors that the visiting account can be asked for now, once each, in the order of the app's list. */
export async function listUsable(
  engine: Engine,
  context: RequestContext,
  ...uses: FactorUse[]
): Promise<OnFile[]> {
  const all = await listOnFile(
    engine,
    context,
    engine.factors.filter((each) => proves(each, ...uses)),
  );
  const usable = all.filter(
    ({ factor, address }) => address === undefined || !isUnreachable(factor, address),
  );
  return usable.filter(({ factor }, i) => usable.findIndex((each) => each.factor === factor) === i);
}

/** Nothing is sent there now: delivery is off, or the channel's own rules say no. */
function isUnreachable(factor: Factor, address: string): boolean {
  if (!sendsCode(factor)) return false;
  const { transport, destination } = factor.code;
  return transport.off === true || destination.refusal?.(address) !== undefined;
}

/**
 * Whether anything is on file that the account can prove with, of these or of all. An address counts also where nothing can be sent to it now: a password
 * alone must never be enough to put another one, or a first one, beside a factor that is there.
 */
export async function hasAny(
  engine: Engine,
  context: RequestContext,
  names?: readonly string[],
): Promise<boolean> {
  const asked = engine.factors.filter(
    (each) => (names === undefined || names.includes(each.name)) && proves(each, "login", "step-up"),
  );
  return (await listOnFile(engine, context, asked)).length > 0;
}
