import type { Redis } from "ioredis";
import { redisStore } from "../stores/redis.ts";
import { rotateVault } from "../vault/rotate.ts";

type Env = Readonly<Record<string, string | undefined>>;

const KEPT_SECONDS = 7 * 24 * 3600;

/** A setting that is missing or wrong; its message is one line. */
export class UsageError extends Error {}

/**
 * Seals every number of the vault under the newest of the secrets: `FACTORS_SECRET` (newest first, commas between), `REDIS_URL`, and, where they differ
 * from the defaults, `FACTORS_PREFIX` and `FACTORS_TENANT`. A run that was stopped goes on where it was.
 */
export async function rotateSecrets(env: Env, say: (line: string) => void): Promise<void> {
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
  const bookmark = `${prefix}:rotation`;
  try {
    const { records } = redisStore(client, { prefix });
    const cursor = (await client.get(bookmark)) ?? "";
    if (cursor !== "") say("going on where the last run was stopped");
    for await (const { seen, sealed, unopened, cursor: next } of rotateVault(records, {
      secret,
      tenant,
      cursor,
    })) {
      if (next === "") await client.del(bookmark);
      else await client.set(bookmark, next, "EX", KEPT_SECONDS);
      say(`${seen} seen, ${sealed} sealed anew, ${unopened} that none of the secrets opens`);
    }
    say("done: the old secrets can go once no session needs them");
  } finally {
    client.disconnect();
  }
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
