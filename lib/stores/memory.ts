import { timingSafeEqual } from "node:crypto";
import RateLimiterMemory from "rate-limiter-flexible/lib/RateLimiterMemory.js";
import { inProduction } from "../environment.ts";
import { FactorError, type SendLimit } from "../errors.ts";
import { integer, parseOptions } from "../options.ts";
import { createExpiringMap } from "./expiring-map.ts";
import { memoryCredentials } from "./memory-credentials.ts";
import { memoryGuesses } from "./memory-guesses.ts";
import { memoryFlowRecords } from "./memory-flow-records.ts";
import { memoryNotes } from "./memory-notes.ts";
import { memoryRecords } from "./memory-records.ts";
import { memoryTrusted } from "./memory-trusted.ts";
import { memorySpending } from "./memory-spending.ts";
import { capWait, cooldownWait, DAY_MS, readSendLog, sendWait } from "./send-log.ts";
import type {
  AmendRequest,
  IssueAnswer,
  IssueRequest,
  PendingRecord,
  ReadAnswer,
  ReadRequest,
  RestoreRequest,
  Store,
  VerifyAnswer,
  VerifyRequest,
} from "./store.ts";
import { longest, type Waiting } from "./waiting.ts";

export const memorySchema = {
  maxKeys: integer({
    default: 100_000,
    min: 10,
    max: 10_000_000,
    about: "Most keys kept. A full store refuses new codes rather than forget a limit.",
  }),
};

interface Challenge extends PendingRecord {
  about: string;
  left: number;
  expiresAt: number;
  sealed: string;
  /** The request that it passed in; absent while it is pending. */
  passedIn?: string;
  /** Undoes that it passed. */
  unpass?: (() => void) | undefined;
  /** Somebody else has found it right, for a request of which nothing came. */
  foundRight?: boolean;
}

