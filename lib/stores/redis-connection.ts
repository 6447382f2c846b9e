import { createDeadlines } from "../deadlines.ts";
import { FactorError } from "../errors.ts";

/** What we use of the app's ioredis client (5 or 6; Redis, Sentinel or Cluster). */
export interface RedisClient {
  status: string;
  isCluster?: boolean;
  defineCommand(name: string, definition: { lua: string; numberOfKeys?: number; readOnly?: boolean }): void;
  once(event: string, listener: () => void): unknown;
  removeListener(event: string, listener: () => void): unknown;
  connect(): Promise<unknown>;
  /** ioredis's own, private timer of the next attempt; null after the app has closed a client that was waiting for it. */
  reconnectTimeout?: NodeJS.Timeout | null;
  ping(): Promise<unknown>;
  get(key: string): Promise<string | null>;
  hmget(key: string, ...fields: string[]): Promise<(string | null)[]>;
  del(key: string): Promise<number>;
}

/** Nobody waits longer: a connection may take this long, a command that long. Together under a second. */
const READY_MS = 400;
const COMMAND_MS = 500;
const POKE_EVERY_MS = 200;
const WATCH_EVERY_MS = 50;

/** Runs commands with a deadline; throws `store_unavailable` instead of waiting, queueing or crashing. */
export interface RedisConnection {
  run<Reply>(command: () => Promise<Reply>): Promise<Reply>;
  /** And reads the reply. */
  run<Reply, Answer>(
    command: () => Promise<Reply>,
    read: (reply: Reply) => Answer | Promise<Answer>,
  ): Promise<Answer>;
}

export function redisConnection(client: RedisClient): RedisConnection {
  const deadlines = createDeadlines(
    COMMAND_MS,
    () => new Error(`Redis did not answer within ${COMMAND_MS} ms`),
  );
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

  /** Commands are not queued while Redis is away: they would run later, for nobody. All who wait share one listener and one deadline. */
  function ready(): Promise<void> {
    waiting ??= nextReady().finally(() => (waiting = undefined));
    return waiting;
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

  return {
    run(command: () => Promise<unknown>, read?: (reply: unknown) => unknown) {
      const reply =
        client.status === "ready" ? deadlines.race(command) : ready().then(() => deadlines.race(command));
      return reply.then(read, unavailable) as Promise<never>;
    },
  };
}

function unavailable(cause: unknown): never {
  throw new FactorError("store_unavailable", { retryAfter: 1, cause });
}
