import { FactorError, isFactorError, tooManyRequests } from "../../errors.ts";
import { judgesItself } from "../../factors/define-factor.ts";
import type { JudgedFactor } from "../../factors/factor.ts";
import type { FactorEnrol } from "../../factors/definition.ts";
import { digestKey } from "../../crypto/secret.ts";
import { wrongAnswer } from "../../wrong-answer.ts";
import { withAccountLock } from "./binding.ts";
import { occasionOf } from "../codes/challenge.ts";
import { factorNamed, emit, type Engine } from "../engine.ts";
import { hasAny, shownOf } from "../on-file.ts";
import { bindingOf, FRESH_MS, provenWithin } from "../codes/pending.ts";
import { textOf } from "../text-of.ts";
import { isStillThere, leaveSession } from "../session/session.ts";
import type { SessionState } from "../session/session-state.ts";
import { parseFor } from "../verify-factor.ts";
import { endPassed } from "./ended.ts";
import { tellingRefusals } from "./refusals.ts";
import type { RequestContext } from "../request-context.ts";

/** What is being put on file, as the person takes it down; and again where the first answer was wrong. */
export interface EnrolmentBegun {
  method: string;
  expires_in_seconds: number;
  shown: Readonly<Record<string, unknown>>;
}

/** What has come on file: its factor, and the id by which it is removed. */
export interface Enrolled {
  factor: string;
  id: string;
}

interface PendingEnrolment {
  state: unknown;
  shown: Readonly<Record<string, unknown>>;
  until: number;
}

const MOST_SECONDS = 600;
/** Wrong first answers in an hour; they are no guesses at what is on file. */
const GUESSES = { perHour: 10, inARow: 1_000_000 };

interface Enrolling {
  factor: JudgedFactor;
  enrol: FactorEnrol<unknown, unknown, unknown>;
}

/** Throws a TypeError for a factor that nothing can be put on file for here: that is the app's mistake. */
function enrolling(engine: Engine, name: string): Enrolling {
  const factor = factorNamed(engine, name);
  const enrol = judgesItself(factor) ? factor.definition.enrol : undefined;
  if (!judgesItself(factor) || enrol === undefined)
    throw new TypeError(`enrol: factor "${name}" was not made by defineFactor with enrol`);
  return { factor, enrol: enrol as unknown as FactorEnrol<unknown, unknown, unknown> };
}

/** Throws `factor_required` where anything is on file and this session has not passed a factor in the last 10 minutes (ASVS 7.5.1). */
export async function mayChange(engine: Engine, context: RequestContext, state: SessionState): Promise<void> {
  if (provenWithin(engine, state, FRESH_MS)) return;
  if (await hasAny(engine, context))
    throw new FactorError("factor_required", { factors: engine.factors.map((each) => each.name) });
}

/** Begins to put a factor on file: it counts for nothing until it is confirmed, and what is on file goes on. Begun anew, it replaces what was pending in this session. */
export async function beginEnrolment(
  engine: Engine,
  context: RequestContext,
  name: string,
): Promise<EnrolmentBegun> {
  const { factor, enrol } = enrolling(engine, name);
  await tellingRefusals(engine, context, factor, async () => {
    await mayChange(engine, context, await engine.sessions.open(context));
    await engine.sends.consume(context.ip);
  });
  const { account, locale } = context;
  const who = `factor "${name}": enrol.begin`;
  const answer: unknown = await engine.inTime(who, () =>
    enrol.begin({ account, locale, state: undefined }, engine.tools.kit(name)),
  );
  if (!isRecord(answer) || answer["state"] === undefined)
    throw wrongAnswer(who, answer, "an object with state");
  const { state, ttlSeconds = MOST_SECONDS, shown = {} } = answer;
  if (!Number.isInteger(ttlSeconds) || (ttlSeconds as number) < 1 || (ttlSeconds as number) > MOST_SECONDS)
    throw wrongAnswer(`${who}: ttlSeconds`, ttlSeconds, `a whole number from 1 to ${MOST_SECONDS}`);
  if (!isRecord(shown)) throw wrongAnswer(`${who}: shown`, shown, "an object");
  const ms = (ttlSeconds as number) * 1000;
  const key = keyOf(engine, context, name);
  const kept: PendingEnrolment = { state, shown, until: engine.clock() + ms };
  await engine.notes.put(key, engine.box.seal(JSON.stringify(kept), key), engine.clock(), ms);
  return { method: name, expires_in_seconds: ttlSeconds as number, shown };
}

/** What this session has begun, to be shown again. Throws `code_expired` where there is nothing. */
export async function pendingEnrolment(
  engine: Engine,
  context: RequestContext,
  name: string,
): Promise<EnrolmentBegun> {
  enrolling(engine, name);
  await mayChange(engine, context, await engine.sessions.open(context));
  const { shown, until } = await read(engine, context, name);
  return { method: name, expires_in_seconds: Math.ceil((until - engine.clock()) / 1000), shown };
}

/**
 * The first answer: where it is right, the factor is on file, and this session has passed it. `id`, where the caller names one, must be what `begin`
 * showed as `id`: of two tabs, none confirms what the other has begun.
 */
