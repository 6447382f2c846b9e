import { createClient, type Client } from "@libsql/client";
import { credentialsMigration, sqlCredentials, type CredentialStore } from "passport-factors";

export type Database = Client;

/** Times are ISO 8601 in UTC. `uid` and `provider` name a user at an OAuth provider; `account_kit_id` is history; `authy_id` names a number in the vault. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY,
    uid TEXT,
    provider TEXT,
    email TEXT NOT NULL UNIQUE,
    name TEXT,
    nickname TEXT NOT NULL,
    user_token TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    active INTEGER NOT NULL DEFAULT 0,
    archived INTEGER NOT NULL DEFAULT 0,
    sign_in_count INTEGER NOT NULL DEFAULT 0,
    current_sign_in_at TEXT,
    last_sign_in_at TEXT,
    current_sign_in_ip TEXT,
    last_sign_in_ip TEXT,
    account_kit_id TEXT,
    sms_auth INTEGER NOT NULL DEFAULT 0,
    authy_id TEXT,
    password_hash TEXT,
    phone_sealed TEXT,
    phone_fingerprint TEXT UNIQUE,
    terms_accepted_at TEXT
  );
  CREATE TABLE IF NOT EXISTS old_passwords (
    user_id TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    replaced_at TEXT NOT NULL
  );
  CREATE UNIQUE INDEX IF NOT EXISTS users_by_provider ON users (provider, uid);
`;

/** Opens the database and makes what is missing in it. */
export async function openDatabase(url: string): Promise<Database> {
  const database = createClient({ url });
  if (url.startsWith("file:"))
    await database.executeMultiple("PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 2000;");
  await database.executeMultiple(SCHEMA);
  await database.execute(credentialsMigration("sqlite"));
  return database;
}

/** What is on file for factors other than the phone, sealed, in a table of its own. */
export function credentialsIn(database: Database): CredentialStore {
  return sqlCredentials({
    dialect: "sqlite",
    query: async (sql, params) => {
      const { rows, rowsAffected } = await database.execute({ sql, args: params });
      return { rows, changes: rowsAffected };
    },
  });
}

/** Whether a write was refused because another row holds the value. */
export function isTaken(error: unknown): boolean {
  const { code, extendedCode } = error as { code?: unknown; extendedCode?: unknown };
  return [code, extendedCode].some((each) => String(each).startsWith("SQLITE_CONSTRAINT"));
}
