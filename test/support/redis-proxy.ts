import { createConnection, createServer, type Socket } from "node:net";

/** Stands between a client and its Redis, and can lose what Redis answers. */
export interface RedisProxy {
  port: number;
  url: string;
  /**
   * Lets the next write that holds these bytes through to Redis, keeps the answer from the client and closes the connection. Resolves when Redis
   * has answered. `skip` leaves so many of them alone before.
   */
  cutReplyTo(bytes: string, skip?: number): Promise<void>;
  /** Closes what is open and accepts nothing more, until `back`. */
  away(): void;
  back(): void;
  stop(): Promise<void>;
}

export async function startRedisProxy(redisPort: number): Promise<RedisProxy> {
  const open = new Set<Socket>();
  let isAway = false;
  let cut: { bytes: string; skip: number; done: () => void } | undefined;

  const server = createServer((client) => {
    if (isAway) return void client.destroy();
    const redis = createConnection(redisPort, "127.0.0.1");
    let losing: (() => void) | undefined;
    for (const socket of [client, redis]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        redis.destroy();
      });
    }
    client.on("data", (chunk) => {
      if (cut !== undefined && chunk.includes(cut.bytes) && cut.skip-- === 0) {
        losing = cut.done;
        cut = undefined;
      }
      redis.write(chunk);
    });
    redis.on("data", (chunk) => {
      if (losing === undefined) return void client.write(chunk);
      client.destroy();
      losing();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const closeAll = () => {
    for (const socket of open) socket.destroy();
  };

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    cutReplyTo: (bytes, skip = 0) => new Promise((done) => (cut = { bytes, skip, done })),
    away() {
      isAway = true;
      closeAll();
    },
    back() {
      isAway = false;
    },
    async stop() {
      closeAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
