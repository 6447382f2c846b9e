import { FactorError, isFactorError, tooManyRequests } from "../../errors.ts";
import { judgesItself } from "../../factors/define-factor.ts";
import type { JudgedFactor } from "../../factors/factor.ts";
import type { FactorEnrol } from "../../factors/definition.ts";
import { digestKey } from "../../crypto/secret.ts";
import { keepBegun, openBegun, readBegun, type BegunNote } from "../begun.ts";
import { readJudged, type Said } from "../judged.ts";
import { withAccountLock } from "./binding.ts";
import { occasionOf } from "../codes/challenge.ts";
import { factorNamed, emit, type Engine } from "../engine.ts";
import { hasAny, listShown, proves, secondFactorNames } from "../on-file.ts";
import { labelOf } from "./label.ts";
import { bindingOf, FRESH_MS, provenWithin } from "../codes/pending.ts";
import { repeatable } from "../text-of.ts";
import { isStillThere, leaveSession } from "../session/session.ts";
import type { SessionState } from "../session/session-state.ts";
import { parseFor } from "../verify-factor.ts";
import { endPassed } from "./ended.ts";
import { SAID_BY_FACTORS, tellingRefusals } from "./refusals.ts";
import type { RequestContext } from "../request-context.ts";
import type { Enrolled, EnrolmentBegun } from "./enrolled.ts";

interface PendingEnrolment {
  state: unknown;
  shown: Readonly<Record<string, unknown>>;
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
    throw new FactorError("factor_required", { factors: secondFactorNames(engine) });
}

/** Begins to put a factor on file: it counts for nothing until it is confirmed, and what is on file goes on. Begun anew, it replaces what was pending in this session. */
export async function beginEnrolment(
  engine: Engine,
  context: RequestContext,
  name: string,
): Promise<EnrolmentBegun> {
  const { factor, enrol } = enrolling(engine, name);
  const { account, locale } = context;
  await tellingRefusals(engine, context, factor, async () => {
    await mayChange(engine, context, await engine.sessions.open(context));
    // Nothing is sent by it.
    await engine.ceremonies.consume(context.ip);
    if (await isFull(engine, context, factor)) throw new FactorError("invalid_request", { field: "factor" });
  });
  const who = `factor "${name}": enrol.begin`;
  const answer: unknown = await engine.inTime(who, () =>
    enrol.begin({ account, locale, state: undefined }, engine.tools.kit(name)),
  );
  const { state, seconds, shown } = readBegun(who, answer, MOST_SECONDS);
  await keepBegun(engine, keyOf(engine, context, name), { state, shown }, seconds);
  return { method: name, expires_in_seconds: seconds, shown };
}

/** Where there may be several, none takes the place of another. */
async function isFull(engine: Engine, context: RequestContext, factor: JudgedFactor): Promise<boolean> {
  const { most = 1 } = factor.definition.enrol ?? {};
  return most > 1 && (await listShown(engine, context, factor)).length >= most;
}

/** What this session has begun, to be shown again. Throws `code_expired` where there is nothing. */
export async function pendingEnrolment(
  engine: Engine,
  context: RequestContext,
  name: string,
): Promise<EnrolmentBegun> {
  enrolling(engine, name);
  await mayChange(engine, context, await engine.sessions.open(context));
  const { shown, until } = (await read(engine, context, name)).kept;
  return { method: name, expires_in_seconds: Math.ceil((until - engine.clock()) / 1000), shown };
}

/** What comes with a first answer. */
export interface FirstAnswer {
  response: unknown;
  /** Where the caller names one, it must be what `begin` showed as `id`: of two tabs, none confirms what the other has begun. */
  id?: unknown;
  /** How its owner calls it, where there may be several. */
  label?: unknown;
}

/** The first answer: where it is right, the factor is on file, and this session has passed it. */
export async function confirmEnrolment(
  engine: Engine,
  context: RequestContext,
  name: string,
  { response, id, label }: FirstAnswer,
): Promise<Enrolled> {
  const { factor, enrol } = enrolling(engine, name);
  const called = label === undefined ? {} : { label: labelOf(label) };
  const value = await parseFor(engine, factor, response, enrol.parse);
  return withAccountLock(engine, `account ${context.account}`, async () => {
    if (await followed(engine, context, factor, value)) return enrolledAs(engine, context, factor);
    return tellingRefusals(engine, context, factor, async () => {
      const version = await engine.versions.read(context.account);
      const state = { ...(await engine.sessions.open(context)), version };
      await mayChange(engine, context, state);
      const pending = await read(engine, context, name);
      if (id !== undefined && id !== pending.kept.shown["id"]) throw new FactorError("code_expired");
      // A challenge is good for one answer, right or wrong.
      const isCeremony = factor.definition.prompt === "ceremony";
      if (isCeremony && !(await pending.use())) throw new FactorError("code_expired");
      const { most = 1 } = enrol;
      const replaces = most === 1 && (await listShown(engine, context, factor)).length > 0;
      let now = version;
      const settle = async () => {
        now = await settled(engine, context, state, factor, replaces);
      };
      const given = { ...called, state: pending.kept.state };
      const said = await judgeFirst(engine, context, factor, { given, value, settle });
      if (!isCeremony) await pending.use().catch(engine.onError);
      await passIn(engine, context, state, { factor, value, version: now, said });
      return said.id === undefined ? enrolledAs(engine, context, factor) : { factor: name, id: said.id };
    });
  });
}

