import type { Message, Transport } from "../transports/transport.ts";

/** A transport that keeps what it was given, so that a test can read the code that a person would. */
export interface Outbox extends Transport {
  /** What would have gone out, oldest first. */
  readonly messages: readonly Message[];
  /** The last message, to anybody or to one number (E.164). Throws when there is none. */
  last(to?: string): Message;
  /** The code of the last message. */
  code(to?: string): string;
  /** Makes the next sends fail with this error, until called with undefined. */
  failWith(error: Error | undefined): void;
  /** Forgets them. */
  clear(): void;
}

/** A transport that keeps what it would send, for tests. */
export function outbox(): Outbox {
  const messages: Message[] = [];
  let failure: Error | undefined;
  const last = (to?: string): Message => {
    const found = messages.findLast((each) => to === undefined || each.to === to);
    if (found === undefined)
      throw new Error(`outbox: no message${to === undefined ? "" : ` to ${to}`} was sent`);
    return found;
  };
  return {
    name: "outbox",
    messages,
    last,
    code: (to) => last(to).code,
    failWith(error) {
      failure = error;
    },
    clear: () => void messages.splice(0),
    async send(message) {
      if (failure !== undefined) throw failure;
      messages.push(message);
      return { id: message.id, status: "sent" };
    },
  };
}