export async function confirmEnrolment(
  engine: Engine,
  context: RequestContext,
  name: string,
  { response, id }: { response: unknown; id?: unknown },
): Promise<Enrolled> {
  const { factor } = enrolling(engine, name);
  const value = await parseFor(engine, factor, response);
  await withAccountLock(engine, `account ${context.account}`, async () => {
    if (await followed(engine, context, factor, value)) return;
    await tellingRefusals(engine, context, factor, async () => {
      const state = await engine.sessions.open(context);
      await mayChange(engine, context, state);
      const pending = await read(engine, context, name);
      if (id !== undefined && id !== pending.shown["id"]) throw new FactorError("code_expired");
      const replaces = (await shownOf(engine, context, factor)) !== undefined;
      await judgeFirst(engine, context, factor, pending.state, value);
      await engine.notes.take(keyOf(engine, context, name), engine.clock());
      await putOnFile(engine, context, state, { factor, value, replaces });
    });
  });
  return enrolledAs(engine, context, factor);
}

/** What is on file now, as the settings door names it. What cannot be asked just now is on file all the same. */
async function enrolledAs(engine: Engine, context: RequestContext, factor: JudgedFactor): Promise<Enrolled> {
  const { name } = factor;
  try {
    const id = (await shownOf(engine, context, factor))?.["id"];
    return { factor: name, id: typeof id === "string" ? id : name };
  } catch (error) {
    engine.onError(error);
    return { factor: name, id: name };
  }
}

/** The same form once more: its session has moved on with the first. */
async function followed(
  engine: Engine,
  { request }: RequestContext,
  { name }: JudgedFactor,
  value: unknown,
): Promise<boolean> {
  const sid = request.sessionID ?? "";
  const digest = await engine.moved.digestFrom(sid);
  const known =
    digest !== undefined &&
    engine.tools.challenges.isDigestOf(digest, bindingOf({ request }, name), textOf(value));
  if (known) await engine.moved.follow(sid, request);
  return known;
}

/** Counted first, apart from guesses at what is on file; taken back where nobody could judge it. Returns only where it was right. */
async function judgeFirst(
  engine: Engine,
  context: RequestContext,
  { name, field }: JudgedFactor,
  state: unknown,
  value: unknown,
): Promise<void> {
  const { enrol } = enrolling(engine, name);
  const { counted } = engine.tools;
  const { account, locale } = context;
  await engine.guesses.consume(context.ip);
  // Who has logged out meanwhile puts nothing on file any more.
  if (!(await engine.inTime("session.get", () => isStillThere(context.request))))
    throw new FactorError("login_required");
  const bucket = engine.devices.bucketOf(context.request, account);
  const guesser = { account: JSON.stringify(["enrolment", account]), bucket, factor: name };
  const answer = await counted.count(guesser, GUESSES);
  if (answer.outcome === "limited") throw tooManyRequests(answer.retryAfterMs, "lockout");
  if (answer.outcome === "disabled") throw new FactorError("factor_disabled");
  const who = `factor "${name}": enrol.confirm`;
  try {
    const said: unknown = await engine.inTime(who, () =>
      enrol.confirm({ account, locale, state }, value, engine.tools.kit(name)),
    );
    if (said === "right") return await counted.clear(guesser);
    if (said !== "wrong") throw wrongAnswer(who, said, "right or wrong");
  } catch (cause) {
    await counted.takeBack(guesser).catch(engine.onError);
    if (isFactorError(cause) && cause.code === "store_unavailable") throw cause;
    throw new FactorError("verifier_unavailable", { retryAfter: 5, cause });
  }
  throw new FactorError("invalid_code", { field, attemptsRemaining: answer.attemptsRemaining });
}

/** What comes of a factor that is on file from now on: what other sessions have passed counts no more where it replaces another, and this one goes on. */
async function putOnFile(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  { factor, value, replaces }: { factor: JudgedFactor; value: unknown; replaces: boolean },
): Promise<void> {
  const { name, definition } = factor;
  const { account, request } = context;
  const { events = {}, notices = {} } = definition;
  await engine.tools.counted.reset(account, name);
  const version = await (replaces ? endPassed(engine, account) : engine.versions.read(account));
  emit(engine, events.added ?? "factor_added", { ...occasionOf(context, factor), purpose: "enrol" });
  engine.notify(context, { kind: notices.added ?? "factor_added", factor: name });
  if (!(await engine.inTime("session.get", () => isStillThere(request)))) {
    await engine.inTime("session.regenerate", () => leaveSession(request));
    throw new FactorError("login_required");
  }
  const at = engine.clock();
  const binding = bindingOf(context, name);
  const digest = engine.tools.challenges.digestOf(binding, textOf(value));
  const code = { factor: name, purpose: "enrol", binding, digest, at };
  await engine.sessions.pass(context, state, { factor: name, amr: [factor.amr].flat(), at, version, code });
  engine.devices.remember(request, account);
}

async function read(engine: Engine, context: RequestContext, name: string): Promise<PendingEnrolment> {
  const key = keyOf(engine, context, name);
  const sealed = await engine.notes.read(key, engine.clock());
  const text = sealed === undefined ? undefined : engine.box.open(sealed, key);
  const pending = text === undefined ? undefined : (JSON.parse(text) as PendingEnrolment);
  if (pending === undefined || engine.clock() >= pending.until) throw new FactorError("code_expired");
  return pending;
}

const keyOf = (engine: Engine, context: RequestContext, name: string) =>
  digestKey(["enrolment", engine.tenant, context.account, bindingOf(context, name)]);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
