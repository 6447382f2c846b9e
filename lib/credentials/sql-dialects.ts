/** The databases whose SQL is known. */
export type SqlDialect = "postgres" | "mysql" | "sqlite";

/** Where the databases differ. Statements are written with `?` for what is given beside them. */
export interface Dialect {
  migration: string;
  /** Inserts, or does nothing where the id or the slot is taken. */
  insert(table: string, columns: string, values: string): string;
  /** How a column is read as text. */
  text(column: string): string;
  /** What comes after a kind and an id in the order of the table, such that the index is used. */
  after: { condition: string; params(kind: string, id: string): string[] };
  placeholders(sql: string): string;
}

export const TABLE = "factor_credentials";

/** The keys make two promises: an id is there once in its tenant and kind, and the slots of an account, 1 to `most`, hold one credential each. */
const tableOf = (columns: { text(bytes: number): string; value: string; end?: string }) =>
  `
CREATE TABLE IF NOT EXISTS ${TABLE} (
  tenant ${columns.text(600)} NOT NULL,
  account ${columns.text(600)} NOT NULL,
  kind ${columns.text(32)} NOT NULL,
  id ${columns.text(1400)} NOT NULL,
  value ${columns.value} NOT NULL,
  version INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  PRIMARY KEY (tenant, kind, id),
  UNIQUE (tenant, account, kind, slot)
)${columns.end ?? ""}
`.trim();

const ROWS_AFTER: Dialect["after"] = { condition: "(kind, id) > (?, ?)", params: (kind, id) => [kind, id] };
const insertOrNothing: Dialect["insert"] = (table, columns, values) =>
  `INSERT INTO ${table} (${columns}) VALUES (${values}) ON CONFLICT DO NOTHING`;

export const DIALECTS: Readonly<Record<SqlDialect, Dialect>> = {
  postgres: {
    // Compared byte by byte, whatever the language of the database.
    migration: tableOf({ text: () => 'TEXT COLLATE "C"', value: 'TEXT COLLATE "C"' }),
    insert: insertOrNothing,
    text: (column) => column,
    after: ROWS_AFTER,
    placeholders(sql) {
      let count = 0;
      return sql.replace(/\?/g, () => `$${++count}`);
    },
  },
  sqlite: {
    migration: tableOf({ text: () => "TEXT", value: "TEXT" }),
    insert: insertOrNothing,
    text: (column) => column,
    after: ROWS_AFTER,
    placeholders: (sql) => sql,
  },
  mysql: {
    // Its texts are compared without case and trailing spaces; bytes are compared as they are.
    migration: tableOf({
      text: (bytes) => `VARBINARY(${bytes})`,
      value: "BLOB",
      end: " ENGINE=InnoDB ROW_FORMAT=DYNAMIC",
    }),
    // What IGNORE would cut off to fit is refused before, by the bounds of the contract.
    insert: (table, columns, values) => `INSERT IGNORE INTO ${table} (${columns}) VALUES (${values})`,
    text: (column) => `CONVERT(${column} USING utf8mb4) AS ${column}`,
    // It uses no index for a comparison of rows.
    after: {
      condition: "(kind > ? OR (kind = ? AND id > ?))",
      params: (kind, id) => [kind, kind, id],
    },
    placeholders: (sql) => sql,
  },
};

export function dialectOf(where: string, name: SqlDialect): Dialect {
  if (!Object.hasOwn(DIALECTS, name))
    throw new TypeError(`${where}: dialect must be ${Object.keys(DIALECTS).join(", ")}`);
  return DIALECTS[name];
}

/** The text of the migration that makes the table `factor_credentials`: one statement, and none where the table is there. Throws a TypeError that names `dialect`. */
export function credentialsMigration(dialect: SqlDialect): string {
  return `${dialectOf("credentialsMigration", dialect).migration};\n`;
}
