import { randomBytes } from "node:crypto";
import { createHash, timingSafeEqual } from "node:crypto";
import { FactorError } from "../../errors.ts";
import { readCookie, writeCookie } from "./cookies.ts";
import { requirePassed } from "../guard.ts";
import { endHoldAtLogin } from "../recovery/holds.ts";
import { emit, type Engine, type TrustRules } from "../engine.ts";
import { devicesOf, rememberedDevices, type Remembered } from "./remembered.ts";
import { secondFactorNames } from "../on-file.ts";
import type { RequestContext } from "../request-context.ts";

/** A remembered device, as its owner sees it. Times are ISO 8601. */
export interface TrustedDevice {
  /** Names the device; not its secret. */
  id: string;
  /** `Firefox, Linux`, from what the browser said of itself. */
  name: string;
  /** When it was put on file (ISO 8601). */
  added_at: string;
  /** When it was last seen (ISO 8601). */
  used_at: string;
  /** When it is over (ISO 8601). */
  expires_at: string;
  /** The one that asks. */
  current: boolean;
}

const MOST = 10;
const DAY_MS = 86_400_000;
/**
 * So long the secret before still passes: of two tabs that sign in at once one comes second, and an answer may be lost on its way. Long
 * enough for a page to be loaded again, and no login is counted for it.
 */
const GRACE_MS = 30_000;

const cookieOf = (account: string) => `factors_trusted_${account.slice(0, 8).replace(/-/g, ".")}`;
const hashOf = (secret: string) => createHash("sha256").update(secret).digest("base64url");

/** Throws a TypeError where the option is off: that is the app's mistake. */
function rulesOf(engine: Engine): TrustRules {
  if (engine.trust === undefined) throw new TypeError("createFactors: rememberDevice is off");
  return engine.trust;
}

/** Remembers the device of who has just passed a factor, from now on. Throws `factor_required`. */
export async function trustDevice(engine: Engine, context: RequestContext): Promise<void> {
  const { days } = rulesOf(engine);
  await requirePassed(engine, context, { within: 600 });
  const now = engine.clock();
  const account = devicesOf(engine, context);
  // Ids begin with the time, so that the oldest go first.
  const id = `${now.toString(36).padStart(9, "0")}${randomBytes(6).toString("hex")}`;
  const secret = secretsOf(engine, account, id, 0)[0] as string;
  const expiresAt = now + days * DAY_MS;
  const name = nameOf(context.request.headers["user-agent"]);
  const kept: Remembered = { hash: hashOf(secret), name, addedAt: now, usedAt: now, expiresAt, logins: 0 };
  const limits = { most: MOST, ttlMs: days * DAY_MS };
  await engine.trusted.add(account, id, JSON.stringify(kept), now, limits);
  giveSecret(engine, context, { id, secret, expiresAt });
  emit(engine, "device_trusted", { account: context.account, factor: "", purpose: "" });
  engine.notify(context, { kind: "device_trusted" });
}

/**
 * Whether the visiting account's own browser was told to remember it, and may stand in for the second factor of this login. The cookie's secret is
 * replaced with each use; one that was used before, and not just now, is a copy: its device is forgotten.
 */
export async function recognizeDevice(engine: Engine, context: RequestContext): Promise<boolean> {
  const account = devicesOf(engine, context);
  const [id, secret] = readCookie(context.request, cookieOf(account))?.split(".") ?? [];
  if (engine.trust === undefined || id === undefined || secret === undefined) return false;
  const version = await engine.versions.read(context.account);
  // Another login with the same secret may come between reading and replacing; then it is the one before.
  const used =
    (await useSecret(engine, account, id, secret)) ?? (await useSecret(engine, account, id, secret));
  if (used === undefined || used === "refused") return false;
  giveSecret(engine, context, used);
  await engine.sessions.write(context, { ...(await engine.sessions.open(context)), version, trusted: id });
  await endHoldAtLogin(engine, context.account);
  emit(engine, "device_recognized", { account: context.account, factor: "", purpose: "login" });
  return true;
}

/** What the browser holds from now on; no secret where it is the one that it has. */
interface Used {
  id: string;
  secret: string | undefined;
  expiresAt: number;
}

