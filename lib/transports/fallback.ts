import { createDeadlines } from "../deadlines.ts";
import { asError } from "../errors.ts";
import { DEFAULT_TIMEOUT_MS } from "./checks.ts";
import {
  deliveryError,
  failureOf,
  receiptOf,
  type DeliveryError,
  type DeliveryFailure,
  type ManagedAttempt,
  type Message,
  type Receipt,
  type Transport,
} from "./transport.ts";

type Send = (message: Message, signal: AbortSignal) => Promise<Receipt>;

/**
 * Tries `second` once when `first` fails or does not answer in time; each has its own time (its `timeoutMs`, else 5 s). When both fail,
 * one `deliveryError` tells both. The message keeps its id.
 */
export function fallbackTransport(first: Transport, second: Transport): Transport {
  const both = [first, second] as const;
  const [toFirst, toSecond] = [withDeadline(first), withDeadline(second)];
  const channels = channelsOf(first, second);
  const callbacks = both.flatMap((each) => each.callbacks ?? []);

  return {
    name: `${first.name} or ${second.name}`,
    timeoutMs: timeOf(first) + timeOf(second) + SLACK_MS,
    off: first.off === true && second.off === true,
    ...(channels === undefined ? {} : { channels }),
    ...(callbacks.length === 0 ? {} : { callbacks }),
    async send(message, signal) {
      if (!carries(first, message)) return marked(1, await toSecond(message, signal));
      try {
        return marked(0, await toFirst(message, signal));
      } catch (one) {
        // Whoever waited has gone: what is sent now would be of no use to anybody.
        if (!carries(second, message) || signal.aborted) throw one;
        try {
          return marked(1, await toSecond(message, signal));
        } catch (other) {
          throw bothFailed(one, other);
        }
      }
    },
    ...(both.some(({ check }) => check !== undefined) ? { check } : {}),
  };

  function marked(which: 0 | 1, answer: Receipt): Receipt {
    const receipt = receiptOf(both[which].name, answer);
    const id = receipt.managed === true && receipt.id !== undefined ? { id: `${which}${receipt.id}` } : {};
    return { provider: both[which].name, ...receipt, ...id };
  }

  /** A managed receipt's id begins with who made the code. */
  async function check(attempt: ManagedAttempt, signal: AbortSignal) {
    const by = attempt.id.startsWith("0") ? first : second;
    if (by.check === undefined) return "expired";
    return by.check({ ...attempt, id: attempt.id.slice(1) }, signal);
  }
}

/** The deadlines come up to a twentieth late. */
const SLACK_MS = 500;

const timeOf = ({ timeoutMs = DEFAULT_TIMEOUT_MS }: Transport) => Math.ceil(timeoutMs * 1.05);

function withDeadline(transport: Transport): Send {
  const { name, timeoutMs = DEFAULT_TIMEOUT_MS } = transport;
  const deadlines = createDeadlines(timeoutMs, () =>
    deliveryError("ambiguous", `${name}: no answer in time`),
  );
  return (message, signal) =>
    deadlines.race(async (late) => transport.send(message, AbortSignal.any([signal, late])));
}

function carries({ channels }: Transport, { channel }: Message): boolean {
  return channels === undefined || channels.includes(channel);
}

function channelsOf({ channels: one }: Transport, { channels: other }: Transport): string[] | undefined {
  return one === undefined || other === undefined ? undefined : [...new Set([...one, ...other])];
}

function bothFailed(one: unknown, other: unknown): DeliveryError {
  const [first, second] = [asError(one), asError(other)] as [Partial<DeliveryError>, Partial<DeliveryError>];
  const refusal = second.refusal ?? first.refusal;
  const retryAfter = second.retryAfter ?? first.retryAfter;
  return deliveryError(worse(failureOf(one), failureOf(other)), `${wordsOf(one)}; ${wordsOf(other)}`, {
    cause: new AggregateError([one, other]),
    ...(refusal === undefined ? {} : { refusal }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

const wordsOf = (error: unknown) => asError(error).message;

function worse(one: DeliveryFailure, other: DeliveryFailure): DeliveryFailure {
  if (one === "ambiguous" || other === "ambiguous") return "ambiguous";
  return one === "retryable" || other === "retryable" ? "retryable" : "permanent";
}
