import { createHash, timingSafeEqual } from "node:crypto";
import { FactorError } from "../errors.ts";
import { randomBytes, randomToken } from "../random-bytes.ts";
import { readCookie, writeCookie } from "./cookies.ts";
import { requirePassed } from "./guard.ts";
import { tell, type House, type TrustRules } from "./house.ts";
import { devicesOf, type Remembered } from "./remembered.ts";
import type { Visit } from "./visit.ts";

/** A remembered device, as its owner sees it. Times are ISO 8601. */
export interface TrustedDevice {
  id: string;
  /** `Firefox, Linux`, from what the browser said of itself. */
  name: string;
  added_at: string;
  used_at: string;
  expires_at: string;
  /** The one that asks. */
  current: boolean;
}

const MOST = 10;
const DAY_MS = 86_400_000;

const cookieOf = (account: string) => `factors_trusted_${account.slice(0, 8).replace(/-/g, ".")}`;
const hashOf = (secret: string) => createHash("sha256").update(secret).digest("base64url");

/** Throws a TypeError where the option is off: that is the app's mistake. */
function rulesOf(house: House): TrustRules {
  if (house.trust === undefined) throw new TypeError("createFactors: rememberDevice is off");
  return house.trust;
}

/** Remembers the device of who has just passed a factor, from now on. Throws `factor_required`. */
export async function trustDevice(house: House, visit: Visit): Promise<void> {
  const { days } = rulesOf(house);
  await requirePassed(house, visit, { within: 600 });
  const now = house.clock();
  const account = devicesOf(house, visit);
  // Ids begin with the time, so that the oldest go first.
  const id = `${now.toString(36).padStart(9, "0")}${randomBytes(6).toString("hex")}`;
  const secret = randomToken();
  const expiresAt = now + days * DAY_MS;
  const name = nameOf(visit.request.headers["user-agent"]);
  const kept: Remembered = { hash: hashOf(secret), name, addedAt: now, usedAt: now, expiresAt, logins: 0 };
  const limits = { most: MOST, ttlMs: days * DAY_MS };
  await house.trusted.add(account, id, JSON.stringify(kept), now, limits);
  writeCookie(visit.request, cookieOf(account), `${id}.${secret}`, days * 86_400);
  tell(house, "device_trusted", { account: visit.account, factor: "", purpose: "" });
  house.notify(visit, { kind: "device_trusted" });
}

/**
 * Whether the visiting account's own browser was told to remember it, and may stand in for the second factor of this login. The cookie's secret is
 * replaced with each use; one that was used before is a copy: its device is forgotten.
 */
export async function recognizeDevice(house: House, visit: Visit): Promise<boolean> {
  const rules = house.trust;
  const account = devicesOf(house, visit);
  const [id, secret] = readCookie(visit.request, cookieOf(account))?.split(".") ?? [];
  if (rules === undefined || id === undefined || secret === undefined) return false;
  const now = house.clock();
  const found = (await house.trusted.list(account, now)).find((each) => each.id === id);
  if (found === undefined) return false;
  const kept = JSON.parse(found.value) as Remembered;
  const over = now >= kept.expiresAt || kept.logins >= rules.logins;
  if (over || !same(kept.hash, hashOf(secret))) {
    await house.trusted.remove(account, id);
    return false;
  }
  const next = randomToken();
  const after = JSON.stringify({ ...kept, hash: hashOf(next), usedAt: now, logins: kept.logins + 1 });
  if (!(await house.trusted.replace(account, id, { before: found.value, after }, now))) return false;
  writeCookie(visit.request, cookieOf(account), `${id}.${next}`, Math.ceil((kept.expiresAt - now) / 1000));
  const state = await house.sessions.open(visit);
  await house.sessions.write(visit, {
    ...state,
    version: await house.versions.read(visit.account),
    trusted: id,
  });
  tell(house, "device_recognized", { account: visit.account, factor: "", purpose: "login" });
  return true;
}

/** For who has proven to be the owner. Throws `factor_required`. */
export async function listDevices(house: House, visit: Visit): Promise<TrustedDevice[]> {
  rulesOf(house);
  await requirePassed(house, visit, {});
  const account = devicesOf(house, visit);
  const current = readCookie(visit.request, cookieOf(account))?.split(".")[0];
  const now = house.clock();
  return (await house.trusted.list(account, now))
    .map(({ id, value }) => ({ id, kept: JSON.parse(value) as Remembered }))
    .filter(({ kept }) => now < kept.expiresAt)
    .sort((a, b) => b.kept.usedAt - a.kept.usedAt)
    .map(({ id, kept }) => ({
      id,
      name: kept.name,
      added_at: new Date(kept.addedAt).toISOString(),
      used_at: new Date(kept.usedAt).toISOString(),
      expires_at: new Date(kept.expiresAt).toISOString(),
      current: id === current,
    }));
}

/** Forgets one device, or all of them. A remembered device is not enough for that: it could shut the owner's own ones out. */
export async function revokeDevice(house: House, visit: Visit, id: unknown): Promise<void> {
  rulesOf(house);
  await requirePassed(house, visit, { factors: house.factors.map((each) => each.name) });
  if (id === "all") return revokeDevices(house, visit.account);
  const known = (await listDevices(house, visit)).some((each) => each.id === id);
  if (!known) throw new FactorError("invalid_request", { field: "device" });
  await house.trusted.remove(devicesOf(house, visit), id as string);
  tell(house, "devices_revoked", { account: visit.account, factor: "", purpose: "" });
}

/** A changed number, a reset password, a recovery, "sign out everywhere": nothing that was trusted before is trusted after. */
export async function revokeDevices(house: House, account: string): Promise<void> {
  await house.trusted.removeAll(devicesOf(house, { account }));
  tell(house, "devices_revoked", { account, factor: "", purpose: "" });
}

function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const BROWSERS = [["Edg", "Edge"], ["OPR", "Opera"], ["Firefox"], ["Chrome"], ["Safari"]] as const;
const SYSTEMS = [
  ["Android"],
  ["iPhone"],
  ["iPad"],
  ["Windows"],
  ["Mac OS", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux"],
] as const;

/** Enough to tell one's own devices apart, and no more than that is kept. */
function nameOf(agent: string | string[] | undefined): string {
  const text = String(agent ?? "").slice(0, 500);
  const first = (list: readonly (readonly [string, string?])[]) => {
    const found = list.find(([mark]) => text.includes(mark));
    return found?.[1] ?? found?.[0];
  };
  return [first(BROWSERS), first(SYSTEMS)].filter((each) => each !== undefined).join(", ") || "?";
}
