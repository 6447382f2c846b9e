import { FactorError } from "../errors.ts";

/** What we use of the app's ioredis client (5 or 6; Redis, Sentinel or Cluster). */
export interface RedisClient {
  status: string;
  isCluster?: boolean;
  defineCommand(name: string, definition: { lua: string; numberOfKeys?: number; readOnly?: boolean }): void;
  once(event: string, listener: () => void): unknown;
  removeListener(event: string, listener: () => void): unknown;
  connect(): Promise<unknown>;
  ping(): Promise<unknown>;
  get(key: string): Promise<string | null>;
  del(key: string): Promise<number>;
}

/** Nobody waits longer: a connection may take this long, a command that long. Together under a second. */
const READY_MS = 400;
const COMMAND_MS = 500;
const POKE_EVERY_MS = 200;

/** Runs commands with a deadline; throws `store_unavailable` instead of waiting, queueing or crashing. */
export interface RedisConnection {
  run<T>(command: () => Promise<T>): Promise<T>;
}

export function redisConnection(client: RedisClient): RedisConnection {
  let pokedAt = 0;

  /** A client that has waited long for Redis backs off for seconds; who asks now wants it back now. */
  function poke(): void {
    const now = performance.now();
    if (client.status !== "reconnecting" && client.status !== "wait") return;
    if (client.isCluster === true || now - pokedAt < POKE_EVERY_MS) return;
    pokedAt = now;
    client.connect().catch(() => {});
  }

  /** Commands are not queued while Redis is away: they would run later, for nobody. */
  async function ready(): Promise<void> {
    if (client.status === "ready") return;
    poke();
    await within(READY_MS, (done) => {
      client.once("ready", done);
      return () => client.removeListener("ready", done);
    });
  }

  return {
    async run(command) {
      try {
        if (client.status !== "ready") await ready();
        return await deadline(command());
      } catch (cause) {
        throw new FactorError("store_unavailable", { retryAfter: 1, cause });
      }
    },
  };
}

function within(ms: number, listen: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`Redis was not ready within ${ms} ms`));
    }, ms);
    const stop = listen(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function deadline<T>(command: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${COMMAND_MS} ms`)), COMMAND_MS);
  });
  try {
    return await Promise.race([command, late]);
  } finally {
    clearTimeout(timer);
  }
}
