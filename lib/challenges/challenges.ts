import type { Clock } from "../clock.ts";
import { FactorError, tooManyRequests, wholeSeconds } from "../errors.ts";
import { digestKey, type SecretBox } from "../secret.ts";
import type {
  Admission,
  ChallengeKeys,
  Consequences,
  GuessLimits,
  IssueAnswer,
  ReadAnswer,
  SendLimits,
  Store,
  VerifyAnswer,
  VerifyRequest,
} from "../stores/store.ts";
import { budgetOf } from "./budgets.ts";
import type { CodeMask } from "./code-mask.ts";
import { makeCode, type Random } from "./code.ts";
import type { Rows } from "./failures.ts";
import { accountKey, guessesKey } from "./keys.ts";
import type { SpendingPlan } from "./spending-plan.ts";

/** What a code is good for. A code made for one purpose never passes for another. */
export type Purpose = "login" | "step-up" | "phone" | "signup";

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
  /** Sends are counted per number, channel and budget. The code is the same in all channels. */
  channel: string;
  /** Whose guesses and sends are counted: a known device's, or those of all strangers. */
  lane: string;
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
  terms: CodeTerms;
}

/** What holds for a pending code; all of it may be told. */
export interface CodeTerms {
  /** Short mark that message and page share. */
  reference: string;
  repeated: boolean;
  attemptsRemaining: number;
  expiresAt: number;
  resendAfterMs: number;
}

export type Verdict =
  /** `resumed`: it ended the pause of a calling code. */
  | { outcome: "passed"; resumed: boolean }
  | ({ outcome: "failed"; reason: "mismatch"; attemptsRemaining: number } & Consequences)
  | ({ outcome: "failed"; reason: "exhausted" } & Consequences)
  | ({ outcome: "failed"; reason: "expired" } & Partial<Consequences>)
  | { outcome: "failed"; reason: "disabled" }
  | { outcome: "failed"; reason: "limited"; retryAfterMs: number };

/** The only place that makes or judges a delivered code. */
export interface Challenges {
  /** Makes a code (or takes the fixed one), or repeats the live one. Throws `too_many_requests`, `sends_paused`, `factor_disabled`, `store_unavailable`. */
  issue(
    ref: ChallengeRef,
    rules: ChallengeRules,
    admission: Admission | undefined,
    fixed?: string,
  ): Promise<Issued>;
  verify(
    ref: ChallengeRef,
    code: string,
    rules: ChallengeRules,
    admission: Admission | undefined,
  ): Promise<Verdict>;
  /** For a code that a provider made: counts the guess first, so that no parallel guess goes uncounted; then asks the provider. */
  verifyElsewhere(
    ref: ChallengeRef,
    rules: ChallengeRules,
    admission: Admission | undefined,
    ask: () => Promise<"approved" | "wrong" | "expired">,
  ): Promise<Verdict>;
  read(ref: ChallengeRef, rules: ChallengeRules): Promise<ReadAnswer>;
  /** Forgets the pending code; `undelivered` lets the next send go at once. */
  revoke(ref: ChallengeRef, undelivered: boolean): Promise<void>;
  /** The factor was bound anew: its failures are forgotten. */
  reset(account: string): Promise<void>;
  /** Forgets the wrong guesses of an account, on every device. */
  unlock(account: string): Promise<void>;
  /** Short mark of a pending code, the same for every repetition: what message and page show. Four characters that are read well. */
  referenceOf(ref: ChallengeRef): string;
}

export interface ChallengeParts {
  store: Store;
  box: SecretBox;
  mask: CodeMask;
  clock: Clock;
  random: Random;
  tenant: string;
  spending: SpendingPlan;
  rows: Rows;
}

