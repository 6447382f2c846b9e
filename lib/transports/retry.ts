import { setTimeout as wait } from "node:timers/promises";
import { asError } from "../errors.ts";
import { DEFAULT_TIMEOUT_MS } from "./checks.ts";
import { failureOf, type DeliveryError, type Receipt, type Transport } from "./transport.ts";
import { checkNames } from "../options.ts";

/** Options of `retry`; docs/options.md has every default, unit and range. */
export interface RetryOptions {
  /** Tries in all, 2 to 5. @default 2 */
  tries?: number;
  /** Milliseconds before the second try, doubled before each that follows. @default 250 */
  waitMs?: number;
}

/**
 * Tries again where the failure is `retryable`: what was surely not taken. An ambiguous failure is never sent twice. Every try of a
 * message has the same `id`.
 */
export function retrying(transport: Transport, options: RetryOptions = {}): Transport {
  checkNames("retrying", options, { tries: true, waitMs: true });
  const { tries = 2, waitMs = 250 } = options;
  if (!Number.isInteger(tries) || tries < 2 || tries > 5)
    throw new TypeError("retrying: tries must be an integer from 2 to 5");
  if (!Number.isInteger(waitMs) || waitMs < 0 || waitMs > 5000)
    throw new TypeError("retrying: waitMs must be an integer from 0 to 5000");
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = transport;
  const waits = Array.from({ length: tries - 1 }, (_, n) => waitMs * 2 ** n);
  const { name, off, channels, callbacks } = transport;
  // By name: what a class has is not copied by spreading.
  return {
    name,
    ...(off === undefined ? {} : { off }),
    ...(channels === undefined ? {} : { channels }),
    ...(callbacks === undefined ? {} : { callbacks }),
    ...(transport.check === undefined ? {} : { check: transport.check.bind(transport) }),
    timeoutMs: timeoutMs * tries + waits.reduce((sum, each) => sum + each, 0),
    async send(message, signal) {
      for (const pause of waits) {
        const answer = await attempt(() => transport.send(message, signal));
        if ("receipt" in answer) return answer.receipt;
        const { error } = answer;
        const { retryAfter = 0 } = error as Partial<DeliveryError>;
        // Who is told to come back later than that does not hammer.
        if (failureOf(error) !== "retryable" || retryAfter * 1000 > pause + 1000) throw error;
        if (signal.aborted) throw error;
        await wait(Math.max(pause, retryAfter * 1000), undefined, { signal });
      }
      return transport.send(message, signal);
    },
  };
}

async function attempt(send: () => Promise<Receipt>): Promise<{ receipt: Receipt } | { error: Error }> {
  try {
    return { receipt: await send() };
  } catch (error) {
    return { error: asError(error) };
  }
}