/** What is on file now, as the settings door names it. What cannot be asked just now is on file all the same. */
async function enrolledAs(engine: Engine, context: RequestContext, factor: JudgedFactor): Promise<Enrolled> {
  const { name } = factor;
  try {
    const id = (await listShown(engine, context, factor)).at(-1)?.["id"];
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
  factor: JudgedFactor,
  value: unknown,
): Promise<boolean> {
  const sid = request.sessionID ?? "";
  const digest = await engine.moved.digestFrom(sid);
  const known =
    digest !== undefined &&
    engine.tools.challenges.isDigestOf(
      digest,
      bindingOf({ request }, factor.name),
      repeatable(factor, value),
    );
  if (known) await engine.moved.follow(sid, request);
  return known;
}

/** Counted first, apart from guesses at what is on file; taken back where nobody could judge it. Returns only where it was right. */
async function judgeFirst(
  engine: Engine,
  context: RequestContext,
  { name, field }: JudgedFactor,
  {
    given,
    value,
    settle,
  }: { given: { state: unknown; label?: string }; value: unknown; settle: () => Promise<void> },
): Promise<Said> {
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
  // What comes of it comes of it also where nobody has waited: it is on file then.
  async function confirm(): Promise<Said> {
    const answered: unknown = await enrol.confirm(
      { account, locale, ...given },
      value,
      engine.tools.kit(name),
    );
    const said = readJudged(who, answered, ["right", "wrong"]);
    if (said.outcome === "right") await settle();
    return said;
  }
  try {
    const said = await engine.inTime(who, confirm);
    if (said.outcome === "right") {
      await counted.clear(guesser).catch(engine.onError);
      return said;
    }
  } catch (cause) {
    await counted.takeBack(guesser).catch(engine.onError);
    if (isFactorError(cause) && SAID_BY_FACTORS.includes(cause.code)) throw cause;
    throw new FactorError("verifier_unavailable", { retryAfter: 5, cause });
  }
  throw new FactorError("invalid_code", { field, attemptsRemaining: answer.attemptsRemaining });
}

/**
 * What comes of a factor that is on file from now on, whatever fails: it is told, and what other sessions have passed counts no more where it replaces
 * another. Answers under which version this session goes on: of before the answer was judged, so that who ended this session meanwhile has ended what it
 * has just proven, too.
 */
async function settled(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  factor: JudgedFactor,
  replaces: boolean,
): Promise<string> {
  const { name, definition } = factor;
  const { account } = context;
  const { events = {}, notices = {} } = definition;
  emit(engine, events.added ?? "factor_added", { ...occasionOf(context, factor), purpose: "enrol" });
  engine.notify(context, { kind: notices.added ?? "factor_added", factor: name });
  const before = state.version ?? "";
  const orTold = (error: unknown) => {
    engine.onError(error);
    return before;
  };
  const ends = replaces && proves(factor, "login", "step-up");
  const version = ends ? await endPassed(engine, account, state).catch(orTold) : before;
  await engine.tools.counted.reset(account, name).catch(engine.onError);
  return version;
}

/** This session has passed what it has put on file. */
async function passIn(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  { factor, value, version, said }: { factor: JudgedFactor; value: unknown; version: string; said: Said },
): Promise<void> {
  const { name } = factor;
  const { account, request } = context;
  if (!(await engine.inTime("session.get", () => isStillThere(request)))) {
    await engine.inTime("session.regenerate", () => leaveSession(request));
    throw new FactorError("login_required");
  }
  // A way back proves nothing at a login: this session has passed no more than before.
  if (!proves(factor, "login", "step-up")) return;
  const at = engine.clock();
  const binding = bindingOf(context, name);
  const digest = engine.tools.challenges.digestOf(binding, repeatable(factor, value));
  const code = { factor: name, purpose: "enrol", binding, digest, at };
  const amr = [said.amr ?? factor.amr].flat();
  await engine.sessions.pass(context, state, { factor: name, amr, at, version, code });
  engine.devices.remember(request, account);
}

async function read(
  engine: Engine,
  context: RequestContext,
  name: string,
): Promise<BegunNote<PendingEnrolment>> {
  const pending = await openBegun<PendingEnrolment>(engine, keyOf(engine, context, name));
  if (pending === undefined) throw new FactorError("code_expired");
  return pending;
}

const keyOf = (engine: Engine, context: RequestContext, name: string) =>
  digestKey(["enrolment", engine.tenant, context.account, bindingOf(context, name)]);
