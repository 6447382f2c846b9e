import { createDeadlines } from "../deadlines.ts";
import { FactorError } from "../errors.ts";
import { createBreaker } from "./redis-breaker.ts";
import { redisReadiness } from "./redis-readiness.ts";
import { redisWithdrawals } from "./redis-withdrawals.ts";

/** What we use of the app's ioredis client (5 or 6; Redis, Sentinel or Cluster). */
export interface RedisClient {
  status: string;
  isCluster?: boolean;
  options?: {
    host?: string;
    port?: number;
    keyPrefix?: string;
    enableAutoPipelining?: boolean;
    autoResendUnfulfilledCommands?: boolean;
    commandTimeout?: number | undefined;
  };
  defineCommand(name: string, definition: { lua: string; numberOfKeys?: number; readOnly?: boolean }): void;
  on(event: string, listener: () => void): unknown;
  once(event: string, listener: () => void): unknown;
  removeListener(event: string, listener: () => void): unknown;
  connect(): Promise<unknown>;
  disconnect(reconnect?: boolean): void;
  /** ioredis's own, private timer of the next attempt; null after the app has closed a client that was waiting for it. */
  reconnectTimeout?: NodeJS.Timeout | null;
  ping(): Promise<unknown>;
  get(key: string): Promise<string | null>;
  hmget(key: string, ...fields: string[]): Promise<(string | null)[]>;
  del(key: string): Promise<number>;
  eval(lua: string, numberOfKeys: number, ...args: string[]): Promise<unknown>;
}

/** Nobody waits longer for an answer. A connection may take its time before; together under a second. */
const COMMAND_MS = 500;
const LEAVE_EVERY_MS = 1000;

/** Runs commands with a deadline; throws `store_unavailable` instead of waiting, queueing or crashing. */
export interface RedisConnection {
  /** `read` reads the reply. `withdraw` takes back, as often as it is called, what a command did whose answer did not come in time. */
  run<Reply>(
    command: () => Promise<Reply>,
    read?: undefined,
    withdraw?: () => Promise<unknown>,
  ): Promise<Reply>;
  run<Reply, Answer>(
    command: () => Promise<Reply>,
    read: (reply: Reply) => Answer | Promise<Answer>,
    withdraw?: () => Promise<unknown>,
  ): Promise<Answer>;
  /** For what must be done: where it is not now, it is tried for up to a minute, and the caller hears `store_unavailable`. Good for any number of times. */
  insist(command: () => Promise<unknown>): Promise<void>;
  /** Whether a command would be sent now, and not be refused or have to wait. */
  isOpen(): boolean;
}

class NoAnswer extends Error {}

export function redisConnection(client: RedisClient): RedisConnection {
  const deadlines = createDeadlines(
    COMMAND_MS,
    () => new NoAnswer(`Redis did not answer within ${COMMAND_MS} ms`),
  );
  const ready = redisReadiness(client);
  const withdrawals = redisWithdrawals(client);
  const breaker = createBreaker({
    probe: () => (client.status === "ready" ? client.ping() : ready()),
    patiently: (answer) => deadlines.race(() => answer),
    giveUp: leave,
  });
  let leftAt = -LEAVE_EVERY_MS;

  async function send(command: () => Promise<unknown>, withdraw?: () => Promise<unknown>): Promise<unknown> {
    let sent: Promise<unknown> | undefined;
    breaker.sent();
    try {
      const reply = await deadlines.race(() => (sent = command()));
      breaker.answered();
      return reply;
    } catch (error) {
      if (isReply(error)) {
        breaker.answered();
        if (ofNoMaster(error)) leave();
      } else {
        if (isNoAnswer(error)) breaker.missed();
        else breaker.failed();
        if (withdraw !== undefined && sent !== undefined && mayHaveBeenSent(error))
          withdrawals.add(sent, withdraw, error);
      }
      throw error;
    }
  }

  /** Whoever answers so, or not at all, is asked no more: a new connection finds the new master. A Cluster client finds it by itself. */
  function leave(): void {
    const now = performance.now();
    if (client.isCluster === true || client.status !== "ready" || now - leftAt < LEAVE_EVERY_MS) return;
    leftAt = now;
    client.disconnect(true);
  }

  async function begin(command: () => Promise<unknown>, withdraw?: () => Promise<unknown>): Promise<unknown> {
    if (breaker.isOpen()) throw new Error("Redis does not answer: refused until it does");
    if (client.status !== "ready") await ready();
    return send(command, withdraw);
  }

  return {
    run(
      command: () => Promise<unknown>,
      read?: (reply: unknown) => unknown,
      withdraw?: () => Promise<unknown>,
    ) {
      return begin(command, withdraw).then(read, unavailable) as Promise<never>;
    },
    async insist(command) {
      try {
        await begin(command);
      } catch (error) {
        if (isReply(error) && !ofNoMaster(error)) unavailable(error);
        withdrawals.add(Promise.reject(error as Error), command, error);
        unavailable(error);
      }
    },
    isOpen: () => client.status === "ready" && !breaker.isOpen(),
  };
}

/** Redis answered, with an error: nothing was done. */
function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError";
}

/** A replica, a replica without its master, a master whom its replicas have left. Before Redis 7 a script wraps the word. */
function ofNoMaster({ message }: Error): boolean {
  return /\b(READONLY|MASTERDOWN|NOREPLICAS)\b/.test(message);
}

/** Ours, or that of the client's own `commandTimeout`. */
function isNoAnswer(error: unknown): boolean {
  return (
    error instanceof NoAnswer || (error instanceof Error && error.message.startsWith("Command timed out"))
  );
}

/** ioredis's words where there is no connection and it may keep no command for later. */
function mayHaveBeenSent(error: unknown): boolean {
  return !(error instanceof Error && error.message.includes("enableOfflineQueue"));
}

function unavailable(cause: unknown): never {
  throw new FactorError("store_unavailable", { retryAfter: 1, cause });
}
