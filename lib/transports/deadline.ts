import type { Message, Receipt, Transport } from "./transport.ts";

/** Sends with a deadline: rejects after `timeoutMs` even when the transport ignores its signal. */
export async function sendWithin(
  transport: Transport,
  message: Message,
  timeoutMs: number,
): Promise<Receipt> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`${transport.name}: no answer within ${timeoutMs} ms`);
      abort.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([transport.send(message, abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
