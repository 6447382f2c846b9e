import { spawn, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
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
  let port = onPort ?? (await freePort());
  const dir = await mkdtemp(join(tmpdir(), "factors-redis-"));
  let child: ChildProcess | undefined;
  let started = false;

  /** Rejects when the server ends before it answers: somebody else may have taken its port in between. */
  async function launch(): Promise<void> {
    const starting = spawn(
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
    child = starting;
    const failed = new Promise<never>((_, reject) => {
      starting.once("error", reject);
      starting.once("exit", (code) =>
        reject(new Error(`redis-server ended with ${String(code)} on port ${port}`)),
      );
    });
    failed.catch(() => undefined);
    await Promise.race([failed, until(() => answers(port), 20_000)]);
  }

  async function start(): Promise<void> {
    if (onPort !== undefined || started) return launch();
    for (let tries = 5; ; tries--) {
      try {
        await launch();
        started = true;
        return;
      } catch (error) {
        if (tries === 1) throw error;
        port = await freePort();
      }
    }
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

/** Below the ports that the system hands out, of which any client's connection may take one before a server is up. */
const LOWEST_PORT = 12_000;
const PORTS = 10_000;
/** A cluster's node listens here too, above its own port. */
const BUS_OFFSET = 10_000;

/** A port that nobody listens on, nor on the one that a cluster's node there would need. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST_PORT + randomInt(PORTS);
    if ((await isFree(port)) && (await isFree(port + BUS_OFFSET))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
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
