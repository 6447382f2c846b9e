import type { Client } from "@libsql/client";
import type pg from "pg";
import type { SqlQuery } from "../../lib/index.ts";

/** As in docs/credentials.md. */
export const pgQuery =
  (pool: pg.Pool): SqlQuery =>
  async (sql, params) => {
    const { rows, rowCount } = await pool.query<object>(sql, params);
    return { rows, changes: rowCount ?? 0 };
  };

export const libsqlQuery =
  (client: Client): SqlQuery =>
  async (sql, params) => {
    const { rows, rowsAffected } = await client.execute({ sql, args: params });
    return { rows, changes: rowsAffected };
  };
