import { Redis } from "ioredis";
import { startRedisCluster } from "../../test/support/redis-cluster.ts";
import { startRedisProxy } from "../../test/support/redis-proxy.ts";
import { startSentinelSet } from "../../test/support/redis-sentinel.ts";
import { startRedis, until, type RedisServer } from "../../test/support/redis-server.ts";
import type { Backend } from "./app.ts";

/** Something that goes wrong with Redis, and how it is over. */
export interface Fault {
  name: string;
  /** Resolves when Redis is whole again. */
  happen(): Promise<void>;
  /** What Redis had answered may be gone afterwards, as its replication allows: the model lets such codes go. */
  forgets?: true;
}

export interface FaultyRedis {
  name: string;
  backend: Backend;
  faults: readonly Fault[];
  stop(): Promise<void>;
}

/** What was answered is on disk, so that a crash is no excuse. */
const DURABLE = ["--appendonly", "yes", "--appendfsync", "always"];
const SECONDS = 1000;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function singleRedis(): Promise<FaultyRedis> {
  const server = await startRedis(DURABLE);
  const proxy = await startRedisProxy(server.port);
  const admin = adminOf(server.port);
  return {
    name: "one Redis",
    backend: { kind: "single", port: proxy.port },
    faults: [
      killed(server),
      hung(server),
      { name: "CLIENT PAUSE 1 s", happen: () => paused(admin) },
      { name: "SCRIPT FLUSH", happen: async () => void (await admin.script("FLUSH")) },
      {
        name: "answers cut on the wire",
        async happen() {
          for (let i = 0; i < 10; i++) await Promise.race([proxy.cutReplyTo("EVALSHA"), wait(SECONDS)]);
        },
      },
      {
        name: "no connection for 1 s",
        async happen() {
          proxy.away();
          await wait(SECONDS);
          proxy.back();
        },
      },
      {
        name: "demoted for 1 s",
        async happen() {
          // A replica of nobody that is there: it answers READONLY, and keeps what it has.
          await admin.replicaof("127.0.0.1", 1);
          await wait(SECONDS);
          await admin.replicaof("NO", "ONE");
        },
      },
    ],
    async stop() {
      admin.disconnect();
      await proxy.stop();
      await server.stop();
    },
  };
}

export async function sentinelRedis(): Promise<FaultyRedis> {
  const set = await startSentinelSet();
  return {
    name: "Sentinel",
    backend: { kind: "sentinel", port: set.sentinel.port, name: set.name },
    faults: [
      {
        name: "the master killed, a replica promoted",
        forgets: true,
        async happen() {
          await set.master.kill();
          const sentinel = adminOf(set.sentinel.port);
          const isPromoted = async () =>
            String(await sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", set.name)).endsWith(
              `,${set.replica.port}`,
            );
          await until(isPromoted, 20 * SECONDS);
          sentinel.disconnect();
        },
      },
    ],
    stop: () => set.stop(),
  };
}

export async function clusterRedis(): Promise<FaultyRedis> {
  const cluster = await startRedisCluster(DURABLE);
  // The tag {factors} is looked after by one master; the others do no work for it.
  const admins = cluster.servers.map(({ port }) => adminOf(port));
  const [first] = admins as [Redis];
  const keySlot = Number(await first.cluster("KEYSLOT", "{factors}"));
  const index = Math.floor((keySlot / 16_384) * 3);
  const [master, admin] = [cluster.servers[index] as RedisServer, admins[index] as Redis];
  const isWhole = async () => (await admin.cluster("INFO")).includes("cluster_state:ok");
  const wholeAgain = (fault: Fault): Fault => ({
    ...fault,
    async happen() {
      await fault.happen();
      await until(() => isWhole().catch(() => false), 20 * SECONDS);
    },
  });
  return {
    name: "cluster of three masters",
    backend: { kind: "cluster", ports: cluster.ports },
    faults: [
      wholeAgain(killed(master)),
      wholeAgain(hung(master)),
      { name: "CLIENT PAUSE 1 s", happen: () => paused(admin) },
      { name: "SCRIPT FLUSH", happen: async () => void (await admin.script("FLUSH")) },
    ],
    async stop() {
      for (const each of admins) each.disconnect();
      await cluster.stop();
    },
  };
}

const killed = (server: RedisServer): Fault => ({
  name: "SIGKILL, back after 1 s",
  async happen() {
    await server.kill();
    await wait(SECONDS);
    await server.start();
  },
});

const hung = (server: RedisServer): Fault => ({
  name: "SIGSTOP for 2 s",
  async happen() {
    server.hang();
    await wait(2 * SECONDS);
    server.wake();
  },
});

async function paused(admin: Redis): Promise<void> {
  await admin.client("PAUSE", SECONDS);
  await wait(SECONDS);
}

function adminOf(port: number): Redis {
  const admin = new Redis(port, "127.0.0.1", { retryStrategy: () => 20 });
  admin.on("error", () => {});
  return admin;
}
