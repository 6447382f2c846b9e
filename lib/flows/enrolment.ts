import { FactorError, isFactorError, tooManyRequests } from "../errors.ts";
import { isDefined, type DefinedFactor } from "../factors/define-factor.ts";
import type { FactorEnrol } from "../factors/definition.ts";
import { digestKey } from "../secret.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { alone } from "./binding.ts";
import { occasionOf } from "./challenge.ts";
import { factorNamed, tell, type House } from "./house.ts";
import { mustProve } from "./on-file.ts";
import { bindingOf, FRESH_MS, provenWithin } from "./pending.ts";
import { textOf } from "./text-of.ts";
import { isStillThere, leaveSession } from "./session.ts";
import type { SessionState } from "./session-state.ts";
import { revokeDevices } from "./trusted-devices.ts";
import { parseFor } from "./verify-factor.ts";
import type { Visit } from "./visit.ts";

/** What is being put on file, as the person takes it down; and again where the first answer was wrong. */
export interface EnrolmentBegun {
  method: string;
  expires_in_seconds: number;
  shown: Readonly<Record<string, unknown>>;
}

interface PendingEnrolment {
  held: unknown;
  shown: Readonly<Record<string, unknown>>;
  until: number;
}

const MOST_SECONDS = 600;
/** Wrong first answers in an hour; they are no guesses at what is on file. */
const GUESSES = { perHour: 10, inARow: 1_000_000 };

interface Enrolling {
  factor: DefinedFactor;
  enrol: FactorEnrol<unknown, unknown, unknown>;
}

/** Throws a TypeError for a factor that nothing can be put on file for here: that is the app's mistake. */
function enrolling(house: House, name: string): Enrolling {
  const factor = factorNamed(house, name);
  const enrol = isDefined(factor) ? factor.definition.enrol : undefined;
  if (!isDefined(factor) || enrol === undefined)
    throw new TypeError(`enrol: factor "${name}" was not made by defineFactor with enrol`);
  return { factor, enrol: enrol as unknown as FactorEnrol<unknown, unknown, unknown> };
}

/** Throws `factor_required` where anything is on file and this session has not passed a factor in the last 10 minutes (ASVS 7.5.1). */
export async function mayChange(house: House, visit: Visit, state: SessionState): Promise<void> {
  if (provenWithin(house, state, FRESH_MS)) return;
  const phone = (await house.accounts.phone(visit.user)) ?? undefined;
  if (await mustProve(house, visit, phone))
    throw new FactorError("factor_required", { factors: house.factors.map((each) => each.name) });
}

/** Begins to put a factor on file: it counts for nothing until it is confirmed, and what is on file goes on. Begun anew, it replaces what was pending in this session. */
export async function beginEnrolment(house: House, visit: Visit, name: string): Promise<EnrolmentBegun> {
  const { enrol } = enrolling(house, name);
  await mayChange(house, visit, await house.sessions.open(visit));
  await house.sends.consume(visit.ip);
  const { account, locale } = visit;
  const who = `factor "${name}": enrol.begin`;
  const answer: unknown = await house.inTime(who, () =>
    enrol.begin({ account, locale, held: undefined }, house.tools.kit(name)),
  );
  if (!isRecord(answer) || answer["held"] === undefined)
    throw wrongAnswer(who, answer, "an object with held");
  const { held, ttlSeconds = MOST_SECONDS, shown = {} } = answer;
  if (!Number.isInteger(ttlSeconds) || (ttlSeconds as number) < 1 || (ttlSeconds as number) > MOST_SECONDS)
    throw wrongAnswer(`${who}: ttlSeconds`, ttlSeconds, `a whole number from 1 to ${MOST_SECONDS}`);
  if (!isRecord(shown)) throw wrongAnswer(`${who}: shown`, shown, "an object");
  const ms = (ttlSeconds as number) * 1000;
  const key = keyOf(house, visit, name);
  const kept: PendingEnrolment = { held, shown, until: house.clock() + ms };
  await house.notes.put(key, house.box.seal(JSON.stringify(kept), key), house.clock(), ms);
  return { method: name, expires_in_seconds: ttlSeconds as number, shown };
}

/** What this session has begun, to be shown again. Throws `code_expired` where there is nothing. */
export async function pendingEnrolment(house: House, visit: Visit, name: string): Promise<EnrolmentBegun> {
  enrolling(house, name);
  await mayChange(house, visit, await house.sessions.open(visit));
  const { shown, until } = await read(house, visit, name);
  return { method: name, expires_in_seconds: Math.ceil((until - house.clock()) / 1000), shown };
}

/**
 * The first answer: where it is right, the factor is on file, and this session has passed it. `id`, where the caller names one, must be what `begin`
 * showed as `id`: of two tabs, none confirms what the other has begun.
 */