/** Undefined where the device has changed in the meantime. */
async function useSecret(
  engine: Engine,
  account: string,
  id: string,
  secret: string,
): Promise<Used | "refused" | undefined> {
  const { logins } = rulesOf(engine);
  const now = engine.clock();
  const found = (await engine.trusted.list(account, now)).find((each) => each.id === id);
  if (found === undefined) return "refused";
  const kept = JSON.parse(found.value) as Remembered;
  const hash = hashOf(secret);
  const { expiresAt } = kept;
  if (now < expiresAt && now - kept.usedAt < GRACE_MS && same(kept.previous ?? "", hash))
    return { id, secret: currentSecret(engine, account, id, kept), expiresAt };
  if (now >= expiresAt || kept.logins >= logins || !same(kept.hash, hash)) {
    await engine.trusted.remove(account, id);
    return "refused";
  }
  const next = secretsOf(engine, account, id, kept.logins + 1)[0] as string;
  const change = { hash: hashOf(next), previous: kept.hash, usedAt: now, logins: kept.logins + 1 };
  const after = JSON.stringify({ ...kept, ...change });
  const replaced = await engine.trusted.replace(account, id, { before: found.value, after }, now);
  return replaced ? { id, secret: next, expiresAt } : undefined;
}

/**
 * The secret of a device after so many logins, one for each of the app's secrets. Made again in place of being kept: who comes second is given
 * the same one. What is kept is its hash, so that a device outlives the app's secrets.
 */
const secretsOf = (engine: Engine, account: string, id: string, logins: number): string[] =>
  engine.box.digests(["trusted device", engine.tenant, account, id, String(logins)]);

/** Undefined where the app's secret that made it is gone. */
const currentSecret = (engine: Engine, account: string, id: string, kept: Remembered): string | undefined =>
  secretsOf(engine, account, id, kept.logins).find((each) => same(hashOf(each), kept.hash));

function giveSecret(engine: Engine, context: RequestContext, { id, secret, expiresAt }: Used): void {
  if (secret === undefined) return;
  const name = cookieOf(devicesOf(engine, context));
  const seconds = Math.ceil((expiresAt - engine.clock()) / 1000);
  writeCookie(context.request, { name, value: `${id}.${secret}`, seconds, https: engine.https });
}

/** Whether the browser of a request is a remembered device of the account: it has the device's secret, which is not replaced by this. */
export async function isOnRememberedDevice(engine: Engine, context: RequestContext): Promise<boolean> {
  const account = devicesOf(engine, context);
  const [id, secret] = readCookie(context.request, cookieOf(account))?.split(".") ?? [];
  const found = (await rememberedDevices(engine, context.account)).find((each) => each.id === id);
  return found !== undefined && secret !== undefined && holds(found.kept, secret, engine.clock());
}

/** The secret before passes a while longer. */
function holds({ hash, previous = "", usedAt }: Remembered, secret: string, now: number): boolean {
  const own = hashOf(secret);
  return same(hash, own) || (now - usedAt < GRACE_MS && same(previous, own));
}

/** For who has proven to be the owner. Throws `factor_required`. */
export async function listDevices(engine: Engine, context: RequestContext): Promise<TrustedDevice[]> {
  rulesOf(engine);
  await requirePassed(engine, context, {});
  const account = devicesOf(engine, context);
  const current = readCookie(context.request, cookieOf(account))?.split(".")[0];
  const now = engine.clock();
  return (await engine.trusted.list(account, now))
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
export async function revokeDevice(engine: Engine, context: RequestContext, id: unknown): Promise<void> {
  rulesOf(engine);
  await requirePassed(engine, context, { factors: secondFactorNames(engine) });
  if (id === "all") return revokeDevices(engine, context.account);
  const known = (await listDevices(engine, context)).some((each) => each.id === id);
  if (!known) throw new FactorError("invalid_request", { field: "device" });
  await engine.trusted.remove(devicesOf(engine, context), id as string);
  emit(engine, "devices_revoked", { account: context.account, factor: "", purpose: "" });
}

/** A changed number, a reset password, a recovery, "sign out everywhere": nothing that was trusted before is trusted after. */
export async function revokeDevices(engine: Engine, account: string): Promise<void> {
  await engine.trusted.removeAll(devicesOf(engine, { account }));
  emit(engine, "devices_revoked", { account, factor: "", purpose: "" });
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