/** A store in this process's memory: for development, tests and single processes. Warns, once per store, under NODE_ENV=production. */
export function memoryStore(options: { maxKeys?: number } = {}): Store {
  const { maxKeys } = parseOptions("memoryStore", memorySchema, options);
  warnInProduction();
  const challenges = createExpiringMap<Challenge>(maxKeys);
  const logs = createExpiringMap<string>(maxKeys);
  const guessBook = memoryGuesses(maxKeys);
  const spendingBook = memorySpending(maxKeys);

  const append = (key: string, now: number, windowMs: number) => {
    const before = (logs.get(key, now) ?? "")
      .split(" ")
      .filter((entry) => entry !== "" && now - Number.parseInt(entry, 10) < windowMs);
    logs.set(key, [...before, String(now)].join(" "), now, windowMs);
  };
  /** Answers how to undo it. */
  const lift = (key: string, now: number) => {
    const before = logs.get(key, now);
    logs.change(key, now, (text) => (text.endsWith("!") ? text : `${text}!`));
    const after = logs.get(key, now);
    return () => logs.change(key, now, (text) => (text === after ? (before ?? text) : text));
  };

  function waitForAll({ keys, accountKey, now, sends, guesses }: IssueRequest): Waiting {
    const account = readSendLog(accountKey === undefined ? "" : logs.get(`a${accountKey}`, now), now);
    const number = readSendLog(logs.get(`n${keys.number}`, now), now);
    return longest<SendLimit>(
      ["account", accountKey === undefined ? 0 : capWait(account, now, sends)],
      ["number", capWait(number, now, sends)],
      ["cooldown", cooldownWait(number, now, sends)],
      ["lockout", guessBook.wait(keys.guesses, keys.bucket, now, guesses)],
    );
  }

  /** What has not passed yet. */
  const pending = (key: string, now: number) => {
    const found = challenges.get(key, now);
    return found?.passedIn === undefined ? found : undefined;
  };

  /** Everything happens in one turn of the event loop: nothing can come between the question and its answer. */
  function issue(request: IssueRequest): IssueAnswer {
    const { keys, accountKey, now, guesses, spending } = request;
    const found = pending(keys.challenge, now);
    const before = found !== undefined && request.about.includes(found.about) ? found : undefined;
    if (found !== undefined && found !== before && request.other === "tell")
      return { outcome: "other", record: recordOf(found) };
    if (guessBook.disabled(keys.failures, now, guesses)) return { outcome: "disabled" };
    const [limit, wait] = waitForAll(request);
    if (wait > 0) return { outcome: "limited", retryAfterMs: wait, limit };
    if (challenges.full(now) || logs.full(now) || guessBook.full(now))
      throw new FactorError("store_unavailable", { retryAfter: 60 });
    if (spending !== undefined) {
      const answer = spendingBook.look(spending, now);
      if (answer.outcome !== "free") return answer;
      spendingBook.count(spending, now);
    }
    append(`n${keys.number}`, now, DAY_MS);
    if (accountKey !== undefined) append(`a${accountKey}`, now, DAY_MS);
    const live = before !== undefined && now < before.expiresAt && before.left > 0 ? before : undefined;
    const repeated = live !== undefined && request.resend === "same";
    const { digest, sealed, by, note } = request;
    const challenge: Challenge = repeated
      ? live
      : {
          digest,
          sealed,
          about: request.about[0] as string,
          by: [],
          note,
          left: live?.left ?? guesses.perCode,
          expiresAt: now + request.ttlMs,
        };
    challenge.by = [...challenge.by.filter((each) => each !== by), by];
    if (!repeated) challenges.set(keys.challenge, challenge, now, request.keepMs);
    return {
      outcome: "issued",
      repeated,
      record: recordOf(challenge),
      sealed: challenge.sealed,
      attemptsRemaining: Math.min(challenge.left, guessBook.free(keys.guesses, keys.bucket, now, guesses)),
      expiresAt: challenge.expiresAt,
      resendAfterMs: waitForAll(request)[1],
    };
  }

  function pass(
    { keys, now, breakerKey, attempt, digests }: VerifyRequest,
    challenge: Challenge,
  ): VerifyAnswer {
    const { digest } = challenge;
    const unlift = lift(`n${keys.number}`, now);
    const unforget = guessBook.right(keys, now);
    const resumed = breakerKey !== undefined && spendingBook.passed(breakerKey, now);
    challenge.passedIn = attempt;
    challenge.digest = digests[0] ?? digest;
    challenge.unpass = () => {
      delete challenge.passedIn;
      challenge.digest = digest;
      unlift();
      unforget();
      if (breakerKey !== undefined && !resumed) spendingBook.unpassed(breakerKey, now);
    };
    return { outcome: "passed", resumed };
  }

  function restore({ keys, now, attempt, judged, digests }: RestoreRequest): void {
    const found = challenges.get(keys.challenge, now);
    if (found?.passedIn === attempt) found.unpass?.();
    // Whoever made the code has forgotten it: it is this package that knows it from now on.
    if (found === undefined || found.passedIn !== undefined || judged !== "right") return;
    if (found.foundRight === true) return;
    found.foundRight = true;
    found.digest = digests[0] ?? found.digest;
  }

  /** A code that has passed: who types it again is told so; who tries others gets no more tries than at a pending one. */
  function again({ keys, now, digests }: VerifyRequest, challenge: Challenge): VerifyAnswer {
    if (now >= challenge.expiresAt) return { outcome: "expired" };
    if (isAny(challenge.digest, digests)) return { outcome: "repeated" };
    challenge.left -= 1;
    if (challenge.left <= 0) challenges.delete(keys.challenge);
    return { outcome: "expired" };
  }

  function verify(request: VerifyRequest): VerifyAnswer {
    const { keys, now, digests, guesses, judged } = request;
    const found = challenges.get(keys.challenge, now);
    if (found?.passedIn !== undefined) return again(request, found);
    if (found !== undefined && !request.about.includes(found.about))
      return { outcome: "other", record: recordOf(found) };
    const challenge =
      found !== undefined && now < found.expiresAt && found.by.includes(request.by) ? found : undefined;
    if (judged === "right")
      return challenge === undefined ? { outcome: "expired" } : pass(request, challenge);
    if (guessBook.disabled(keys.failures, now, guesses)) return { outcome: "disabled" };
    const wait = guessBook.wait(keys.guesses, keys.bucket, now, guesses);
    if (wait > 0) return { outcome: "limited", retryAfterMs: wait };
    if (challenge === undefined) return { outcome: "expired" };
    if (challenge.left <= 0)
      return { outcome: "exhausted", counted: false, nowDisabled: false, nowLocked: false };
    if ((judged === undefined || challenge.foundRight === true) && isAny(challenge.digest, digests))
      return pass(request, challenge);
    challenge.left -= 1;
    const { attemptsRemaining: free, ...consequences } = guessBook.wrong(keys, now, guesses);
    const attemptsRemaining = Math.min(challenge.left, free);
    return attemptsRemaining <= 0
      ? { outcome: "exhausted", counted: true, ...consequences }
      : { outcome: "mismatch", attemptsRemaining, ...consequences };
  }

  function read({ keys, now, sends, guesses }: ReadRequest): ReadAnswer {
    const challenge = pending(keys.challenge, now);
    const sendsWait = sendWait(readSendLog(logs.get(`n${keys.number}`, now), now), now, sends);
    const resendAfterMs = Math.max(sendsWait, guessBook.wait(keys.guesses, keys.bucket, now, guesses));
    if (challenge === undefined) return { resendAfterMs };
    const record = { ...recordOf(challenge), about: challenge.about };
    if (now >= challenge.expiresAt) return { record, resendAfterMs };
    const free = guessBook.free(keys.guesses, keys.bucket, now, guesses);
    return {
      record,
      challenge: {
        attemptsRemaining: Math.max(0, Math.min(challenge.left, free)),
        expiresAt: challenge.expiresAt,
      },
      resendAfterMs,
    };
  }

  function amend({ challenge: key, now, digest, note }: AmendRequest): boolean {
    const challenge = pending(key, now);
    if (challenge === undefined || !equal(challenge.digest, digest)) return false;
    challenge.note = note;
    return true;
  }

  return {
    name: "memory",
    async issue(request) {
      await request.admission?.counted;
      return issue(request);
    },
    async verify(request) {
      await request.admission?.counted;
      return verify(request);
    },
    read: async (request) => read(request),
    amend: async (request) => amend(request),
    restore: async (request) => restore(request),
    async revoke({ keys, now, liftCooldown, breakerKey, digest }) {
      const found = challenges.get(keys.challenge, now);
      if (digest !== undefined && (found === undefined || !equal(found.digest, digest))) return;
      challenges.delete(keys.challenge);
      if (!liftCooldown) return;
      lift(`n${keys.number}`, now);
      if (breakerKey !== undefined && found !== undefined) spendingBook.undelivered(breakerKey, now);
    },
    reset: async (failuresKey) => guessBook.reset(failuresKey),
    unlock: async (guessesKey) => guessBook.unlock(guessesKey),
    takeBack: async ({ keys, now }) => guessBook.takeBack(keys, now),
    guesses: {
      count: async (request) => guessBook.count(request),
      clear: async (keys, now) => void guessBook.right(keys, now),
    },
    notes: memoryNotes(maxKeys),
    flows: memoryFlowRecords(maxKeys),
    records: memoryRecords(maxKeys),
    credentials: memoryCredentials(maxKeys),
    trusted: memoryTrusted(maxKeys),
    limiter: ({ name, points, durationSeconds }) =>
      new RateLimiterMemory({ keyPrefix: name, points, duration: durationSeconds }),
    ping: async () => {},
  };
}

const recordOf = ({ digest, by, note }: PendingRecord): PendingRecord => ({ digest, by: [...by], note });

const isAny = (digest: string, digests: readonly string[]) => digests.some((each) => equal(each, digest));

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function warnInProduction(): void {
  if (!inProduction()) return;
  process.emitWarning(
    "memoryStore keeps codes and limits in one process and forgets them at a restart; use redisStore in production",
    {
      code: "PASSPORT_FACTORS_MEMORY_STORE",
    },
  );
}
