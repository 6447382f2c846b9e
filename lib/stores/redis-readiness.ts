interface Client {
  status: string;
  isCluster?: boolean;
  once(event: string, listener: () => void): unknown;
  removeListener(event: string, listener: () => void): unknown;
  connect(): Promise<unknown>;
  reconnectTimeout?: NodeJS.Timeout | null;
}

/** Nobody waits longer for a connection. */
const READY_MS = 400;
const POKE_EVERY_MS = 200;
const WATCH_EVERY_MS = 50;

/** Resolves when the client is ready, and rejects when that takes too long. */
export function redisReadiness(client: Client): () => Promise<void> {
  let pokedAt = -POKE_EVERY_MS;
  let waiting: Promise<void> | undefined;

  /** A client that has waited long for Redis backs off for seconds; who asks now wants it back now. */
  function poke(): void {
    const now = performance.now();
    const backingOff =
      client.status === "reconnecting" && client.reconnectTimeout !== null && client.isCluster !== true;
    const asleep = client.status === "wait" || backingOff;
    if (!asleep || now - pokedAt < POKE_EVERY_MS) return;
    pokedAt = now;
    // A failed attempt sets its own timer; the old ones would pile up and connect even after the app has closed its client.
    clearTimeout(client.reconnectTimeout ?? undefined);
    client.connect().catch(() => {});
  }

  function nextReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      const opened = () => {
        clearInterval(watch);
        clearTimeout(deadline);
        resolve();
      };
      const watch = setInterval(poke, WATCH_EVERY_MS);
      const deadline = setTimeout(() => {
        clearInterval(watch);
        client.removeListener("ready", opened);
        reject(new Error(`Redis was not ready within ${READY_MS} ms`));
      }, READY_MS);
      client.once("ready", opened);
      poke();
    });
  }

  /** Commands are not queued while Redis is away: they would run later, for nobody. All who wait share one listener and one deadline. */
  return () => {
    waiting ??= nextReady().finally(() => (waiting = undefined));
    return waiting;
  };
}
