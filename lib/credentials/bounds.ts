import type { Credentials } from "./credentials.ts";

/** Bytes of UTF-8. An account's id has up to 200 characters; a WebAuthn credential's id has up to 1023 bytes (Level 3, 4.1), 1364 characters in base64url. */
const MOST_BYTES = { tenant: 600, account: 600, id: 1400, value: 16_384 } as const;
const KIND = /^[a-z0-9-]{1,32}$/;
/** Of one kind, for one account. */
const MOST = 1000;

type Field = keyof typeof MOST_BYTES;

/**
 * Holds what comes to the bounds of the contract: an id that nobody can have is not on file, and every other text out of bounds is the caller's mistake.
 * Of what an implementation answers, only `true` is a yes.
 */
export function withinBounds(credentials: Credentials): Credentials {
  return {
    async list(account, kind) {
      checkAccount(account);
      checkKind(kind);
      return credentials.list(account, kind);
    },
    async find(kind, id) {
      checkKind(kind);
      return idCanExist(id) ? ((await credentials.find(kind, id)) ?? undefined) : undefined;
    },
    async add(account, kind, id, value, most) {
      checkAccount(account);
      checkKind(kind);
      checkText("id", id);
      checkText("value", value);
      if (!Number.isInteger(most) || most < 1 || most > MOST)
        throw new TypeError(`credentials: most must be an integer from 1 to ${MOST}`);
      return (await credentials.add(account, kind, id, value, most)) === true;
    },
    async replace(account, kind, id, before, after) {
      checkAccount(account);
      checkKind(kind);
      checkText("before", before, "value");
      checkText("after", after, "value");
      return idCanExist(id) && (await credentials.replace(account, kind, id, before, after)) === true;
    },
    async remove(account, kind, id) {
      checkAccount(account);
      checkKind(kind);
      return idCanExist(id) && (await credentials.remove(account, kind, id)) === true;
    },
    async removeAll(account, kinds) {
      checkAccount(account);
      if (kinds !== undefined && !Array.isArray(kinds))
        throw new TypeError("credentials: kinds must be a list of kinds");
      for (const kind of kinds ?? []) checkKind(kind);
      if (kinds?.length !== 0) await credentials.removeAll(account, kinds);
    },
    scan: (cursor) => credentials.scan(cursor),
  };
}

/** Throws a TypeError that names the field. What came is not shown. */
export function checkText(name: string, text: unknown, field: Field = name as Field): void {
  const bytes = MOST_BYTES[field];
  if (!isText(text, bytes))
    throw new TypeError(
      `credentials: ${name} must be 1 to ${bytes} bytes of well-formed text without NUL, got ${describe(text)}`,
    );
}

const checkAccount = (account: unknown) => checkText("account", account);

function checkKind(kind: unknown): void {
  if (typeof kind !== "string" || !KIND.test(kind))
    throw new TypeError("credentials: kind must be 1 to 32 lower-case letters, digits and dashes");
}

function idCanExist(id: string): boolean {
  if (typeof id !== "string") throw new TypeError(`credentials: id must be a text, got ${describe(id)}`);
  return isText(id, MOST_BYTES.id);
}

/** Databases refuse NUL, and lone surrogates would come back as another character. */
function isText(text: unknown, mostBytes: number): text is string {
  return (
    typeof text === "string" &&
    text !== "" &&
    Buffer.byteLength(text) <= mostBytes &&
    !/\0|\p{Surrogate}/u.test(text)
  );
}

const describe = (value: unknown) =>
  typeof value === "string" ? `${Buffer.byteLength(value)} bytes` : value === null ? "null" : typeof value;
