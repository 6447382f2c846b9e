import { timingSafeEqual } from "node:crypto";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { inProduction } from "../environment.ts";
import { FactorError } from "../errors.ts";
import { integer, parseOptions } from "../options.ts";
import { createExpiringMap } from "./expiring-map.ts";
import { DAY_MS, HOUR_MS, readSendLog, sendWait, windowWait } from "./send-log.ts";
import type {
  IssueAnswer,
  IssueRequest,
  ReadAnswer,
  ReadRequest,
  Store,
  VerifyAnswer,
  VerifyRequest,
} from "./store.ts";

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

/** Failures in a row are kept as good as for ever; yet every key has an expiry. */
const FOR_EVER_MS = 10 * 365 * DAY_MS;

/** A store in this process's memory: for development, tests and single processes. Warns, once per store, under NODE_ENV=production. */
export function memoryStore(options: { maxKeys?: number } = {}): Store {
  const { maxKeys } = parseOptions("memoryStore", memorySchema, options);
  warnInProduction();
  const challenges = createExpiringMap<Challenge>(maxKeys);
  const logs = createExpiringMap<string>(maxKeys);
  const failures = createExpiringMap<number>(maxKeys);

  const wrongGuesses = (key: string, now: number) =>
    readSendLog(logs.get(key, now), now).times.filter((time) => now - time < HOUR_MS);
  const append = (key: string, now: number, windowMs: number) => {
    const before = (logs.get(key, now) ?? "")
      .split(" ")
      .filter((entry) => entry !== "" && now - Number.parseInt(entry, 10) < windowMs);
    logs.set(key, [...before, String(now)].join(" "), now, windowMs);
  };
  const lift = (key: string, now: number) =>
    logs.change(key, now, (text) => (text.endsWith("!") ? text : `${text}!`));

  /** Everything happens in one turn of the event loop: nothing can come between the question and its answer. */
  function issue(request: IssueRequest): IssueAnswer {
    const { keys, accountKey, now, sends, guesses } = request;
    if ((failures.get(keys.failures, now) ?? 0) >= guesses.inARow) return { outcome: "disabled" };
    const spent = wrongGuesses(`g${keys.guesses}`, now);
    const number = `n${keys.number}`;
    const accountWait = () => {
      if (accountKey === undefined) return 0;
      const { times } = readSendLog(logs.get(`a${accountKey}`, now), now);
      return Math.max(
        windowWait(times, now, sends.perHour, HOUR_MS),
        windowWait(times, now, sends.perDay, DAY_MS),
      );
    };
    const guessWait = windowWait(spent, now, guesses.perHour, HOUR_MS);
    const waitForAll = () =>
      Math.max(sendWait(readSendLog(logs.get(number, now), now), now, sends), guessWait, accountWait());
    const wait = waitForAll();
    if (wait > 0) return { outcome: "limited", retryAfterMs: wait };
    if (challenges.full(now) || logs.full(now))
      throw new FactorError("store_unavailable", { retryAfter: 60 });
    append(number, now, DAY_MS);
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
      attemptsRemaining: Math.min(challenge.left, guesses.perHour - spent.length),
      expiresAt: challenge.expiresAt,
      resendAfterMs: waitForAll(),
    };
  }

  function verify({ keys, now, digests, guesses }: VerifyRequest): VerifyAnswer {
    if ((failures.get(keys.failures, now) ?? 0) >= guesses.inARow) return { outcome: "disabled" };
    const guessKey = `g${keys.guesses}`;
    const wait = windowWait(wrongGuesses(guessKey, now), now, guesses.perHour, HOUR_MS);
    if (wait > 0) return { outcome: "limited", retryAfterMs: wait };
    const challenge = challenges.get(keys.challenge, now);
    if (challenge === undefined || now >= challenge.expiresAt) return { outcome: "expired" };
    if (challenge.left <= 0) return { outcome: "exhausted", nowDisabled: false };
    if (digests.some((digest) => equal(digest, challenge.digest))) {
      challenges.delete(keys.challenge);
      logs.delete(guessKey);
      failures.delete(keys.failures);
      lift(`n${keys.number}`, now);
      return { outcome: "passed" };
    }
    challenge.left -= 1;
    append(guessKey, now, HOUR_MS);
    const inARow = (failures.get(keys.failures, now) ?? 0) + 1;
    failures.set(keys.failures, inARow, now, FOR_EVER_MS);
    const rest = Math.min(challenge.left, guesses.perHour - wrongGuesses(guessKey, now).length);
    const nowDisabled = inARow >= guesses.inARow;
    return rest <= 0
      ? { outcome: "exhausted", nowDisabled }
      : { outcome: "mismatch", attemptsRemaining: rest, nowDisabled };
  }

  function read({ keys, now, sends, guesses }: ReadRequest): ReadAnswer {
    const challenge = challenges.get(keys.challenge, now);
    const spent = wrongGuesses(`g${keys.guesses}`, now);
    const sendsWait = sendWait(readSendLog(logs.get(`n${keys.number}`, now), now), now, sends);
    const resendAfterMs = Math.max(sendsWait, windowWait(spent, now, guesses.perHour, HOUR_MS));
    if (challenge === undefined || now >= challenge.expiresAt) return { resendAfterMs };
    const rest = guesses.perHour - spent.length;
    return {
      challenge: {
        attemptsRemaining: Math.max(0, Math.min(challenge.left, rest)),
        expiresAt: challenge.expiresAt,
      },
      resendAfterMs,
    };
  }

  return {
    name: "memory",
    issue: async (request) => issue(request),
    verify: async (request) => verify(request),
    read: async (request) => read(request),
    async revoke({ keys, now, liftCooldown }) {
      challenges.delete(keys.challenge);
      if (liftCooldown) lift(`n${keys.number}`, now);
    },
    reset: async (failuresKey) => failures.delete(failuresKey),
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
