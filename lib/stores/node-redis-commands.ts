import { createHash } from "node:crypto";
import type { RedisClient } from "./redis-connection.ts";

type Send = (args: readonly string[]) => Promise<unknown>;
type Value = string | number;
type Command = (...args: (Value | Value[])[]) => Promise<unknown>;

/** Those of our commands whose one key comes first. */
const WITH_A_KEY = ["GET", "HMGET", "HKEYS", "HDEL", "SET", "PTTL", "XRANGE", "XDEL"] as const;

/** Gives a client the commands that we use, as ioredis has them, through one function that sends; `keyPrefix` before every key. */
export function withCommands(
  client: Omit<RedisClient, "defineCommand" | "ping" | "get" | "hmget" | "del" | "eval">,
  send: Send,
  keyPrefix: string,
): RedisClient {
  const ask = async (name: string, ...args: readonly Value[]): Promise<unknown> => {
    try {
      return await send([name, ...args.map(String)]);
    } catch (error) {
      throw asReplyError(error);
    }
  };
  const keyed = (keys: readonly Value[]) => keys.map((key) => `${keyPrefix}${key}`);
  const withKeys = (count: number, args: readonly Value[]) => [
    count,
    ...keyed(args.slice(0, count)),
    ...args.slice(count),
  ];

  const commands = client as unknown as Record<string, Command>;
  const scripts = {
    defineCommand(name: string, { lua, numberOfKeys = 0 }: { lua: string; numberOfKeys?: number }) {
      const sha = createHash("sha1").update(lua).digest("hex");
      commands[name] = async (...given) => {
        const args = withKeys(numberOfKeys, given.flat());
        try {
          return await ask("EVALSHA", sha, ...args);
        } catch (error) {
          if (!(error as Error).message.startsWith("NOSCRIPT")) throw error;
          return ask("EVAL", lua, ...args);
        }
      };
    },
    ping: () => ask("PING"),
    info: (section: string) => ask("INFO", section),
    del: (...keys: string[]) => ask("DEL", ...keyed(keys)),
    mget: (...keys: string[]) => ask("MGET", ...keyed(keys)),
    scan: (...args: Value[]) => ask("SCAN", ...args),
    eval: (lua: string, keys: number, ...args: string[]) => ask("EVAL", lua, ...withKeys(keys, args)),
    hgetall: async (key: string) => pairsOf((await ask("HGETALL", ...keyed([key]))) as string[]),
    multi: () => pipeline(commands),
  };
  const withAKey = WITH_A_KEY.map((name) => {
    const command = (key: string, ...args: Value[]) => ask(name, ...keyed([key]), ...args);
    return [name.toLowerCase(), command];
  });
  return Object.assign(client, Object.fromEntries(withAKey), scripts) as never;
}

/** As rate-limiter-flexible asks for one: all leave in one write. */
function pipeline(commands: Record<string, Command>) {
  const replies: Promise<unknown>[] = [];
  const add =
    (name: string) =>
    (...args: Value[]) => {
      replies.push((commands[name] as Command)(...args));
      return chain;
    };
  const chain = {
    get: add("get"),
    set: add("set"),
    pttl: add("pttl"),
    exec: async () => (await Promise.all(replies)).map((reply) => [null, reply]),
  };
  return chain;
}

function pairsOf(flat: readonly string[]): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (let i = 0; i < flat.length; i += 2) pairs[flat[i] as string] = flat[i + 1] as string;
  return pairs;
}

/**
 * Redis's own errors begin with a word in capitals (Redis protocol specification, "Simple errors"); Node's have a `code`, and node-redis's are sentences. They are named as
 * ioredis names them.
 */
function asReplyError(error: unknown): unknown {
  const isReply = error instanceof Error && !("code" in error) && /^[A-Z]{2,}(?: |$)/.test(error.message);
  if (isReply) error.name = "ReplyError";
  return error;
}
