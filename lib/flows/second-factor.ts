import type { Verdict } from "../challenges/challenge.ts";
import { FactorError } from "../errors.ts";
import { isDefined } from "../factors/define-factor.ts";
import {
  isDelivered,
  isSaved,
  type DeliveredFactor,
  type Factor,
  type SavedFactor,
} from "../factors/factor.ts";
import { withAccountLock, bindPhone } from "./settings/binding.ts";
import { occasionOf } from "./codes/challenge.ts";
import { emit, type Engine } from "./engine.ts";
import { EXPIRED, judge, orGiveBack, refused } from "./codes/judge.ts";
import { holderOf } from "./on-file.ts";
import { bindingOf, findPending, toOnFile, type Pending } from "./codes/pending.ts";
import type { SessionState } from "./session/session-state.ts";
import { isStillThere, leaveSession } from "./session/session.ts";
import { repeatable } from "./text-of.ts";
import { judgeFactor, parseFor } from "./verify-factor.ts";
import type { RequestContext } from "./request-context.ts";

/** What a passed factor is worth. */
export interface Proof {
  method: string;
  /** RFC 8176. */
  amr: string[];
  purpose: string;
  /** With a backup code: how many are left, and whether that is low. */
  remaining?: number;
  low?: boolean;
}

/** How far a code reaches that is typed. */
interface Reach {
  /** A code that was made to register a number proves nothing here. */
  onFileOnly?: boolean;
}

/**
 * Judges what was typed. On success the session has a new id and says which factor passed and when; a number that was being
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
  if (isDefined(factor)) {
    const value = await parseFor(engine, factor, response);
    return proveOnce(engine, context, state, { factor, code: repeatable(factor, value) }, async () => ({
      method: factor.name,
      ...(await judgeFactor(engine, context, state, factor, value)),
    }));
  }
  if (!isDelivered(factor) && !isSaved(factor)) throw new FactorError("not_enrolled");
  const code = factor.parse(response);
  if (code === undefined) throw new FactorError("invalid_code", { field: factor.field });
  if (isDelivered(factor)) return verifyDelivered(engine, context, state, factor, code, reach);
  return proveOnce(engine, context, state, { factor, code }, () => judgeSaved(engine, context, factor, code));
}

async function verifyDelivered(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  factor: DeliveredFactor,
  code: string,
  { onFileOnly = false }: Reach,
): Promise<Proof> {
  const onFile = (await engine.accounts.phone(context.user)) ?? undefined;
  // A managed verifier is asked about a message by its id, and a number to be registered stands in the record.
  const looks = onFile === undefined || factor.transport.check !== undefined;
  const found = looks ? await findPending(engine, context, state, factor) : undefined;
  const pending = found ?? toOnFile(engine, context, state, factor, onFile ?? "");
  const isOther = pending.ref.purpose === "phone";
  if (!isOther) {
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

/** The code of a number that is being registered. Whether that may go on is asked anew, because another registration may just have ended. */
async function register(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  factor: DeliveredFactor,
  code: string,
): Promise<Proof> {
  const found = await findPending(engine, context, state, factor);
  const registers = found?.ref.purpose === "phone";
  const pending = registers ? found : toOnFile(engine, context, state, factor, "");
  const verdict = await judge(engine, context, pending, code);
  return conclude(engine, context, state, { pending, verdict, code, version: undefined });
}

interface Concluded {
  pending: Pending;
  verdict: Verdict;
  code: string;
  version: Promise<string> | undefined;
}

/** What a verdict brings about: a proof in the session and, for a number that was being registered, that number on file. */
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
  const proof: Proof = { method: factor.name, amr: [factor.amr], purpose };
  await orGiveBack(engine, verdict, async () => {
    await stillThere(engine, context);
    const renewed = purpose === "phone" ? await bindPhone(engine, context, ref.to, occasion) : undefined;
    const now = renewed ?? (await (version ?? engine.versions.read(context.account)));
    await pass(engine, context, state, proof, { version: now, binding, code });
  });
  emit(engine, "phone_otp_verify_completed", occasion);
  return proof;
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

/** Somebody who has logged out, or in anew, while this request was on its way, must not be in again by it. */
async function stillThere(engine: Engine, { request }: RequestContext): Promise<void> {
  if (await engine.inTime("session.get", () => isStillThere(request))) return;
  leaveSession(request);
  throw new FactorError("login_required");
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
}

/** One at a time in a session: the same code posted twice at once must not count as a wrong one. */
async function proveOnce(
  engine: Engine,
  context: RequestContext,
  state: SessionState,
  { factor, code }: { factor: Factor; code: string },
  judgeIt: () => Promise<Proof>,
): Promise<Proof> {
  const { sessionID: sid = "" } = context.request;
  const binding = bindingOf(context, factor.name);
  return withAccountLock(engine, binding, async () => {
    const repeated = { factor, purpose: state.code?.purpose ?? "login" };
    if (hasPassed(engine, context, state, factor, code)) return again(engine, context, state, repeated);
    const digest = await engine.moved.digestFrom(sid);
    if (digest !== undefined && engine.tools.challenges.isDigestOf(digest, binding, code)) {
      await engine.moved.follow(sid, context.request);
      return again(engine, context, await engine.sessions.open(context), repeated);
    }
    // A backup code does not come back, so what may fail comes before it.
    const version = await engine.versions.read(context.account);
    await stillThere(engine, context);
    const proof = await judgeIt();
    await stillThere(engine, context);
    await pass(engine, context, state, proof, { version, binding, code });
    return proof;
  });
}

async function judgeSaved(
  engine: Engine,
  context: RequestContext,
  factor: SavedFactor,
  code: string,
): Promise<Proof> {
  const occasion = occasionOf(context, factor);
  const holder = await holderOf(engine, context);
  await engine.guesses.consume(context.ip);
  const verdict = await engine.inTime(`${factor.name}: verify`, () =>
    factor.verify(holder, code, engine.tools),
  );
  if (verdict.outcome !== "passed") throw refused(engine, context, factor, occasion, verdict);
  const { remaining } = verdict;
  const low = remaining <= factor.low;
  emit(engine, "backup_code_used", occasion, { remaining });
  engine.notify(context, { kind: "backup_code_used", remaining });
  if (low) {
    emit(engine, "backup_codes_low", occasion, { remaining });
    engine.notify(context, { kind: "backup_codes_low", remaining });
  }
  return { method: factor.name, amr: [factor.amr], purpose: occasion.purpose, remaining, low };
}
