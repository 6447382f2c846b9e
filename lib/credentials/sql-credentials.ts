import { FactorError } from "../errors.ts";
import { checkText, withinBounds } from "./bounds.ts";
import type { CredentialStore, Credentials } from "./credentials.ts";
import { dialectOf, TABLE, type Dialect, type SqlDialect } from "./sql-dialects.ts";

/** What a statement answered: the rows that it read, by column, and how many it wrote. */
export interface SqlAnswer {
  /** What was read. */
  rows: readonly object[];
  /** How many rows were written. */
  changes: number | bigint;
}

/** Runs one statement, in no transaction: it is carried out for everybody when it has answered. */
export type SqlQuery = (sql: string, params: (string | number)[]) => Promise<SqlAnswer> | SqlAnswer;

/** Options of `sqlCredentials`; docs/options.md has every default, unit and range. */
export interface SqlCredentialsOptions {
  /** Runs one statement with its values. */
  query: SqlQuery;
  /** How the database spells what the others spell otherwise. MySQL's is MariaDB's too; its statements are tested as text, the others' on the databases. */
  dialect: SqlDialect;
}

const PAGE = 100;
/** Who was quicker has taken the slot, so that this one has to look again: as many times as there could be others. */
const TRIES = 1000;

/**
 * Credentials in a table of the app's own database, which `credentialsMigration` makes; through the app's own driver, which `query` adapts. Throws a
 * TypeError that names `query` or `dialect`; every verb throws `store_unavailable` where the database does not answer.
 *
 * @example
 * // pg
 * const query = async (sql, params) => {
 *   const { rows, rowCount } = await pool.query(sql, params);
 *   return { rows, changes: rowCount ?? 0 };
 * };
 * const credentials = sqlCredentials({ query, dialect: "postgres" });
 */
export function sqlCredentials({ query, dialect }: SqlCredentialsOptions): CredentialStore {
  if (typeof query !== "function") throw new TypeError("sqlCredentials: query must be a function");
  const spelled = dialectOf("sqlCredentials", dialect);
  return {
    inTenant(tenant) {
      checkText("tenant", tenant);
      return withinBounds(credentialsIn(tenant, asking(query, spelled), spelled));
    },
  };
}

type Ask = (sql: string, params: (string | number)[]) => Promise<{ rows: readonly Row[]; changes: number }>;
type Row = Readonly<Record<string, unknown>>;

