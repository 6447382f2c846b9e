import { execFile, spawn, type ChildProcess } from "node:child_process";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { postgresBin } from "../../scripts/postgres-bin.mjs";
import { until } from "./redis-server.ts";

const run = promisify(execFile);

/** A real PostgreSQL of our own, reached by a socket in a folder of its own. */
export interface PostgresServer {
  /** What `new pg.Pool` takes. */
  address: { host: string; user: string; database: string };
  /** SIGQUIT: as a crash would, but its processes go with it. */
  crash(): Promise<void>;
  /** Ends it and removes what it left. */
  stop(): Promise<void>;
}

/** It refuses to run as root; Debian's `nobody` has this id, and its group too. */
const NOBODY = 65_534;

export async function startPostgres(): Promise<PostgresServer> {
  const bin = postgresBin();
  if (bin === undefined)
    throw new Error("initdb and postgres are not installed here: sudo apt-get install postgresql");
  const dir = await mkdtemp(join(tmpdir(), "factors-pg-"));
  const asRoot = process.getuid?.() === 0;
  if (asRoot) await chown(dir, NOBODY, NOBODY);
  const as = { cwd: dir, ...(asRoot ? { uid: NOBODY, gid: NOBODY } : {}) };
  const data = join(dir, "data");
  const how = ["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale"];
  await run(join(bin, "initdb"), [...how, "-D", data], as);

  const settings = ["listen_addresses=", `unix_socket_directories=${dir}`, "fsync=off", "max_connections=60"];
  const child = spawn(
    join(bin, "postgres"),
    ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    { ...as, stdio: "ignore" },
  );
  const address = { host: dir, user: "postgres", database: "postgres" };
  await Promise.race([failed(child), until(() => answers(address))]);
  return {
    address,
    crash: () => ended(child, "SIGQUIT"),
    async stop() {
      await ended(child, "SIGTERM");
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const failed = (child: ChildProcess) =>
  new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`postgres ended with ${code} before it answered`)));
  });

/** SIGTERM lets go first who is still connected. */
async function ended(child: ChildProcess, signal: "SIGQUIT" | "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}

async function answers(address: PostgresServer["address"]): Promise<boolean> {
  const client = new pg.Client(address);
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
