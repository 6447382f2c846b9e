import { isRegistration } from "../challenges/budgets.ts";
import type { Verdict } from "../challenges/challenge.ts";
import { FactorError } from "../errors.ts";
import { namesOf } from "../factors/code-names.ts";
import { sendsCode } from "../factors/define-factor.ts";
import type { CodeFactor, Factor, JudgedFactor } from "../factors/factor.ts";
import { useOf } from "./begin-factor.ts";
import { withAccountLock, bindAddress } from "./settings/binding.ts";
import { occasionOf } from "./codes/challenge.ts";
import { emit, type Engine } from "./engine.ts";
import { EXPIRED, judge, orGiveBack, refused } from "./codes/judge.ts";
import { addressOf, proves } from "./on-file.ts";
import { bindingOf, findPending, toOnFile, type Pending } from "./codes/pending.ts";
import { spentClasses } from "./session/recovery-epoch.ts";
import type { SessionState } from "./session/session-state.ts";
import { requireStillThere } from "./session/session.ts";
import { repeatable } from "./text-of.ts";
import { judgeFactor, parseFor, tellPassed } from "./verify-factor.ts";
import type { RequestContext } from "./request-context.ts";

/** What a passed factor is worth. */
export interface Proof {
  /** The name of the factor. */
  method: string;
  /** RFC 8176. */
  amr: string[];
  /** What was proven for. */
  purpose: string;
  /** With a code of a set: how many are left, and whether that is low. */
  remaining?: number;
  /** Few backup codes are left. */
  low?: boolean;
  /** Of an address that was registered: it took the place of another. */
  changed?: true;
}

/** What an account was recovered by alone is not its second factor too. Throws `factor_required`. */
async function refuseSpent(
  engine: Engine,
  { account }: RequestContext,
  { class: its }: Factor,
): Promise<void> {
  if (engine.recovers.settings() === undefined || its === undefined) return;
  const spent = await spentClasses(engine, account);
  if (!spent.includes(its)) return;
  const others = engine.factors.filter((each) => each.class !== undefined && !spent.includes(each.class));
  throw new FactorError("factor_required", { factors: others.map(({ name }) => name) });
}

/** How far a code reaches that is typed. */
interface Reach {
  /** A code that was made to register an address proves nothing here. */
  onFileOnly?: boolean;
}

/**
 * Judges what was typed. On success the session has a new id and says which factor passed and when; an address that was being
 * registered is on file. Throws `invalid_code`, `attempts_exceeded`, `code_expired`, `too_many_requests`, `factor_disabled`, `phone_taken`.
 */
export async function verify(
  engine: Engine,
  context: RequestContext,
  factor: Factor,
  response: unknown,
  reach: Reach = {},
): Promise<Proof> {
  const state = await engine.sessions.open(context);
  await refuseSpent(engine, context, factor);
  if (!sendsCode(factor)) {
    const value = await parseFor(engine, factor, response);
    return proveOnce(engine, context, state, { factor, value });
  }
  const code = factor.parse(response);
  if (code === undefined) throw new FactorError("invalid_code", { field: factor.field });
  return verifySent(engine, context, state, factor, code, reach);
}

async function verifySent(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  factor: CodeFactor,
  code: string,
  { onFileOnly = false }: Reach,
): Promise<Proof> {
  const { destination, transport } = factor.code;
  const onFile = await addressOf(engine, context, factor.code);
  const isLogin = onFile !== undefined && proves(factor, useOf(state));
  // A managed verifier is asked about a message by its id, and an address to be registered stands in the record.
  const looks = !isLogin || transport.check !== undefined;
  const found = looks ? await findPending(engine, context, state, destination.kind, factor) : undefined;
  const pending = found ?? toOnFile(engine, context, state, factor, isLogin ? onFile : "");
  const registers = isRegistration(pending.ref.purpose);
  if (!registers && !isLogin && onFile !== undefined) throw new FactorError("not_enrolled");
  if (!registers) {
    const version = engine.versions.read(context.account);
    version.catch(() => {});
    const verdict = await judge(engine, context, pending, code);
    if (verdict.outcome !== "other")
      return conclude(engine, context, state, { pending, verdict, code, version });
  }
  if (onFileOnly) throw refused(engine, context, factor, occasionOf(context, factor), EXPIRED);
  return withAccountLock(engine, `account ${context.account}`, async () =>
    register(engine, context, state, factor, code),
  );
}

/** The code of an address that is being registered. Whether that may go on is asked anew, because another registration may just have ended. */
async function register(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  factor: CodeFactor,
  code: string,
): Promise<Proof> {
  const found = await findPending(engine, context, state, factor.code.destination.kind, factor);
  const registers = found !== undefined && isRegistration(found.ref.purpose);
  const pending = registers ? found : toOnFile(engine, context, state, factor, "");
  const version = await engine.versions.read(context.account);
  const verdict = await judge(engine, context, pending, code);
  return conclude(engine, context, state, { pending, verdict, code, version });
}

interface Concluded {
  pending: Pending;
  verdict: Verdict;
  code: string;
  /** Of the account, before it was judged. */
  version: Promise<string> | string;
}

