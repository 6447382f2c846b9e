import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { createSecretBox } from "../secret.ts";
import { redisStore } from "../stores/redis.ts";
import { rotateVault } from "../vault/rotate.ts";
import { rotateStoredCredentials } from "./rotate-credentials.ts";

type Env = Readonly<Record<string, string | undefined>>;

const KEPT_SECONDS = 7 * 24 * 3600;

/** A setting that is missing or wrong; its message is one line. */
export class UsageError extends Error {}

/** Where a run was stopped, and how many numbers it had left under an old secret by then. */
interface Bookmark {
  cursor: string;
  left: number;
}

/**
 * Seals every number of the vault, and every credential of the store, under the newest of the secrets: `FACTORS_SECRET` (newest first, commas between), `REDIS_URL`, and, where they differ
 * from the defaults, `FACTORS_PREFIX` and `FACTORS_TENANT`. A run that was stopped goes on where it was. Answers whether all are sealed
 * under it now.
 */
export async function rotateSecrets(env: Env, say: (line: string) => void): Promise<boolean> {
  const secret = (env["FACTORS_SECRET"] ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
  if (secret.length < 2)
    throw new UsageError("FACTORS_SECRET must hold the new secret and the old ones, with commas between");
  const url = env["REDIS_URL"] ?? "";
  if (!/^rediss?:\/\//.test(url))
    throw new UsageError("REDIS_URL must be the address of the Redis that holds the vault");
  const { FACTORS_PREFIX: prefix = "{factors}", FACTORS_TENANT: tenant = "default" } = env;
  const client = await connect(url);
  try {
    const bookmarks = keeper(client, `${prefix}:rotation`, await nameOf(client, secret, tenant));
    const store = redisStore(client, { prefix });
    const { cursor, left: before } = await bookmarks.read();
    if (cursor !== "") say("going on where the last run was stopped");
    let [left, others] = [before, 0];
    for await (const step of rotateVault(store.records, { secret, tenant, cursor })) {
      left = before + step.unopened + step.failed;
      ({ others } = step);
      await bookmarks.write({ cursor: step.cursor, left });
      const { seen, sealed, unopened, failed } = step;
      say(
        `${seen} seen, ${sealed} sealed anew, ${unopened} that none of the secrets opens, ${failed} failed`,
      );
    }
    left += (await rotateStoredCredentials(store, { secret, tenant }, say)).left;
    if (others > 0)
      say("there are numbers of other tenants: each tenant needs a run with its FACTORS_TENANT");
    say(
      left === 0
        ? `done, for the tenant "${tenant}": the old secrets can go once nothing else needs them`
        : `not done: ${left} not sealed under the new secret; the old secrets must stay`,
    );
    return left === 0;
  } finally {
    client.disconnect();
  }
}

/**
 * Names the rotation, and the run of the server: in another one the cursor is any place in the middle, and the numbers before it would be lost. A
 * server that does not tell its run is gone through from the beginning.
 */
async function nameOf(client: Redis, secret: readonly string[], tenant: string): Promise<string> {
  const info = await client.info("server").catch(() => "");
  const run = /^run_id:(\w+)/m.exec(info)?.[1] ?? randomUUID();
  return createSecretBox(secret).digests(["rotation", tenant, run]).join(".");
}

/** Keeps the place of one rotation; that of another one is not read. */
function keeper(client: Redis, key: string, name: string) {
  return {
    async read(): Promise<Bookmark> {
      const [whose, left, cursor] = ((await client.get(key)) ?? "").split(" ");
      return whose === name && cursor !== undefined
        ? { cursor, left: Number(left) }
        : { cursor: "", left: 0 };
    },
    async write({ cursor, left }: Bookmark): Promise<void> {
      if (cursor === "") await client.del(key);
      else await client.set(key, `${name} ${left} ${cursor}`, "EX", KEPT_SECONDS);
    },
  };
}

async function connect(url: string): Promise<Redis> {
  const { Redis } = await import("ioredis").catch(() => {
    throw new UsageError("ioredis is not installed here: npm install ioredis");
  });
  const client = new Redis(url, { maxRetriesPerRequest: 1, retryStrategy: () => null, lazyConnect: true });
  client.on("error", () => {});
  try {
    await client.connect();
  } catch {
    throw new UsageError("REDIS_URL does not answer");
  }
  return client;
}
