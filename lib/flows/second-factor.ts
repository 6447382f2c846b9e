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
import { alone, bindPhone } from "./binding.ts";
import { describeFound, occasionOf, send, type Challenge } from "./challenge.ts";
import { tell, type House } from "./house.ts";
import { EXPIRED, judge, orGiveBack, refused } from "./judge.ts";
import { holderOf, mayReach } from "./on-file.ts";
import { bindingOf, findPending, orStillPending, registering, toOnFile, type Pending } from "./pending.ts";
import type { SessionState } from "./session-state.ts";
import { isStillThere, leaveSession } from "./session.ts";
import { textOf } from "./text-of.ts";
import { judgeFactor, parseFor } from "./verify-factor.ts";
import type { Visit } from "./visit.ts";

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

/**
 * Sends the code, or repeats the live one: to the number that this session is registering, else to the number on file. Another
 * channel repeats the same code. Throws `not_enrolled`, `too_many_requests`, `factor_disabled`, `delivery_failed`, `sends_paused`.
 */
export async function begin(
  house: House,
  visit: Visit,
  factor: DeliveredFactor,
  { afresh = false }: { afresh?: boolean } = {},
): Promise<Challenge> {
  const state = await house.sessions.open(visit);
  const onFile = (await house.accounts.phone(visit.user)) ?? undefined;
  const login = onFile === undefined ? undefined : toOnFile(house, visit, state, factor, onFile);
  // The app's hook hears of a send once, so what is pending is looked at before it.
  const looks = !afresh && (login === undefined || house.beforeSend !== undefined);
  const pending = (looks ? await findPending(house, visit, state, factor) : undefined) ?? login;
  if (pending === undefined) throw new FactorError("not_enrolled");
  const find = async () => findPending(house, visit, state);
  const sendIt = async (it: Pending, other: "replace" | "tell") =>
    orStillPending(it.ref.to, async () => sendReachable(house, visit, it, other), find);
  const sent = await sendIt(pending, looks || afresh ? "replace" : "tell");
  if (!("other" in sent)) return sent;
  const registration = await registering(house, visit, state, sent.other, factor);
  return (await sendIt(registration ?? pending, "replace")) as Challenge;
}

function sendReachable(
  house: House,
  visit: Visit,
  pending: Pending,
  other: "replace" | "tell",
): ReturnType<typeof send> {
  if (!mayReach(pending.factor, { phone: pending.ref.to })) throw new FactorError("country_not_allowed");
  return send(house, visit, pending, { other });
}

/** The pending code of this session. Throws `no_challenge`. */
export async function pending(house: House, visit: Visit): Promise<Challenge> {
  const found = await findPending(house, visit, await house.sessions.open(visit));
  if (found === undefined) throw new FactorError("no_challenge");
  return describeFound(house, found);
}

/** Forgets the pending code and, where a number was being registered, that number. */
export async function startOver(house: House, visit: Visit): Promise<void> {
  const state = await house.sessions.open(visit);
  const found = await findPending(house, visit, state);
  if (found !== undefined) await found.factor.revoke(found.ref, false, house.tools);
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
  house: House,
  visit: Visit,
  factor: Factor,
  response: unknown,
  reach: Reach = {},
): Promise<Proof> {
  const state = await house.sessions.open(visit);
  if (isDefined(factor)) {
    const value = await parseFor(house, factor, response);
    return proveOnce(house, visit, state, { factor, code: textOf(value) }, async () => ({
      method: factor.name,
      amr: [factor.amr].flat(),
      purpose: await judgeFactor(house, visit, state, factor, value),
    }));
  }
  if (!isDelivered(factor) && !isSaved(factor)) throw new FactorError("not_enrolled");
  const code = factor.parse(response);
  if (code === undefined) throw new FactorError("invalid_code", { field: factor.field });
  if (isDelivered(factor)) return verifyDelivered(house, visit, state, factor, code, reach);
  return proveOnce(house, visit, state, { factor, code }, () => judgeSaved(house, visit, factor, code));
}

async function verifyDelivered(
  house: House,
  visit: Visit,
  state: SessionState,
  factor: DeliveredFactor,
  code: string,
  { onFileOnly = false }: Reach,
): Promise<Proof> {
  const onFile = (await house.accounts.phone(visit.user)) ?? undefined;
  // A managed verifier is asked about a message by its id, and a number to be registered stands in the record.
  const looks = onFile === undefined || factor.transport.check !== undefined;
  const found = looks ? await findPending(house, visit, state, factor) : undefined;
  const pending = found ?? toOnFile(house, visit, state, factor, onFile ?? "");
  const isOther = pending.ref.purpose === "phone";
  if (!isOther) {
    const version = house.versions.read(visit.account);
    version.catch(() => {});
    const verdict = await judge(house, visit, pending, code);
    if (verdict.outcome !== "other")
      return conclude(house, visit, state, { pending, verdict, code, version });
  }
  if (onFileOnly) throw refused(house, visit, factor, occasionOf(visit, factor), EXPIRED);
  return alone(house, `account ${visit.account}`, async () => register(house, visit, state, factor, code));
}

