import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real redis-server of our own on a free port, without persistence. */
export interface RedisServer {
  port: number;
  url: string;
  /** Starts it again on the same port after `kill`. */
  start(): Promise<void>;
  /** Hangs it, until `wake`: it accepts and answers nothing. */
  hang(): void;
  wake(): void;
  /** As a crash would: SIGKILL. */
  kill(): Promise<void>;
  /** Kills it and removes what it left. */
  stop(): Promise<void>;
}

export async function startRedis(options: readonly string[] = [], onPort?: number): Promise<RedisServer> {
  const port = onPort ?? (await freePort());
  const dir = await mkdtemp(join(tmpdir(), "factors-redis-"));
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = spawn(
      "redis-server",
      [
        "--port",
        String(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        dir,
        ...options,
      ],
      { stdio: "ignore" },
    );
    const failed = new Promise<never>((_, reject) => child?.once("error", reject));
    await Promise.race([failed, until(() => answers(port))]);
  }

  async function kill(): Promise<void> {
    const dying = child;
    child = undefined;
    if (dying === undefined || dying.exitCode !== null) return;
    const gone = new Promise((resolve) => dying.once("exit", resolve));
    dying.kill("SIGKILL");
    await gone;
  }

  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    start,
    hang: () => void child?.kill("SIGSTOP"),
    wake: () => void child?.kill("SIGCONT"),
    kill,
    async stop() {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves as soon as a question is answered with yes. */
export async function until(question: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await question())) {
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (data) => {
      socket.destroy();
      resolve(String(data).startsWith("+PONG"));
    });
    socket.once("error", () => resolve(false));
  });
}
