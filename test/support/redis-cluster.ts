import { Redis } from "ioredis";
import { startRedis, until, type RedisServer } from "./redis-server.ts";

/** Three real masters that share the slots, without replicas. */
export interface RedisCluster {
  servers: readonly RedisServer[];
  ports: number[];
  nodes: { host: string; port: number }[];
  stop(): Promise<void>;
}

const SLOTS = 16_384;

export async function startRedisCluster(more: readonly string[] = []): Promise<RedisCluster> {
  const options = ["--cluster-enabled", "yes", "--cluster-require-full-coverage", "yes", ...more];
  const servers: RedisServer[] = [];
  const admins: Redis[] = [];
  try {
    for (let i = 0; i < 3; i++) servers.push(await startRedis(options));
    for (const { port } of servers) admins.push(new Redis(port, "127.0.0.1"));
    const [first] = servers as [RedisServer];
    for (const [i, admin] of admins.entries()) {
      await admin.cluster("SET-CONFIG-EPOCH", i + 1);
      await admin.call(
        "CLUSTER",
        "ADDSLOTSRANGE",
        String(Math.ceil((SLOTS * i) / 3)),
        String(Math.ceil((SLOTS * (i + 1)) / 3) - 1),
      );
      if (i > 0) await admin.cluster("MEET", "127.0.0.1", first.port);
    }
    await until(async () => {
      const infos = await Promise.all(admins.map((admin) => admin.cluster("INFO")));
      return infos.every((info) => info.includes("cluster_state:ok") && info.includes("cluster_size:3"));
    }, 20_000);
  } finally {
    for (const admin of admins) admin.disconnect();
  }
  const ports = servers.map(({ port }) => port);
  return {
    servers,
    ports,
    nodes: ports.map((port) => ({ host: "127.0.0.1", port })),
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}
