import type { Clock } from "../clock.ts";
import { FactorError } from "../errors.ts";
import { digestKey, type SecretBox } from "../secret.ts";
import type { ChallengeKeys, GuessLimits, ReadAnswer, SendLimits, Store } from "../stores/store.ts";
import { makeCode, type Random } from "./code.ts";

/** What a code is good for. A code made for one purpose never passes for another. */
export type Purpose = "login" | "step-up" | "phone";

/** Which pending proof: every part is a field of its key, so a code passes for exactly this and nothing near it. */
export interface ChallengeRef {
  purpose: Purpose;
  account: string;
  /** E.164. */
  to: string;
  /** Random handle that the session which asked for the code holds. */
  binding: string;
  /** Whether `to` is the number on file; sends to any other number are also counted per account. */
  onFile: boolean;
}

export interface ChallengeRules {
  codeLength: number;
  ttlMs: number;
  resend: "same" | "new";
  sends: SendLimits;
  guesses: GuessLimits;
}

export interface Issued {
  code: string;
  repeated: boolean;
  attemptsRemaining: number;
  expiresAt: number;
  resendAfterMs: number;
}

export type Verdict =
  | { outcome: "passed" }
  | { outcome: "failed"; reason: "mismatch"; attemptsRemaining: number; nowDisabled: boolean }
  | { outcome: "failed"; reason: "exhausted"; nowDisabled: boolean }
  | { outcome: "failed"; reason: "expired" | "disabled" }
  | { outcome: "failed"; reason: "limited"; retryAfterMs: number };

/** The only place that makes or judges a delivered code. */
export interface Challenges {
  /** Makes a code, or repeats the live one. Throws `too_many_requests`, `factor_disabled`, `store_unavailable`. */
  issue(ref: ChallengeRef, rules: ChallengeRules): Promise<Issued>;
  verify(ref: ChallengeRef, code: string, rules: ChallengeRules): Promise<Verdict>;
  read(ref: ChallengeRef, rules: ChallengeRules): Promise<ReadAnswer>;
  /** Forgets the pending code; `undelivered` lets the next send go at once. */
  revoke(ref: ChallengeRef, undelivered: boolean): Promise<void>;
  /** The factor was bound anew: its failures are forgotten. */
  reset(account: string): Promise<void>;
}

export interface ChallengeParts {
  store: Store;
  box: SecretBox;
  clock: Clock;
  random: Random;
  tenant: string;
}

export function createChallenges({ store, box, clock, random, tenant }: ChallengeParts): Challenges {
  // Unkeyed: these survive a rotation of `secret`, and a rotation must not forgive failures.
  const failuresKey = (account: string) => digestKey(["failures", tenant, account, "phone"]);
  const keysOf = (ref: ChallengeRef): ChallengeKeys => ({
    challenge: digestKey(["challenge", tenant, ref.purpose, ref.account, ref.to, ref.binding]),
    // Keyed: a plain digest of a phone number is reversed by trying all of them.
    number: keyed(["number", tenant, ref.to]),
    guesses: digestKey(["guesses", tenant, ref.account, ref.purpose]),
    // A number that is being registered is not bound yet: wrong codes disable its registration, not the factor, and a
    // disabled factor can be bound anew (NIST SP 800-63B-4 §3.2.2).
    failures:
      ref.purpose === "phone" ? keyed(["failures", tenant, ref.account, ref.to]) : failuresKey(ref.account),
  });
  const keyed = (parts: readonly string[]) => (box.digests(parts)[0] as string).slice(0, 18);
  const digests = (keys: ChallengeKeys, code: string) => box.digests(["code", keys.challenge, code]);

  return {
    async issue(ref, rules) {
      const keys = keysOf(ref);
      const code = makeCode(rules.codeLength, random);
      const answer = await store.issue({
        keys,
        ...(ref.onFile ? {} : { accountKey: digestKey(["account", tenant, ref.account]) }),
        now: clock(),
        ttlMs: rules.ttlMs,
        digest: digests(keys, code)[0] as string,
        sealed: box.seal(code, keys.challenge),
        resend: rules.resend,
        sends: rules.sends,
        guesses: rules.guesses,
      });
      if (answer.outcome === "disabled") throw new FactorError("factor_disabled");
      if (answer.outcome === "limited") throw tooManyRequests(answer.retryAfterMs);
      const live = answer.repeated ? box.open(answer.sealed, keys.challenge) : code;
      // Sealed under a secret that has been rotated away since: nobody can repeat that code any more.
      if (live === undefined) throw tooManyRequests(answer.expiresAt - clock());
      return { ...answer, code: live };
    },
    async verify(ref, code, rules) {
      const keys = keysOf(ref);
      const answer = await store.verify({
        keys,
        now: clock(),
        digests: digests(keys, code),
        guesses: rules.guesses,
      });
      if (answer.outcome === "passed") return { outcome: "passed" };
      const { outcome: reason, ...rest } = answer;
      return { outcome: "failed", reason, ...rest } as Verdict;
    },
    read: (ref, rules) =>
      store.read({ keys: keysOf(ref), now: clock(), sends: rules.sends, guesses: rules.guesses }),
    revoke: (ref, undelivered) =>
      store.revoke({ keys: keysOf(ref), now: clock(), liftCooldown: undelivered }),
    reset: (account) => store.reset(failuresKey(account)),
  };
}

/** Whole seconds, rounded up, so that who waits exactly that long is let in. */
export function tooManyRequests(retryAfterMs: number): FactorError {
  return new FactorError("too_many_requests", { retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1000)) });
}