/** The code of a number that is being registered. Whether that may go on is asked anew, because another registration may just have ended. */
async function register(
  house: House,
  visit: Visit,
  state: SessionState,
  factor: DeliveredFactor,
  code: string,
): Promise<Proof> {
  const found = await findPending(house, visit, state, factor);
  const registers = found?.ref.purpose === "phone";
  const pending = registers ? found : toOnFile(house, visit, state, factor, "");
  const verdict = await judge(house, visit, pending, code);
  return conclude(house, visit, state, { pending, verdict, code, version: undefined });
}

interface Concluded {
  pending: Pending;
  verdict: Verdict;
  code: string;
  version: Promise<string> | undefined;
}

/** What a verdict brings about: a proof in the session and, for a number that was being registered, that number on file. */
async function conclude(
  house: House,
  visit: Visit,
  state: SessionState,
  { pending: { ref, factor }, verdict, code, version }: Concluded,
): Promise<Proof> {
  const { binding, purpose } = ref;
  const occasion = occasionOf(visit, factor, ref);
  switch (verdict.outcome) {
    case "repeated":
      await house.moved.follow(visit.request.sessionID as string, visit.request);
      return again(house, visit, await house.sessions.open(visit), { factor, purpose });
    case "other":
      throw refused(house, visit, factor, occasion, EXPIRED);
    case "failed":
      if (verdict.reason === "expired" && hasPassed(house, visit, state, factor, code))
        return again(house, visit, state, { factor, purpose: state.code?.purpose ?? purpose });
      throw refused(house, visit, factor, occasion, verdict);
    case "passed":
      break;
    default:
      throw new TypeError(`${factor.name}: verify answered no known outcome`);
  }
  const proof: Proof = { method: factor.name, amr: [factor.amr], purpose };
  await orGiveBack(house, verdict, async () => {
    await stillThere(house, visit);
    const renewed = purpose === "phone" ? await bindPhone(house, visit, ref.to, occasion) : undefined;
    const now = renewed ?? (await (version ?? house.versions.read(visit.account)));
    await pass(house, visit, state, proof, { version: now, binding, code });
  });
  tell(house, "phone_otp_verify_completed", occasion);
  return proof;
}

/** The code that this session has passed with a short while ago, typed once more: a form that was posted twice. */
function hasPassed(
  { tools, clock }: House,
  { request }: Visit,
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
  house: House,
  visit: Visit,
  state: SessionState,
  { factor, purpose }: { factor: Factor; purpose: string },
): Proof {
  house.sessions.outlastLogIn(visit, state);
  house.devices.remember(visit.request, visit.account);
  return { method: factor.name, amr: [factor.amr].flat(), purpose };
}

/** Somebody who has logged out, or in anew, while this request was on its way, must not be in again by it. */
async function stillThere(house: House, { request }: Visit): Promise<void> {
  if (await house.inTime("session.get", () => isStillThere(request))) return;
  leaveSession(request);
  throw new FactorError("login_required");
}

async function pass(
  house: House,
  visit: Visit,
  state: SessionState,
  { method, amr, purpose }: Proof,
  { version, binding, code }: { version: string; binding: string; code: string },
): Promise<void> {
  const at = house.clock();
  const digest = house.tools.challenges.digestOf(binding, code);
  const known = { factor: method, purpose, binding, digest, at };
  await house.sessions.pass(visit, state, { factor: method, amr, at, version, code: known });
  house.devices.remember(visit.request, visit.account);
}

/** One at a time in a session: the same code posted twice at once must not count as a wrong one. */
async function proveOnce(
  house: House,
  visit: Visit,
  state: SessionState,
  { factor, code }: { factor: Factor; code: string },
  judgeIt: () => Promise<Proof>,
): Promise<Proof> {
  const { sessionID: sid = "" } = visit.request;
  const binding = bindingOf(visit, factor.name);
  return alone(house, binding, async () => {
    const repeated = { factor, purpose: state.code?.purpose ?? "login" };
    if (hasPassed(house, visit, state, factor, code)) return again(house, visit, state, repeated);
    const digest = await house.moved.digestFrom(sid);
    if (digest !== undefined && house.tools.challenges.isDigestOf(digest, binding, code)) {
      await house.moved.follow(sid, visit.request);
      return again(house, visit, await house.sessions.open(visit), repeated);
    }
    // A backup code does not come back, so what may fail comes before it.
    const version = await house.versions.read(visit.account);
    await stillThere(house, visit);
    const proof = await judgeIt();
    await stillThere(house, visit);
    await pass(house, visit, state, proof, { version, binding, code });
    return proof;
  });
}

async function judgeSaved(house: House, visit: Visit, factor: SavedFactor, code: string): Promise<Proof> {
  const occasion = occasionOf(visit, factor);
  const holder = await holderOf(house, visit);
  await house.guesses.consume(visit.ip);
  const verdict = await house.inTime(`${factor.name}: verify`, () =>
    factor.verify(holder, code, house.tools),
  );
  if (verdict.outcome !== "passed") throw refused(house, visit, factor, occasion, verdict);
  const { remaining } = verdict;
  const low = remaining <= factor.low;
  tell(house, "backup_code_used", occasion, { remaining });
  house.notify(visit, { kind: "backup_code_used", remaining });
  if (low) {
    tell(house, "backup_codes_low", occasion, { remaining });
    house.notify(visit, { kind: "backup_codes_low", remaining });
  }
  return { method: factor.name, amr: [factor.amr], purpose: occasion.purpose, remaining, low };
}