/** What a verdict brings about: a proof in the session and, of an address that was being registered, that address on file. */
async function conclude(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  { pending: { ref, factor }, verdict, code, version }: Concluded,
): Promise<Proof> {
  const { binding, purpose } = ref;
  const occasion = occasionOf(context, factor, ref);
  switch (verdict.outcome) {
    case "repeated":
      // The address is on file, and the session has gone nowhere.
      if (!proves(factor, "login", "step-up"))
        return { method: factor.name, amr: [factor.amr].flat(), purpose };
      await engine.moved.follow(context.request.sessionID as string, context.request);
      return again(engine, context, await engine.sessions.open(context), { factor, purpose });
    case "other":
      throw refused(engine, context, factor, occasion, EXPIRED);
    case "failed":
      if (verdict.reason === "expired" && hasPassed(engine, context, state, factor, code))
        return again(engine, context, state, { factor, purpose: state.code?.purpose ?? purpose });
      throw refused(engine, context, factor, occasion, verdict);
    case "passed":
      break;
    default:
      throw new TypeError(`${factor.name}: verify answered no known outcome`);
  }
  const proof: Proof = { method: factor.name, amr: [factor.amr].flat(), purpose };
  await orGiveBack(engine, verdict, async () => {
    await requireStillThere(engine, context.request);
    const before = await version;
    const { version: now, changed } = isRegistration(purpose)
      ? await bindAddress(engine, context, { ...state, version: before }, factor, ref.to, occasion)
      : { version: before, changed: false };
    if (changed) proof.changed = true;
    // An address that is for recovery is confirmed, and opens nothing.
    if (!proves(factor, "login", "step-up")) return;
    await pass(engine, context, state, proof, { version: now, binding, code });
  });
  // An address that opens nothing is on file, which has been told, and nothing was passed.
  if (!isRegistration(purpose) || proves(factor, "login", "step-up"))
    emit(engine, namesOf(ref.kind).events.passed, occasion);
  return proof;
}

/** The code of an address that is to come on file, and no other: a door at which nothing else is proven. */
export async function confirmAddress(
  engine: Engine,
  context: RequestContext,
  factor: CodeFactor,
  response: unknown,
): Promise<Proof> {
  const code = factor.parse(response);
  if (code === undefined) throw new FactorError("invalid_code", { field: factor.field });
  return withAccountLock(engine, `account ${context.account}`, async () =>
    register(engine, context, await engine.sessions.open(context), factor, code),
  );
}

/** The code that this session has passed with a short while ago, typed once more: a form that was posted twice. */
function hasPassed(
  { tools, clock }: Engine,
  { request }: RequestContext,
  { code: known }: SessionState,
  factor: Factor,
  code: string,
): boolean {
  // A browser's session is one person's; a program passes on what it is given, and a code is good for it once.
  if (request.sessionStore === undefined) return false;
  if (known?.factor !== factor.name || clock() - known.at >= REPEATED_MS) return false;
  return tools.challenges.isDigestOf(known.digest, known.binding, code);
}

/** As long as a code may live. */
const REPEATED_MS = 10 * 60_000;

/** Answered like the first time, and nothing is counted or told anew. */
function again(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  { factor, purpose }: { factor: Factor; purpose: string },
): Proof {
  engine.sessions.outlastLogIn(context, state);
  engine.devices.remember(context.request, context.account);
  return { method: factor.name, amr: [factor.amr].flat(), purpose };
}

async function pass(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  { method, amr, purpose }: Proof,
  { version, binding, code }: { version: string; binding: string; code: string },
): Promise<void> {
  const at = engine.clock();
  const digest = engine.tools.challenges.digestOf(binding, code);
  const known = { factor: method, purpose, binding, digest, at };
  await engine.sessions.pass(context, state, { factor: method, amr, at, version, code: known });
  engine.devices.remember(context.request, context.account);
  engine.lastUsed.note(context.request, context.account, method);
}

/** One at a time in a session: the same code posted twice at once must not count as a wrong one. */
async function proveOnce(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  { factor, value }: { factor: JudgedFactor; value: unknown },
): Promise<Proof> {
  const { sessionID: sid = "" } = context.request;
  const binding = bindingOf(context, factor.name);
  const code = repeatable(factor, value);
  return withAccountLock(engine, binding, async () => {
    const repeated = { factor, purpose: state.code?.purpose ?? "login" };
    if (hasPassed(engine, context, state, factor, code)) return again(engine, context, state, repeated);
    const digest = await engine.moved.digestFrom(sid);
    if (digest !== undefined && engine.tools.challenges.isDigestOf(digest, binding, code)) {
      await engine.moved.follow(sid, context.request);
      return again(engine, context, await engine.sessions.open(context), repeated);
    }
    // Some answers do not come back, so what may fail comes before they are judged.
    const version = await engine.versions.read(context.account);
    await requireStillThere(engine, context.request);
    const right = await judgeFactor(engine, context, state, factor, value);
    const { giveBack: _undo, occasion, ...proven } = right;
    const proof: Proof = { method: factor.name, purpose: occasion.purpose, ...proven };
    await orGiveBack(engine, right, async () => {
      await requireStillThere(engine, context.request);
      await pass(engine, context, state, proof, { version, binding, code });
    });
    tellPassed(engine, context, factor, right);
    return proof;
  });
}
