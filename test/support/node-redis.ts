import * as five from "redis5";
import * as six from "redis";

/** A client of node-redis, as an app makes it. */
export type NodeRedisClient = ReturnType<typeof six.createClient>;

interface Options {
  url: string;
  keyPrefix?: string;
  username?: string;
  password?: string;
  socket?: { reconnectStrategy: () => number };
}

/** Each version of node-redis that the store takes. */
export const NODE_REDIS: Record<string, (options: Options) => NodeRedisClient> = {
  "node-redis 5": (options) => five.createClient(options) as unknown as NodeRedisClient,
  "node-redis 6": (options) => six.createClient(options),
};

/** What of node-redis the store does not take. */
export const NOT_TAKEN: Record<string, object> = {
  "a cluster": six.createCluster({ rootNodes: [{ url: "redis://127.0.0.1:1" }] }),
  "a sentinel": six.createSentinel({ name: "x", sentinelRootNodes: [{ host: "127.0.0.1", port: 1 }] }),
  "a pool": six.createClientPool(),
};
