import { randomUUID } from "node:crypto";
import type { Row } from "@libsql/client";
import type { Clock } from "passport-factors";
import { isTaken, type Database } from "./database.ts";

export interface User {
  id: string;
  email: string;
  nickname: string;
  active: boolean;
  termsAccepted: boolean;
  smsAuth: boolean;
  passwordHash: string | null;
  phoneSealed: string | null;
  /** The id of the number in the vault, where once an id at Authy stood. */
  authyId: string | null;
}

export interface NewUser {
  email: string;
  nickname: string;
  passwordHash?: string;
  name?: string;
  /** Who the user is at the OAuth provider. */
  provider?: string;
  uid?: string;
  /** Who signs up by phone has proven it: the user's id to be, and where the number is. Such a user is active at once. */
  proven?: { id: string; phone: SealedPhone | { authyId: string } };
}

/** A phone number as the database holds it: unreadable, and found by its fingerprint. */
export interface SealedPhone {
  sealed: string;
  /** The fingerprint under every secret, the newest first. */
  fingerprints: readonly string[];
}

export interface Users {
  byId(id: string): Promise<User | undefined>;
  byEmail(email: string): Promise<User | undefined>;
  byProvider(provider: string, uid: string): Promise<User | undefined>;
  byPhone(fingerprints: readonly string[]): Promise<User | undefined>;
  /** Answers undefined when the email, or the proven number, is another user's. */
  create(user: NewUser): Promise<User | undefined>;
  noteSignIn(user: User, ip: string | undefined): Promise<void>;
  acceptTerms(user: User): Promise<void>;
  /** Ends the user's sessions too: they are of the password before. */
  setPassword(user: User, passwordHash: string): Promise<void>;
  /** The hashes of the passwords before, the last one first. */
  oldPasswordHashes(user: User): Promise<string[]>;
  holdsPhone(fingerprints: readonly string[], exceptId: string): Promise<boolean>;
  /** Writes the number and activates the user in one step. Answers false when another user holds the number, or the user's has changed since it was read. */
  activate(user: User, phone: SealedPhone): Promise<boolean>;
  /** The same for a number that is in the vault. */
  activateByVault(user: User, authyId: string): Promise<boolean>;
  byAuthyId(authyId: string): Promise<User | undefined>;
  /** Whose row, an archived user's too, has the id of a number in the vault. */
  holderOf(authyId: string): Promise<string | undefined>;
}