export function createChallenges(parts: ChallengeParts): Challenges {
  const { store, box, mask, clock, random, tenant, spending, rows } = parts;
  const accountOf = (account: string) => accountKey(tenant, account);
  const challengeKey = (ref: ChallengeRef) =>
    digestKey(["challenge", tenant, ref.purpose, ref.account, ref.to, ref.binding]);
  const keysOf = (ref: ChallengeRef): ChallengeKeys => {
    const registers = registersOf(ref);
    const account = accountOf(ref.account);
    // A sign-up has nothing yet that could be disabled: strangers must not be able to close it for a number.
    const whose = ref.purpose === "signup" ? ref.binding : ref.account;
    return {
      challenge: challengeKey(ref),
      // Keyed: a plain digest of a phone number is reversed by trying all of them.
      number: keyed(["number", tenant, budgetOf(ref), ref.channel, ref.to]),
      guesses: guessesKey(account, registers ? "registration" : "account"),
      lane: ref.lane,
      // A number that is being registered is not bound yet: wrong codes disable its registration, not the factor, and a
      // disabled factor can be bound anew (NIST SP 800-63B-4 §3.2.2).
      failures: registers
        ? keyed(["failures", tenant, whose, ref.to])
        : rows.keyOf(account, "phone", ref.lane),
    };
  };
  const guessesOf = (ref: ChallengeRef, { guesses }: ChallengeRules): GuessLimits =>
    registersOf(ref) ? guesses : { ...guesses, inARow: rows.limitOf(ref.lane, guesses.inARow) };
  const keyed = (parts: readonly string[]) => (box.digests(parts)[0] as string).slice(0, 18);
  const digests = (keys: ChallengeKeys, code: string) => box.digests(["code", keys.challenge, code]);
  const breakerOf = (ref: ChallengeRef) => {
    const breakerKey = spending.breakerKeyOf(ref.to, budgetOf(ref));
    return breakerKey === undefined ? {} : { breakerKey };
  };
  async function judge(
    ref: ChallengeRef,
    rules: ChallengeRules,
    how: Pick<VerifyRequest, "digests" | "counted" | "admission">,
    keys = keysOf(ref),
  ): Promise<VerifyAnswer> {
    const guesses = guessesOf(ref, rules);
    const answer = await store.verify({ keys, now: clock(), guesses, ...breakerOf(ref), ...how });
    await how.admission?.counted;
    if (answer.outcome === "passed") forgive(ref);
    return answer;
  }

  /** Nobody waits for it: what is not forgiven now is forgiven by the next pass. */
  function forgive(ref: ChallengeRef): void {
    const others = registersOf(ref) ? undefined : rows.forgiven(accountOf(ref.account), "phone", ref.lane);
    if (others !== undefined) store.reset(others).catch(() => {});
  }

  /** A guess that nobody could judge is not held against the account; of this code's guesses it stays spent. */
  async function askOrTakeBack<Answer>(ref: ChallengeRef, ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      await store.takeBack({ keys: keysOf(ref), now: clock() });
      throw error;
    }
  }

  return {
    async issue(ref, rules, admission, fixed) {
      const keys = keysOf(ref);
      const now = clock();
      const code = fixed ?? makeCode(rules.codeLength, random);
      // A number whose messages are never sent costs nothing.
      const spent = fixed === undefined ? spending.spendingOf(ref.to, budgetOf(ref), now) : undefined;
      const answer = await store.issue({
        keys,
        ...(ref.onFile ? {} : { accountKey: accountOf(ref.account) }),
        now,
        ttlMs: rules.ttlMs,
        digest: digests(keys, code)[0] as string,
        sealed: mask.hide(code, keys.challenge),
        resend: rules.resend,
        sends: rules.sends,
        guesses: guessesOf(ref, rules),
        ...(spent === undefined ? {} : { spending: spent }),
        admission,
      });
      await admission?.counted;
      if (answer.outcome === "disabled") throw new FactorError("factor_disabled");
      if (answer.outcome === "limited") throw tooManyRequests(answer.retryAfterMs, answer.limit);
      if (answer.outcome === "paused") throw sendsPaused(answer);
      const live = answer.repeated ? mask.reveal(answer.sealed, keys.challenge) : code;
      // Sealed under a secret that has been rotated away since: nobody can repeat that code any more.
      if (live === undefined) throw tooManyRequests(answer.expiresAt - clock());
      const { repeated, attemptsRemaining, expiresAt, resendAfterMs } = answer;
      const reference = mark(keys.challenge);
      return { code: live, terms: { reference, repeated, attemptsRemaining, expiresAt, resendAfterMs } };
    },
    verify(ref, code, rules, admission) {
      const keys = keysOf(ref);
      return judge(ref, rules, { digests: digests(keys, code), admission }, keys).then(verdictOf);
    },
    async verifyElsewhere(ref, rules, admission, ask) {
      const counted = await judge(ref, rules, { digests: [], admission });
      const granted = counted.outcome === "mismatch" || (counted.outcome === "exhausted" && counted.counted);
      if (!granted) return verdictOf(counted);
      const answer = await askOrTakeBack(ref, ask);
      if (answer === "approved") return verdictOf(await judge(ref, rules, { digests: [], counted: true }));
      if (answer === "wrong") return verdictOf(counted);
      const { nowDisabled, nowLocked } = counted;
      return { outcome: "failed", reason: "expired", nowDisabled, nowLocked };
    },
    read: (ref, rules) =>
      store.read({ keys: keysOf(ref), now: clock(), sends: rules.sends, guesses: rules.guesses }),
    revoke: (ref, undelivered) =>
      store.revoke({ keys: keysOf(ref), now: clock(), liftCooldown: undelivered, ...breakerOf(ref) }),
    async reset(account) {
      await Promise.all(rows.all(accountOf(account), "phone").map((key) => store.reset(key)));
    },
    unlock: (account) => store.unlock(guessesKey(accountOf(account), "account")),
    referenceOf: (ref) => mark(challengeKey(ref)),
  };
}

/** A number that is not on file yet. */
const registersOf = ({ purpose }: ChallengeRef) => purpose === "phone" || purpose === "signup";

function verdictOf(answer: VerifyAnswer): Verdict {
  if (answer.outcome === "passed") return answer;
  const { outcome: reason, ...rest } = answer;
  return { outcome: "failed", reason, ...rest } as Verdict;
}

/** No two of these are mistaken for each other, and they spell no words. */
const LETTERS = "BCDFGHJKMNPQRSTVWXZ23456789";

/** From four characters of the key of a pending code, which is a digest over a random handle. */
function mark(key: string): string {
  let letters = "";
  for (let i = 0; i < 4; i++) letters += LETTERS[(key.charCodeAt(i) * 7) % LETTERS.length];
  return letters;
}

type Paused = Extract<IssueAnswer, { outcome: "paused" }>;

function sendsPaused({ retryAfterMs, limit, tripped }: Paused): FactorError {
  return new FactorError("sends_paused", { retryAfter: wholeSeconds(retryAfterMs), limit, tripped });
}
