import { randomUUID } from "node:crypto";
import { createSecretBox } from "../crypto/secret.ts";
import { redisClient } from "../stores/redis-client.ts";
import type { RedisClient } from "../stores/redis-connection.ts";
import { redisStore } from "../stores/redis.ts";
import type { Store } from "../stores/store.ts";
import { rotateVault } from "../vault/rotate.ts";
import { rotateStoredCredentials } from "./rotate-credentials.ts";
import { UsageError } from "./errors.ts";
import { connectRedis, disconnect, placeOf } from "./redis-connect.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** What a run needs of the client itself, beside the store on it. */
type RunClient = RedisClient & {
  info(section: "server"): Promise<string>;
  /** Of a Cluster client. */
  nodes(role: "master"): RunClient[];
  set(key: string, value: string, ex: "EX", seconds: number): Promise<unknown>;
};

const KEPT_SECONDS = 7 * 24 * 3600;

/** Where a run was stopped, how many numbers it had seen by then, and how many of them it had left under an old secret. */
interface Bookmark {
  cursor: string;
  seen: number;
  left: number;
}

/**
 * Seals every number of the vault, and every credential of the store, under the newest of the secrets: `FACTORS_SECRET` (newest first, commas between),
 * `REDIS_URL` or a module that exports a client, and, where they differ from the defaults, `FACTORS_PREFIX` and `FACTORS_TENANT`. A run that was
 * stopped goes on where it was. Answers whether there is anything, and all of it is sealed under it now.
 */
export async function rotateSecrets(
  env: Env,
  say: (line: string) => void,
  { client: module }: { client?: string | undefined } = {},
): Promise<boolean> {
  const secret = (env["FACTORS_SECRET"] ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  if (secret.length < 2)
    throw new UsageError("FACTORS_SECRET must hold the new secret and the old ones, with commas between");
  const { FACTORS_PREFIX: prefix = "{factors}", FACTORS_TENANT: tenant = "default" } = env;
  const client = await connectRedis(env["REDIS_URL"] ?? "", module);
  try {
    const store = redisStore(client, { prefix });
    await answered(store);
    const redis = redisClient(client, "--client") as RunClient;
    const bookmarks = keeper(redis, `${prefix}:rotation`, await nameOf(redis, secret, tenant));
    const before = await bookmarks.read();
    if (before.cursor !== "") say("going on where the last run was stopped");
    let [left, seen, others] = [before.left, before.seen, 0];
    for await (const step of rotateVault(store.records, { secret, tenant, cursor: before.cursor })) {
      left = before.left + step.unopened + step.failed;
      seen = before.seen + step.seen;
      ({ others } = step);
      await bookmarks.write({ cursor: step.cursor, seen, left });
      const { sealed, unopened, failed } = step;
      say(
        `${step.seen} seen, ${sealed} sealed anew, ${unopened} that none of the secrets opens, ${failed} failed`,
      );
    }
    const credentials = await rotateStoredCredentials(store, { secret, tenant }, say);
    left += credentials.left;
    seen += credentials.seen;
    if (others > 0)
      say("there are numbers of other tenants: each tenant needs a run with its FACTORS_TENANT");
    if (seen === 0) {
      const what = `tenant "${tenant}" (FACTORS_TENANT), prefix "${prefix}" (FACTORS_PREFIX)`;
      say(`not done: neither a number nor a credential found; looked for ${what} in ${placeOf(client)}`);
      return false;
    }
    say(
      left === 0
        ? `done, for the tenant "${tenant}": the old secrets can go once nothing else needs them`
        : `not done: ${left} not sealed under the new secret; the old secrets must stay`,
    );
    return left === 0;
  } finally {
    disconnect(client);
  }
}

/** On a node-redis client the store has a connection of its own, which may take longer than anybody who signs in would wait. */
async function answered(store: Pick<Store, "ping">): Promise<void> {
  for (let left = 20; ; left--) {
    try {
      return await store.ping();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/**
 * Names the rotation, and the run of the server: in another one the cursor is any place in the middle, and the numbers before it would be lost. A
 * server that does not tell its run is gone through from the beginning.
 */
async function nameOf(client: RunClient, secret: readonly string[], tenant: string): Promise<string> {
  const servers = client.isCluster === true ? client.nodes("master") : [client];
  const runs = servers.map(async (server) => {
    const info = await server.info("server").catch(() => "");
    return /^run_id:(\w+)/m.exec(info)?.[1] ?? randomUUID();
  });
  const run = (await Promise.all(runs)).toSorted().join();
  return createSecretBox(secret).digests(["rotation", tenant, run]).join(".");
}

/** Keeps the place of one rotation; that of another one is not read. */
function keeper(client: RunClient, key: string, name: string) {
  return {
    async read(): Promise<Bookmark> {
      const [whose, left, seen, cursor] = ((await client.get(key)) ?? "").split(" ");
      return whose === name && cursor !== undefined
        ? { cursor, seen: Number(seen), left: Number(left) }
        : { cursor: "", seen: 0, left: 0 };
    },
    async write({ cursor, seen, left }: Bookmark): Promise<void> {
      if (cursor === "") await client.del(key);
      else await client.set(key, `${name} ${left} ${seen} ${cursor}`, "EX", KEPT_SECONDS);
    },
  };
}