export async function confirmEnrolment(
  house: House,
  visit: Visit,
  name: string,
  { response, id }: { response: unknown; id?: unknown },
): Promise<void> {
  const { factor } = enrolling(house, name);
  const value = await parseFor(house, factor, response);
  await alone(house, `account ${visit.account}`, async () => {
    if (await followed(house, visit, factor, value)) return;
    const state = await house.sessions.open(visit);
    await mayChange(house, visit, state);
    const pending = await read(house, visit, name);
    if (id !== undefined && id !== pending.shown["id"]) throw new FactorError("code_expired");
    const replaces = await isOnFile(house, visit, factor);
    await judgeFirst(house, visit, factor, pending.held, value);
    await house.notes.take(keyOf(house, visit, name), house.clock());
    await putOnFile(house, visit, state, { factor, value, replaces });
  });
}

/** The same form once more: its session has moved on with the first. */
async function followed(
  house: House,
  { request }: Visit,
  { name }: DefinedFactor,
  value: unknown,
): Promise<boolean> {
  const sid = request.sessionID ?? "";
  const digest = await house.moved.digestFrom(sid);
  const known =
    digest !== undefined &&
    house.tools.challenges.isDigestOf(digest, bindingOf({ request }, name), textOf(value));
  if (known) await house.moved.follow(sid, request);
  return known;
}

/** Counted first, apart from guesses at what is on file; taken back where nobody could judge it. Returns only where it was right. */
async function judgeFirst(
  house: House,
  visit: Visit,
  { name, field }: DefinedFactor,
  held: unknown,
  value: unknown,
): Promise<void> {
  const { enrol } = enrolling(house, name);
  const { counted } = house.tools;
  const { account, locale } = visit;
  await house.guesses.consume(visit.ip);
  // Who has logged out meanwhile puts nothing on file any more.
  if (!(await house.inTime("session.get", () => isStillThere(visit.request))))
    throw new FactorError("login_required");
  const lane = house.devices.laneOf(visit.request, account);
  const guesser = { account: JSON.stringify(["enrolment", account]), lane, factor: name };
  const answer = await counted.count(guesser, GUESSES);
  if (answer.outcome === "limited") throw tooManyRequests(answer.retryAfterMs);
  if (answer.outcome === "disabled") throw new FactorError("factor_disabled");
  const who = `factor "${name}": enrol.confirm`;
  try {
    const said: unknown = await house.inTime(who, () =>
      enrol.confirm({ account, locale, held }, value, house.tools.kit(name)),
    );
    if (said === "right") return await counted.clear(guesser);
    if (said !== "wrong") throw wrongAnswer(who, said, "right or wrong");
  } catch (cause) {
    await counted.takeBack(guesser).catch(house.onError);
    if (isFactorError(cause) && cause.code === "store_unavailable") throw cause;
    throw new FactorError("verifier_unavailable", { retryAfter: 5, cause });
  }
  throw new FactorError("invalid_code", { field, attemptsRemaining: answer.attemptsRemaining });
}

/** What comes of a factor that is on file from now on: what other sessions have passed counts no more where it replaces another, and this one goes on. */
async function putOnFile(
  house: House,
  visit: Visit,
  state: SessionState,
  { factor, value, replaces }: { factor: DefinedFactor; value: unknown; replaces: boolean },
): Promise<void> {
  const { name } = factor;
  const { account, request } = visit;
  await house.tools.counted.reset(account, name);
  if (replaces && house.trust !== undefined) await revokeDevices(house, account);
  const version = await (replaces ? house.versions.renew(account) : house.versions.read(account));
  tell(house, "factor_added", { ...occasionOf(visit, factor), purpose: "enrol" });
  house.notify(visit, { kind: "factor_added", factor: name });
  if (!(await house.inTime("session.get", () => isStillThere(request)))) {
    await house.inTime("session.regenerate", () => leaveSession(request));
    throw new FactorError("login_required");
  }
  const at = house.clock();
  const binding = bindingOf(visit, name);
  const digest = house.tools.challenges.digestOf(binding, textOf(value));
  const code = { factor: name, purpose: "enrol", binding, digest, at };
  await house.sessions.pass(visit, state, { factor: name, amr: [factor.amr].flat(), at, version, code });
  house.devices.remember(request, account);
}

async function isOnFile(house: House, visit: Visit, { name, definition }: DefinedFactor): Promise<boolean> {
  const onFile: unknown = await house.inTime(`factor "${name}": onFile`, () =>
    definition.onFile(visit.account, house.tools.kit(name)),
  );
  return onFile !== undefined;
}

async function read(house: House, visit: Visit, name: string): Promise<PendingEnrolment> {
  const key = keyOf(house, visit, name);
  const sealed = await house.notes.read(key, house.clock());
  const text = sealed === undefined ? undefined : house.box.open(sealed, key);
  const pending = text === undefined ? undefined : (JSON.parse(text) as PendingEnrolment);
  if (pending === undefined || house.clock() >= pending.until) throw new FactorError("code_expired");
  return pending;
}

const keyOf = (house: House, visit: Visit, name: string) =>
  digestKey(["enrolment", house.tenant, visit.account, bindingOf(visit, name)]);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
