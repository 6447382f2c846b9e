import { UsageError } from "./errors.ts";

interface Node {
  host: string;
  port: number;
}

interface Login {
  username?: string;
  password?: string;
  tls?: object;
}

/** Where Redis is, as ioredis takes it. */
export type RedisAddress =
  | { kind: "single"; url: string }
  | { kind: "cluster"; nodes: Node[]; options: { keyPrefix: string; redisOptions: Login } }
  | {
      kind: "sentinel";
      options: Login & {
        sentinels: Node[];
        name: string;
        db: number;
        keyPrefix: string;
        sentinelPassword?: string;
      };
    };

const SHAPE =
  /^(?<scheme>rediss?)(?<kind>\+cluster|\+sentinel)?:\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^/?#]+)(?:\/(?<db>\d*))?(?<rest>.*)$/;

/** Reads `REDIS_URL`: `redis://`, `redis+cluster://` and `redis+sentinel://`, all with an `s` for TLS. Throws a UsageError that shows no password. */
export function redisAddress(url: string): RedisAddress {
  const parts = SHAPE.exec(url)?.groups;
  if (parts === undefined)
    throw new UsageError(
      "REDIS_URL must be the address of the Redis that holds the vault: redis://, redis+cluster:// or redis+sentinel://",
    );
  const { scheme, kind, user, password, hosts = "", db = "", rest = "" } = parts;
  if (kind === undefined) return { kind: "single", url };
  const { name, query } = readRest(rest);
  const nodes = hosts.split(",").map((host) => nodeOf(host, kind === "+cluster" ? 6379 : 26_379));
  const login: Login = {
    ...(user === undefined || user === "" ? {} : { username: decodeURIComponent(user) }),
    ...(password === undefined ? {} : { password: decodeURIComponent(password) }),
    ...(scheme === "rediss" ? { tls: {} } : {}),
  };
  const keyPrefix = query.get("keyPrefix") ?? "";
  if (kind === "+cluster") {
    if (db !== "" && db !== "0") throw new UsageError("REDIS_URL: a cluster has no database but 0");
    return { kind: "cluster", nodes, options: { keyPrefix, redisOptions: login } };
  }
  if (name === "")
    throw new UsageError("REDIS_URL: redis+sentinel:// must end in #name, the name of the master");
  const sentinelPassword = query.get("sentinelPassword");
  return {
    kind: "sentinel",
    options: {
      ...login,
      sentinels: nodes,
      name,
      db: Number(db),
      keyPrefix,
      ...(sentinelPassword === null ? {} : { sentinelPassword }),
    },
  };
}

/** `?query` and `#name` behind the address, in either order. */
function readRest(rest: string): { name: string; query: URLSearchParams } {
  const name = /#([^?]*)/.exec(rest)?.[1] ?? "";
  return {
    name: decodeURIComponent(name),
    query: new URLSearchParams(/\?([^#]*)/.exec(rest)?.[1] ?? ""),
  };
}

function nodeOf(text: string, defaultPort: number): Node {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) throw new UsageError(`REDIS_URL: "${text}" is no host:port`);
  return { host, port: port === undefined ? defaultPort : Number(port) };
}