function credentialsIn(tenant: string, ask: Ask, { text, insert, after }: Dialect): Credentials {
  const own = "tenant = ? AND account = ? AND kind = ? AND id = ?";

  async function find(kind: string, id: string): ReturnType<Credentials["find"]> {
    const { rows } = await ask(
      `SELECT ${text("account")}, ${text("value")} FROM ${TABLE} WHERE tenant = ? AND kind = ? AND id = ?`,
      [tenant, kind, id],
    );
    const [row] = rows;
    return row && { account: textIn(row, "account"), value: textIn(row, "value") };
  }

  /** The lowest slot that is free; undefined where the account has `most`. */
  async function freeSlot(account: string, kind: string, most: number): Promise<number | undefined> {
    const { rows } = await ask(`SELECT slot FROM ${TABLE} WHERE tenant = ? AND account = ? AND kind = ?`, [
      tenant,
      account,
      kind,
    ]);
    if (rows.length >= most) return undefined;
    const taken = new Set(rows.map((row) => Number(row["slot"])));
    let slot = 1;
    while (taken.has(slot)) slot++;
    return slot;
  }

  return {
    async list(account, kind) {
      const { rows } = await ask(
        `SELECT ${text("id")}, ${text("value")} FROM ${TABLE} WHERE tenant = ? AND account = ? AND kind = ?`,
        [tenant, account, kind],
      );
      return rows.map((row) => ({ id: textIn(row, "id"), value: textIn(row, "value") }));
    },
    find,
    /**
     * Counting and inserting in one statement would not do: on PostgreSQL, two of them at once count the same rows. Here all who have counted the same
     * rows want the same slot, of which the index gives each to one.
     */
    async add(account, kind, id, value, most) {
      const columns = "tenant, account, kind, id, value, version, slot";
      for (let tries = 0; tries < TRIES; tries++) {
        const slot = await freeSlot(account, kind, most);
        if (slot === undefined) return false;
        const { changes } = await ask(insert(TABLE, columns, "?, ?, ?, ?, ?, 1, ?"), [
          tenant,
          account,
          kind,
          id,
          value,
          slot,
        ]);
        if (changes === 1) return true;
        if ((await find(kind, id)) !== undefined) return false;
      }
      throw new FactorError("store_unavailable", { retryAfter: 1 });
    },
    async replace(account, kind, id, before, next) {
      // With the version, a row is changed also where the value is the same: MySQL may count no other.
      const { changes } = await ask(
        `UPDATE ${TABLE} SET value = ?, version = version + 1 WHERE ${own} AND value = ?`,
        [next, tenant, account, kind, id, before],
      );
      return changes === 1;
    },
    async remove(account, kind, id) {
      const { changes } = await ask(`DELETE FROM ${TABLE} WHERE ${own}`, [tenant, account, kind, id]);
      return changes === 1;
    },
    async removeAll(account, kinds) {
      const those = kinds === undefined ? "" : ` AND kind IN (${kinds.map(() => "?").join(", ")})`;
      await ask(`DELETE FROM ${TABLE} WHERE tenant = ? AND account = ?${those}`, [
        tenant,
        account,
        ...(kinds ?? []),
      ]);
    },
    async scan(cursor) {
      const columns = ["account", "kind", "id", "value"] as const;
      const { rows } = await ask(
        `SELECT ${columns.map(text).join(", ")} FROM ${TABLE} WHERE tenant = ? AND ${after.condition} ORDER BY ${TABLE}.kind, ${TABLE}.id LIMIT ${PAGE}`,
        [tenant, ...after.params(...placeOf(cursor))],
      );
      const [credentials, last] = [rows.map(namedIn), rows.length < PAGE ? undefined : rows.at(-1)];
      const next = last === undefined ? "" : JSON.stringify([textIn(last, "kind"), textIn(last, "id")]);
      return { credentials, cursor: next };
    },
  };
}

/** Asks in the dialect's way, and trusts nothing that the adapter answers: an unknown number of changes is none of ours. */
function asking(query: SqlQuery, { placeholders }: Dialect): Ask {
  return async (sql, params) => {
    const { rows, changes } = (await answerOf(query, placeholders(sql), params)) ?? {};
    if (!Array.isArray(rows) || (typeof changes !== "number" && typeof changes !== "bigint"))
      throw new TypeError("sqlCredentials: query must answer { rows, changes }, a list and a number");
    return { rows: rows as Row[], changes: Number(changes) };
  };
}

/** What PostgreSQL and MySQL say when they have undone a statement because others wanted the same rows. */
const UNDONE: readonly unknown[] = ["40001", "40P01", "ER_LOCK_DEADLOCK"];
const TRIES_WHEN_UNDONE = 20;

async function answerOf(query: SqlQuery, sql: string, params: (string | number)[]): Promise<SqlAnswer> {
  for (let tries = 1; ; tries++) {
    try {
      return await query(sql, params);
    } catch (cause) {
      const undone = UNDONE.includes((cause as { code?: unknown } | null | undefined)?.code);
      if (!undone || tries === TRIES_WHEN_UNDONE)
        throw new FactorError("store_unavailable", { retryAfter: 1, cause });
    }
  }
}

function textIn(row: Row, column: string): string {
  const text = row[column];
  if (typeof text !== "string")
    throw new TypeError(`sqlCredentials: query must answer rows by column, with ${column} as a text`);
  return text;
}

const namedIn = (row: Row) => ({
  account: textIn(row, "account"),
  kind: textIn(row, "kind"),
  id: textIn(row, "id"),
  value: textIn(row, "value"),
});

/** Before all kinds and ids are the empty ones. */
function placeOf(cursor: string): [kind: string, id: string] {
  if (cursor === "") return ["", ""];
  const place = parsed(cursor);
  if (!Array.isArray(place) || place.length !== 2 || place.some((part) => typeof part !== "string"))
    throw new TypeError("credentials: cursor must be one that scan answered");
  return place as [string, string];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