/** The users table. Archived users are not found. */
export function createUsers(database: Database, clock: Clock): Users {
  const now = () => new Date(clock()).toISOString();
  const run = (sql: string, args: (string | null)[]) => database.execute({ sql, args });
  const find = async (where: string, args: string[]) => {
    const { rows } = await run(`SELECT * FROM users WHERE archived = 0 AND ${where}`, args);
    return rows[0] === undefined ? undefined : userOf(rows[0]);
  };
  const byId = (id: string) => find("id = ?", [id]);

  return {
    byId,
    byEmail: (email) => find("email = ?", [sameEmail(email)]),
    byProvider: (provider, uid) => find("provider = ? AND uid = ?", [provider, uid]),
    byPhone: (fingerprints) => find(among(fingerprints), [...fingerprints]),
    async create({ email, nickname, passwordHash = null, name = null, provider = null, uid = null, proven }) {
      const id = proven?.id ?? randomUUID();
      const {
        sealed = null,
        fingerprints = [],
        authyId = null,
      } = {
        ...(proven?.phone as Partial<SealedPhone & { authyId: string }> | undefined),
      };
      const flag = proven === undefined ? "0" : "1";
      const row: Record<string, string | null> = {
        id,
        email: sameEmail(email),
        nickname,
        password_hash: passwordHash,
        name,
        provider,
        uid,
        phone_sealed: sealed,
        phone_fingerprint: fingerprints[0] ?? null,
        authy_id: authyId,
        active: flag,
        sms_auth: flag,
        created_at: now(),
        updated_at: now(),
      };
      const columns = Object.keys(row);
      const marks = columns.map(() => "?").join(", ");
      const free = "NOT EXISTS (SELECT 1 FROM users WHERE authy_id = ?)";
      const created = await unlessTaken(
        run(`INSERT INTO users (${columns.join(", ")}) SELECT ${marks} WHERE ${free}`, [
          ...Object.values(row),
          authyId,
        ]),
      );
      return created ? byId(id) : undefined;
    },
    async noteSignIn(user, ip = "") {
      const moved = "last_sign_in_at = current_sign_in_at, last_sign_in_ip = current_sign_in_ip";
      const current = "current_sign_in_at = ?, current_sign_in_ip = ?, sign_in_count = sign_in_count + 1";
      await run(`UPDATE users SET ${moved}, ${current}, updated_at = ? WHERE id = ?`, [
        now(),
        ip,
        now(),
        user.id,
      ]);
    },
    async acceptTerms(user) {
      await run("UPDATE users SET terms_accepted_at = ?, updated_at = ? WHERE id = ?", [
        now(),
        now(),
        user.id,
      ]);
    },
    async setPassword({ id }, passwordHash) {
      const kept = "SELECT id, password_hash, ? FROM users WHERE id = ? AND password_hash IS NOT NULL";
      const change = "UPDATE users SET password_hash = ?, updated_at = ? WHERE id = ?";
      await database.batch(
        [
          { sql: `INSERT INTO old_passwords ${kept}`, args: [now(), id] },
          { sql: change, args: [passwordHash, now(), id] },
        ],
        "write",
      );
    },
    async oldPasswordHashes({ id }) {
      const sql = "SELECT password_hash FROM old_passwords WHERE user_id = ? ORDER BY rowid DESC LIMIT 5";
      const { rows } = await run(sql, [id]);
      return rows.map((row) => row["password_hash"] as string);
    },
    async holdsPhone(fingerprints, exceptId) {
      const { rows } = await run(`SELECT 1 FROM users WHERE ${among(fingerprints)} AND id <> ?`, [
        ...fingerprints,
        exceptId,
      ]);
      return rows.length > 0;
    },
    byAuthyId: (authyId) => find("authy_id = ?", [authyId]),
    async holderOf(authyId) {
      const { rows } = await run("SELECT id FROM users WHERE authy_id = ?", [authyId]);
      return rows[0]?.["id"] as string | undefined;
    },
    async activateByVault(user, authyId) {
      const free = "NOT EXISTS (SELECT 1 FROM users WHERE authy_id = ? AND id <> ?)";
      const { rowsAffected } = await run(
        `UPDATE users SET authy_id = ?, phone_sealed = NULL, phone_fingerprint = NULL, ${ACTIVE} WHERE ${SAME_PHONE} AND ${free}`,
        [authyId, now(), ...phoneAsRead(user), authyId, user.id],
      );
      return rowsAffected === 1;
    },
    async activate(user, { sealed, fingerprints }) {
      // The unique index decides a race; the subquery finds what was stored under an older secret.
      const free = `NOT EXISTS (SELECT 1 FROM users WHERE ${among(fingerprints)} AND id <> ?)`;
      const values = [
        sealed,
        fingerprints[0] as string,
        now(),
        ...phoneAsRead(user),
        ...fingerprints,
        user.id,
      ];
      return unlessTaken(
        run(
          `UPDATE users SET phone_sealed = ?, phone_fingerprint = ?, ${ACTIVE} WHERE ${SAME_PHONE} AND ${free}`,
          values,
        ),
      );
    },
  };
}

const ACTIVE = "sms_auth = 1, active = 1, updated_at = ?";
/** Another number is written over the one that was read only. */
const SAME_PHONE = "id = ? AND authy_id IS ? AND phone_sealed IS ?";
const phoneAsRead = ({ id, authyId, phoneSealed }: User) => [id, authyId, phoneSealed];

const among = (fingerprints: readonly string[]) =>
  `phone_fingerprint IN (${fingerprints.map(() => "?").join(", ")})`;

/** `Ann@Example.org` and `ann@example.org` are one mailbox. */
const sameEmail = (email: string) => email.trim().normalize("NFC").toLowerCase();

async function unlessTaken(write: Promise<{ rowsAffected: number }>): Promise<boolean> {
  try {
    return (await write).rowsAffected === 1;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

function userOf(row: Row): User {
  return {
    id: row["id"] as string,
    email: row["email"] as string,
    nickname: row["nickname"] as string,
    active: row["active"] === 1,
    termsAccepted: row["terms_accepted_at"] !== null,
    smsAuth: row["sms_auth"] === 1,
    passwordHash: row["password_hash"] as string | null,
    phoneSealed: row["phone_sealed"] as string | null,
    authyId: row["authy_id"] as string | null,
  };
}
