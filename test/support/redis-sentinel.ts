import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort, startRedis, until, type RedisServer } from "./redis-server.ts";

/** A master, its replica and one sentinel that alone decides who is master. */
export interface SentinelSet {
  sentinel: { host: string; port: number };
  name: string;
  master: RedisServer;
  replica: RedisServer;
  stop(): Promise<void>;
}

export async function startSentinelSet(): Promise<SentinelSet> {
  const name = "main";
  const master = await startRedis();
  const replica = await startRedis([
    "--replicaof",
    `127.0.0.1 ${master.port}`,
    "--repl-diskless-sync-delay",
    "0",
  ]);
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), "factors-sentinel-"));
  const config = join(dir, "sentinel.conf");
  await writeFile(
    config,
    [
      `port ${port}`,
      "bind 127.0.0.1",
      `dir ${dir}`,
      `sentinel monitor ${name} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 5000`,
    ].join("\n"),
  );
  const child = spawn("redis-server", [config, "--sentinel"], { stdio: "ignore" });
  const admin = new Redis(port, "127.0.0.1");
  admin.on("error", () => {});
  // The sentinel must know the replica before it can choose it.
  await until(async () => {
    const replicas = (await admin.call("SENTINEL", "REPLICAS", name).catch(() => [])) as unknown[][];
    const [found] = replicas;
    return found !== undefined && found.includes("master-link-status") && found.includes("ok");
  }, 20_000);
  admin.disconnect();
  return {
    sentinel: { host: "127.0.0.1", port },
    name,
    master,
    replica,
    async stop() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
      await Promise.all([master.stop(), replica.stop(), rm(dir, { recursive: true, force: true })]);
    },
  };
}
