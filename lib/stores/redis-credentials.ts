import { FactorError } from "../errors.ts";
import { digestKey } from "../crypto/secret.ts";
import { attemptKey } from "./redis-attempts.ts";
import type { RedisClient, RedisConnection } from "./redis-connection.ts";
import {
  ADD,
  REMOVE,
  REMOVE_ALL,
  REPLACE,
  SCAN,
  WITHDRAW_ADD,
  WITHDRAW_REMOVE,
  WITHDRAW_REPLACE,
} from "./redis-credential-scripts.ts";
import type { StoredCredential, StoredCredentials } from "./stored-credentials.ts";

const PAGE = 500;
/**
 * So many are removed in one step; beyond the last, the others go before. The commands are defined ahead, for a number of keys each: a pipeline that ioredis
 * has begun does not know a later one, and a count in front of the keys would be taken for the first key where auto-pipelining picks the Cluster node.
 */
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
/** Who else adds at the same moment is waited for this often. */
const TRIES = 20;

type Script<Reply> = (...args: (string | number)[]) => Promise<Reply>;
type CredentialsClient = RedisClient & {
  hgetall(key: string): Promise<Record<string, string>>;
  hkeys(key: string): Promise<string[]>;
  factorsScanCredentials: Script<[string, string[]]>;
} & Record<
    | "factorsAddCredential"
    | "factorsUnaddCredential"
    | "factorsReplaceCredential"
    | "factorsUnreplaceCredential"
    | "factorsRemoveCredential"
    | "factorsUnremoveCredential"
    | `factorsRemoveCredentials${number}`,
    Script<number>
  >;

/** Credentials on Redis. */
export function redisCredentials(
  client: RedisClient,
  connection: RedisConnection,
  prefix: string,
): StoredCredentials {
  const redis = client as CredentialsClient;
  redis.defineCommand("factorsAddCredential", { lua: ADD, numberOfKeys: 3 });
  redis.defineCommand("factorsUnaddCredential", { lua: WITHDRAW_ADD, numberOfKeys: 3 });
  redis.defineCommand("factorsReplaceCredential", { lua: REPLACE, numberOfKeys: 2 });
  redis.defineCommand("factorsUnreplaceCredential", { lua: WITHDRAW_REPLACE, numberOfKeys: 2 });
  redis.defineCommand("factorsRemoveCredential", { lua: REMOVE, numberOfKeys: 3 });
  redis.defineCommand("factorsUnremoveCredential", { lua: WITHDRAW_REMOVE, numberOfKeys: 3 });
  redis.defineCommand("factorsScanCredentials", { lua: SCAN, numberOfKeys: 1 });
  for (const size of SIZES)
    redis.defineCommand(`factorsRemoveCredentials${size}`, { lua: REMOVE_ALL, numberOfKeys: 1 + size });
  // All digests are equally long: no tenant's keys begin as another's do.
  const tenantKey = (tenant: string) => `${prefix}ea${digestKey([tenant])}`;
  const accountKey = (tenant: string, account: string) => tenantKey(tenant) + digestKey([account]);
  const idKey = (tenant: string, kind: string, id: string) => `${prefix}ei${digestKey([tenant, kind, id])}`;
  const fieldOf = ({ kind, id }: { kind: string; id: string }) => `${kind}:${id}`;

  async function remove({ tenant, account, kind, id }: Omit<StoredCredential, "value">): Promise<boolean> {
    const args = [
      accountKey(tenant, account),
      idKey(tenant, kind, id),
      attemptKey(prefix),
      fieldOf({ kind, id }),
    ];
    const removed = await connection.run(
      () => redis.factorsRemoveCredential(...args),
      undefined,
      () => redis.factorsUnremoveCredential(...args, account),
    );
    return removed === 1;
  }

  /** Answers 0 where others were added meanwhile. */
  async function removeOnce(
    tenant: string,
    account: string,
    kinds: readonly string[] | undefined,
  ): Promise<number> {
    const key = accountKey(tenant, account);
    const named = (await connection.run(() => redis.hkeys(key)))
      .map(partsOf)
      .filter((each) => each !== undefined)
      .filter(({ kind }) => kinds?.includes(kind) ?? true);
    if (named.length === 0) return 1;
    const surplus = named.splice(SIZES.at(-1) as number);
    await Promise.all(surplus.map(({ kind, id }) => remove({ tenant, account, kind, id })));
    const size = SIZES.find((each) => each >= named.length) as number;
    const ids = Array.from({ length: size }, (_, i) => {
      const each = named[i];
      return each === undefined ? key : idKey(tenant, each.kind, each.id);
    });
    const asked = kinds === undefined ? "" : `,${kinds.join()},`;
    const removeAll = redis[`factorsRemoveCredentials${size}`] as Script<number>;
    return connection.run(() => removeAll.call(redis, key, ...ids, asked, ...named.map(fieldOf)));
  }

  return {
    async list(tenant, account, kind) {
      const fields = await connection.run(() => redis.hgetall(accountKey(tenant, account)));
      return credentialsIn(fields)
        .filter((each) => each.kind === kind)
        .map(({ id, value }) => ({ id, value }));
    },
    async find(tenant, kind, id) {
      const account = await connection.run(() => redis.get(idKey(tenant, kind, id)));
      if (account === null) return undefined;
      const key = accountKey(tenant, account);
      const [value] = await connection.run(() => redis.hmget(key, fieldOf({ kind, id })));
      return value === undefined || value === null ? undefined : { account, value };
    },
    async add({ tenant, account, kind, id, value }, most) {
      const keys = [accountKey(tenant, account), idKey(tenant, kind, id), attemptKey(prefix)];
      const own = [fieldOf({ kind, id }), value];
      const added = await connection.run(
        () => redis.factorsAddCredential(...keys, ...own, most, `${kind}:`, account),
        undefined,
        () => redis.factorsUnaddCredential(...keys, ...own),
      );
      return added === 1;
    },
    async replace({ tenant, account, kind, id, value }, after) {
      const args = [accountKey(tenant, account), attemptKey(prefix), fieldOf({ kind, id }), value, after];
      const replaced = await connection.run(
        () => redis.factorsReplaceCredential(...args),
        undefined,
        () => redis.factorsUnreplaceCredential(...args),
      );
      return replaced === 1;
    },
    remove,
    async removeAll(tenant, account, kinds) {
      for (let tries = 0; tries < TRIES; tries++)
        if ((await removeOnce(tenant, account, kinds)) === 1) return;
      throw new FactorError("store_unavailable", { retryAfter: 1 });
    },
    async scan(tenant, cursor) {
      const first = tenantKey(tenant);
      const [next, ends] = await connection.run(() =>
        redis.factorsScanCredentials(first, cursor === "" ? "0" : cursor, PAGE),
      );
      const accounts = await connection.run(() => Promise.all(ends.map((end) => redis.hgetall(first + end))));
      const credentials = accounts.flatMap((fields) =>
        credentialsIn(fields).map((each) => ({ tenant, account: fields["account"] as string, ...each })),
      );
      return { credentials, cursor: next === "0" ? "" : next };
    },
  };
}

/** What a field names; undefined for the account's own name. */
function partsOf(field: string): { kind: string; id: string } | undefined {
  const colon = field.indexOf(":");
  return colon < 0 ? undefined : { kind: field.slice(0, colon), id: field.slice(colon + 1) };
}

function credentialsIn(fields: Record<string, string>): Pick<StoredCredential, "kind" | "id" | "value">[] {
  return Object.entries(fields).flatMap(([field, value]) => {
    const parts = partsOf(field);
    return parts === undefined ? [] : [{ ...parts, value }];
  });
}
