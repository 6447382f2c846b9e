import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Cluster, Redis } from "ioredis";
import { isNodeRedis, type NodeRedis } from "../stores/node-redis.ts";
import { UsageError } from "./errors.ts";
import { redisAddress } from "./redis-address.ts";

export type AnyRedis = Redis | Cluster | NodeRedis;

const READY_WITHIN_MS = 10_000;

/** Connects to `REDIS_URL`, or takes the client that a module exports. */
export async function connectRedis(url: string, module: string | undefined): Promise<AnyRedis> {
  const client = module === undefined ? await clientOf(url) : await clientFrom(module);
  const asked = module === undefined ? "REDIS_URL" : "the client of --client";
  client.on("error", () => {});
  try {
    await ready(client);
  } catch {
    disconnect(client);
    throw new UsageError(`${asked} does not answer: ${placeOf(client)}`);
  }
  return client;
}

export function disconnect(client: AnyRedis): void {
  if (isNodeRedis(client)) client.destroy();
  else client.disconnect();
}

/** In words that hold no password. */
export function placeOf(client: AnyRedis): string {
  const { keyPrefix } = client.options;
  const prefixed = `client keyPrefix "${keyPrefix ?? ""}"`;
  if (isNodeRedis(client)) {
    const { socket: { host = "localhost", port = 6379, path } = {}, database = 0 } = client.options;
    return `${path ?? `${host}:${port}`}, database ${database}, ${prefixed}`;
  }
  if (client.isCluster) {
    const nodes = (client as Cluster).nodes("master").map(({ options: { host, port } }) => `${host}:${port}`);
    return `cluster ${nodes.toSorted().join(",")}, ${prefixed}`;
  }
  const { sentinels, name, host, port, path, db } = (client as Redis).options;
  const sentinel = sentinels?.map((each) => `${each.host}:${each.port}`).join(",");
  const place = sentinel === undefined ? (path ?? `${host}:${port}`) : `sentinel ${sentinel}#${name}`;
  return `${place}, database ${db ?? 0}, ${prefixed}`;
}

async function clientOf(url: string): Promise<AnyRedis> {
  const address = redisAddress(url);
  const { Redis, Cluster } = await import("ioredis").catch(() => {
    throw new UsageError(
      "ioredis is not installed here: npm install ioredis, or hand in the app's own client with --client",
    );
  });
  const once = { maxRetriesPerRequest: 1, retryStrategy: () => null, lazyConnect: true };
  switch (address.kind) {
    case "single":
      return new Redis(address.url, once);
    case "sentinel":
      return new Redis({ ...address.options, ...once, sentinelRetryStrategy: () => null });
    case "cluster":
      return new Cluster(address.nodes, {
        ...address.options,
        lazyConnect: true,
        clusterRetryStrategy: () => null,
      });
    default:
      throw new UsageError("REDIS_URL leads to no kind of Redis that is known");
  }
}

async function clientFrom(module: string): Promise<AnyRedis> {
  const url = pathToFileURL(resolve(module)).href;
  const exported = (await import(url).catch((error: unknown) => {
    throw new UsageError(`--client: ${module} cannot be loaded: ${String(error)}`);
  })) as { default?: unknown; client?: unknown };
  const client = [exported.default, exported.client].find(isClient);
  if (client === undefined)
    throw new UsageError(
      `--client: ${module} must export an ioredis or node-redis client, as its default export or as "client"`,
    );
  return client;
}

function isClient(value: unknown): value is AnyRedis {
  if (isNodeRedis(value)) return true;
  return typeof (value as { defineCommand?: unknown } | null | undefined)?.defineCommand === "function";
}

function ready(client: AnyRedis): Promise<void> {
  if (isNodeRedis(client)) return nodeRedisReady(client);
  if (client.status === "ready") return Promise.resolve();
  return new Promise((done, failed) => {
    const late = setTimeout(failed, READY_WITHIN_MS);
    const settle = (how: () => void) => () => {
      clearTimeout(late);
      how();
    };
    client.once("ready", settle(done));
    client.once("end", settle(failed));
    if (client.status === "wait") client.connect().catch(settle(failed));
  });
}

function nodeRedisReady(client: NodeRedis): Promise<void> {
  if (client.isReady) return Promise.resolve();
  return new Promise((done, failed) => {
    const late = setTimeout(failed, READY_WITHIN_MS);
    const settle = (how: () => void) => () => {
      clearTimeout(late);
      how();
    };
    client.on("ready", settle(done));
    if (!client.isOpen) client.connect().catch(settle(failed));
  });
}
