import { timingSafeEqual } from "node:crypto";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { inProduction } from "../environment.ts";
import { FactorError, type SendLimit } from "../errors.ts";
import { integer, parseOptions } from "../options.ts";
import { createExpiringMap } from "./expiring-map.ts";
import { memoryGuesses } from "./memory-guesses.ts";
import { memoryNotes } from "./memory-notes.ts";
import { memoryRecords } from "./memory-records.ts";
import { memorySaved } from "./memory-saved.ts";
import { memoryTrusted } from "./memory-trusted.ts";
import { memorySpending } from "./memory-spending.ts";
import { capWait, cooldownWait, DAY_MS, readSendLog, sendWait } from "./send-log.ts";
import type {
  IssueAnswer,
  IssueRequest,
  ReadAnswer,
  ReadRequest,
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

interface Challenge {
  digest: string;
  left: number;
  expiresAt: number;
  sealed: string;
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
  const lift = (key: string, now: number) =>
    logs.change(key, now, (text) => (text.endsWith("!") ? text : `${text}!`));

  function waitForAll({ keys, accountKey, now, sends, guesses }: IssueRequest): Waiting {
    const account = readSendLog(accountKey === undefined ? "" : logs.get(`a${accountKey}`, now), now);
    const number = readSendLog(logs.get(`n${keys.number}`, now), now);
    return longest<SendLimit>(
      ["account", accountKey === undefined ? 0 : capWait(account, now, sends)],
      ["number", capWait(number, now, sends)],
      ["cooldown", cooldownWait(number, now, sends)],
      ["lockout", guessBook.wait(keys.guesses, keys.lane, now, guesses)],
    );
  }

  /** Everything happens in one turn of the event loop: nothing can come between the question and its answer. */
  function issue(request: IssueRequest): IssueAnswer {
    const { keys, accountKey, now, guesses, spending } = request;
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
    const before = challenges.get(keys.challenge, now);
    const live = before !== undefined && now < before.expiresAt && before.left > 0 ? before : undefined;
    const repeated = live !== undefined && request.resend === "same";
    const challenge = repeated
      ? live
      : {
          digest: request.digest,
          left: live?.left ?? guesses.perCode,
          expiresAt: now + request.ttlMs,
          sealed: request.sealed,
        };
    if (!repeated) challenges.set(keys.challenge, challenge, now, request.ttlMs);
    return {
      outcome: "issued",
      repeated,
      sealed: challenge.sealed,
      attemptsRemaining: Math.min(challenge.left, guessBook.free(keys.guesses, keys.lane, now, guesses)),
      expiresAt: challenge.expiresAt,
      resendAfterMs: waitForAll(request)[1],
    };
  }

  function pass({ keys, now, breakerKey }: VerifyRequest): VerifyAnswer {
    challenges.delete(keys.challenge);
    guessBook.right(keys, now);
    lift(`n${keys.number}`, now);
    return { outcome: "passed", resumed: breakerKey !== undefined && spendingBook.passed(breakerKey, now) };
  }

  function verify(request: VerifyRequest): VerifyAnswer {
    const { keys, now, digests, guesses, counted = false } = request;
    const found = challenges.get(keys.challenge, now);
    const challenge = found !== undefined && now < found.expiresAt ? found : undefined;
    if (counted) return challenge === undefined ? { outcome: "expired" } : pass(request);
    if (guessBook.disabled(keys.failures, now, guesses)) return { outcome: "disabled" };
    const wait = guessBook.wait(keys.guesses, keys.lane, now, guesses);
    if (wait > 0) return { outcome: "limited", retryAfterMs: wait };
    if (challenge === undefined) return { outcome: "expired" };
    if (challenge.left <= 0)
      return { outcome: "exhausted", counted: false, nowDisabled: false, nowLocked: false };
    if (digests.some((digest) => equal(digest, challenge.digest))) return pass(request);
    challenge.left -= 1;
    const { attemptsRemaining: free, ...consequences } = guessBook.wrong(keys, now, guesses);
    const attemptsRemaining = Math.min(challenge.left, free);
    return attemptsRemaining <= 0
      ? { outcome: "exhausted", counted: true, ...consequences }
      : { outcome: "mismatch", attemptsRemaining, ...consequences };
  }

  function read({ keys, now, sends, guesses }: ReadRequest): ReadAnswer {
    const challenge = challenges.get(keys.challenge, now);
    const sendsWait = sendWait(readSendLog(logs.get(`n${keys.number}`, now), now), now, sends);
    const resendAfterMs = Math.max(sendsWait, guessBook.wait(keys.guesses, keys.lane, now, guesses));
    if (challenge === undefined || now >= challenge.expiresAt) return { resendAfterMs };
    const free = guessBook.free(keys.guesses, keys.lane, now, guesses);
    return {
      challenge: {
        attemptsRemaining: Math.max(0, Math.min(challenge.left, free)),
        expiresAt: challenge.expiresAt,
      },
      resendAfterMs,
    };
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
    async revoke({ keys, now, liftCooldown, breakerKey }) {
      challenges.delete(keys.challenge);
      if (!liftCooldown) return;
      lift(`n${keys.number}`, now);
      if (breakerKey !== undefined) spendingBook.undelivered(breakerKey, now);
    },
    reset: async (failuresKey) => guessBook.reset(failuresKey),
    unlock: async (guessesKey) => guessBook.unlock(guessesKey),
    takeBack: async ({ keys, now }) => guessBook.takeBack(keys, now),
    saved: memorySaved({ guesses: guessBook, maxKeys }),
    notes: memoryNotes(maxKeys),
    records: memoryRecords(maxKeys),
    trusted: memoryTrusted(maxKeys),
    limiter: ({ name, points, durationSeconds }) =>
      new RateLimiterMemory({ keyPrefix: name, points, duration: durationSeconds }),
    ping: async () => {},
  };
}

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
