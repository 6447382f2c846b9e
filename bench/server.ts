import { Redis } from "ioredis";
import { benchApp, type BenchApp } from "./app.ts";
import { watchRoundTrips, type RoundTrips } from "./round-trips.ts";
import { plainSessions, redisSessions } from "./sessions.ts";

/** What the load generator asks the server's process. Each app has a Redis database of its own. */
export interface Control {
  open(app: { database: number; sessions: "plain" | "redis" }): Promise<{ port: number }>;
  prepare(people: { port: number; from: number; count: number }): Promise<void>;
  /** Sends codes without HTTP; answers the bytes of Redis memory that they took. */
  fill(codes: { port: number; count: number }): Promise<number>;
  /** Microseconds of CPU time of this process so far. */
  cpu(): Promise<number>;
  watch(app: { port: number }): Promise<void>;
  watched(): Promise<RoundTrips>;
}

export interface Call {
  id: number;
  name: keyof Control;
  argument: never;
}

export type Answer = { id: number; result: unknown } | { id: number; error: string };

const redisPort = Number(process.argv[2]);
const apps = new Map<number, BenchApp & { client: Redis }>();
let stopWatching: () => RoundTrips = () => ({ commands: 0, sequential: 0 });

const appOn = (port: number) => {
  const app = apps.get(port);
  if (app === undefined) throw new Error(`no app on port ${port}`);
  return app;
};

async function usedMemory(client: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1]);
}

const control: Control = {
  async open({ database, sessions }) {
    const client = new Redis(redisPort, "127.0.0.1", { db: database, enableAutoPipelining: true });
    const app = await benchApp(client, sessions === "plain" ? plainSessions() : redisSessions(client));
    apps.set(app.port, { ...app, client });
    return { port: app.port };
  },
  prepare: async ({ port, from, count }) => appOn(port).sessions.prepare(from, count),
  async fill({ port, count }) {
    const { client, fill } = appOn(port);
    const before = await usedMemory(client);
    await fill(count);
    return (await usedMemory(client)) - before;
  },
  async cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  async watch({ port }) {
    stopWatching = watchRoundTrips(appOn(port).client);
  },
  watched: async () => stopWatching(),
};

process.on("message", ({ id, name, argument }: Call) => {
  control[name](argument).then(
    (result) => process.send?.({ id, result } satisfies Answer),
    (error: unknown) => process.send?.({ id, error: String(error) } satisfies Answer),
  );
});
// A profile is written at an orderly exit only.
process.on("disconnect", () => process.exit());
