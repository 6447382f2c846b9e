import { createHash, timingSafeEqual } from "node:crypto";
import { inProduction } from "../environment.ts";
import { checkNames } from "../options.ts";

/** A program of the app's own that may ask about any account of its tenant. */
export interface ApiClient {
  /** The tenant it belongs to. */
  tenant_id: string;
  /** The client of the API. */
  client_id: string;
  /** Any of them will do, so that they can be rotated. At least 32 characters in production. */
  secrets: readonly string[];
}

/** Who is registered, and who knows a secret. */
export interface Clients {
  readonly tenants: readonly string[];
  has(tenant: string, client: string): boolean;
  /** Takes the same time for every secret that is wrong. */
  knows(tenant: string, client: string, authorization: string | undefined): boolean;
}

const SECRET = /^[\x21-\x7E]+$/;
const NAME = /^[\w.-]{1,100}$/;
const LEAST_IN_PRODUCTION = 32;
const isName = (value: unknown): value is string => typeof value === "string" && NAME.test(value);

/** Throws a TypeError that names what is wrong with the list; secrets are not shown. */
export function clientsOf(list: readonly ApiClient[]): Clients {
  if (!Array.isArray(list) || list.length === 0)
    throw new TypeError("smsApi: clients: a list of { tenant_id, client_id, secrets } is required");
  const digests = new Map<string, Buffer[]>();
  for (const [i, each] of (list as readonly (Partial<ApiClient> | null)[]).entries()) {
    const where = `smsApi: clients[${i}]`;
    checkNames(where, each ?? {}, { tenant_id: true, client_id: true, secrets: true });
    const { tenant_id, client_id, secrets } = each ?? {};
    if (!isName(tenant_id))
      throw new TypeError(`${where}: tenant_id must be 1 to 100 letters, digits, _, . or -`);
    if (!isName(client_id))
      throw new TypeError(`${where}: client_id must be 1 to 100 letters, digits, _, . or -`);
    if (
      !Array.isArray(secrets) ||
      secrets.length === 0 ||
      secrets.some((each) => typeof each !== "string" || !SECRET.test(each))
    )
      throw new TypeError(`${where}: secrets must be a list of texts of printable ASCII without spaces`);
    if (inProduction() && secrets.some((each: string) => each.length < LEAST_IN_PRODUCTION))
      throw new TypeError(
        `${where}: secrets must have at least ${LEAST_IN_PRODUCTION} characters in production`,
      );
    const key = keyOf(tenant_id, client_id);
    if (digests.has(key)) throw new TypeError(`${where}: ${tenant_id} ${client_id} is in the list twice`);
    digests.set(key, secrets.map(digestOf));
  }
  return {
    tenants: [...new Set(list.map(({ tenant_id }) => tenant_id))],
    has: (tenant, client) => digests.has(keyOf(tenant, client)),
    knows(tenant, client, authorization) {
      const given = /^Bearer +([\x21-\x7E]+)$/i.exec(authorization ?? "")?.[1];
      if (given === undefined) return false;
      const digest = digestOf(given);
      return (
        (digests.get(keyOf(tenant, client)) ?? []).filter((each) => timingSafeEqual(each, digest)).length > 0
      );
    },
  };
}

/** No name holds a space. */
const keyOf = (tenant: string, client: string) => `${tenant} ${client}`;
const digestOf = (secret: string) => createHash("sha256").update(secret).digest();
