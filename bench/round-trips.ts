import type { Redis } from "ioredis";

/** What one request asked of Redis. */
export interface RoundTrips {
  commands: number;
  /** Writes that waited for an answer to an earlier one: commands that left together are one. */
  sequential: number;
}

/** Watches a client from now on, until the answer is called. */
export function watchRoundTrips(client: Redis): () => RoundTrips {
  const seen = { commands: 0, sequential: 0 };
  const { stream } = client;
  const { write } = stream;
  const { sendCommand } = client;
  let answered = true;
  const onData = () => void (answered = true);
  stream.on("data", onData);
  stream.write = function (this: typeof stream, ...args: unknown[]) {
    if (answered) seen.sequential++;
    answered = false;
    return (write as (...all: unknown[]) => boolean).apply(this, args);
  } as typeof write;
  client.sendCommand = function (this: Redis, ...args) {
    seen.commands++;
    return sendCommand.apply(this, args);
  };
  return () => {
    stream.off("data", onData);
    stream.write = write;
    client.sendCommand = sendCommand;
    return seen;
  };
}
