import type { Begun, CodeFactor } from "../../factors/factor.ts";
import { digestKey } from "../../crypto/secret.ts";
import {
  deliveryError,
  failureOf,
  type DeliveryError,
  type DeliveryFailure,
} from "../../transports/transport.ts";
import type { Engine } from "../engine.ts";
import type { Pending } from "./pending.ts";

/** What a provider was asked for. */
type Asked = "send" | "check";

/** As long as an outage is remembered when nobody asks any more. */
const KEEP_MS = 60 * 60_000;
const TAKEN = "taken";

/**
 * How the provider answered the last question of its kind for a calling code, over all processes. A number that has an account is not asked about where the
 * channel carries nothing but codes, and its sign-up is answered as the last one that was asked about: a failing provider would else tell it from the others.
 */
export async function lastFailure(
  engine: Engine,
  { ref, factor }: Pick<Pending, "ref" | "factor">,
  asked: Asked,
): Promise<DeliveryFailure | undefined> {
  if (!isImitated(engine, factor)) return undefined;
  const last = await engine.notes.read(keyOf(engine, ref, factor, asked), engine.clock());
  return last === undefined || last === TAKEN ? undefined : (last as DeliveryFailure);
}

/** A send that was not made, as the last one that was: as slow, with the same words, and failed where that has failed. */
export async function asTheLastSend(engine: Engine, { ref, factor }: Pending, begun: Begun): Promise<Begun> {
  const [kind] = await Promise.all([
    lastFailure(engine, { ref, factor }, "send"),
    engine.sendTiming.wait(factor.code),
  ]);
  const { strict, transport } = factor.code;
  if (kind === undefined)
    return { ...begun, receipt: { ...begun.receipt, status: engine.sendTiming.status(factor.code) } };
  if (strict && !begun.terms.repeated) await engine.tools.challenges.revoke(ref, true);
  const { receipt: _none, ...rest } = begun;
  return { ...rest, failure: deliveryError(kind, `${transport.name}: as the send before`) };
}

/** Remembers it; what a provider says of one number (`refusal`) is not said of the others. */
export async function noteOutcome(
  engine: Engine,
  { ref, factor }: Pending,
  asked: Asked,
  failure: unknown,
): Promise<void> {
  if (!isImitated(engine, factor)) return;
  if (failure !== undefined && (failure as Partial<DeliveryError>).refusal !== undefined) return;
  const outcome = failure === undefined ? TAKEN : failureOf(failure);
  await engine.notes
    .put(keyOf(engine, ref, factor, asked), outcome, engine.clock(), KEEP_MS)
    .catch(engine.onError);
}

/** Only sign-up by phone answers for numbers that nothing is sent to. */
const isImitated = ({ accounts }: Engine, { code }: CodeFactor) =>
  !code.carriesText && accounts.createFromPhone !== undefined;

const keyOf = (
  { tenant }: Engine,
  { kind, area }: Pending["ref"],
  { code: { channel, transport } }: CodeFactor,
  asked: Asked,
) => digestKey(["provider outcome", tenant, asked, kind, channel, transport.name, area?.code ?? ""]);
