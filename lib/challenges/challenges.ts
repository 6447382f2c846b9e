import type { Clock } from "../clock.ts";
import { FactorError, tooManyRequests, wholeSeconds } from "../errors.ts";
import { randomToken } from "../crypto/random-token.ts";
import { digestKey, type SecretBox } from "../crypto/secret.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import type {
  Admission,
  ChallengeKeys,
  GuessLimits,
  IssueAnswer,
  Store,
  VerifyAnswer,
  VerifyRequest,
} from "../stores/store.ts";
import type { ChallengeRef, ChallengeRules, Challenges, Verdict } from "./challenge.ts";
import { budgetOf, isRegistration } from "./budgets.ts";
import { makeCode, type Random } from "./code.ts";
import type { Rows } from "./failures.ts";
import { HOUR_MS } from "../stores/send-log.ts";
import { accountKey, guessesKey, registrationKey } from "./keys.ts";
import type { SpendingPlan } from "./spending-plan.ts";

export interface ChallengeParts {
  store: Store;
  box: SecretBox;
  clock: Clock;
  random: Random;
  tenant: string;
  spending: SpendingPlan;
  rows: Rows;
}

/** 72 bits: told apart from what else one session may ask for. */
const ABOUT_LENGTH = 12;

export function createChallenges(parts: ChallengeParts): Challenges {
  const { store, box, clock, random, tenant, spending, rows } = parts;
  const accountOf = (account: string) => accountKey(tenant, account);
  const challengeKey = (binding: string) => digestKey(["challenge", tenant, binding]);
  /** Keyed: a plain digest of a phone number is reversed by trying all of them. */
  const keyed = (parts: readonly string[]) => (box.digests(parts)[0] as string).slice(0, 18);
  const aboutOf = ({ purpose, account, kind, to }: ChallengeRef) =>
    box.digests(["about", tenant, purpose, account, kind, to]).map((each) => each.slice(0, ABOUT_LENGTH));
  const keysOf = (ref: ChallengeRef): ChallengeKeys => {
    const registers = registersOf(ref);
    const account = accountOf(ref.account);
    // A sign-up has nothing yet that could be disabled: strangers must not be able to close it for a number beyond the hour.
    const whose = ref.purpose === "signup" ? `${ref.binding} ${Math.floor(clock() / HOUR_MS)}` : ref.account;
    return {
      challenge: challengeKey(ref.binding),
      number: keyed(["number", tenant, budgetOf(ref), ref.kind, ref.channel, ref.to]),
      guesses: registers ? registrationKey(account, ref.kind) : guessesKey(account),
      bucket: ref.bucket,
      // An address that is being registered is not bound yet: wrong codes disable its registration, not the factor, and a
      // disabled factor can be bound anew (NIST SP 800-63B-4 §3.2.2).
      failures: registers
        ? keyed(["failures", tenant, whose, ref.kind, ref.to])
        : rows.keyOf(account, rowOf(ref.kind), ref.bucket),
    };
  };
  const guessesOf = (ref: ChallengeRef, { guesses }: ChallengeRules): GuessLimits =>
    registersOf(ref) ? guesses : { ...guesses, inARow: rows.limitOf(ref.bucket, guesses.inARow) };
  const sealFor = (key: string) => `code ${key}`;
  const digests = (key: string, code: string) => box.digests(["code", key, code]);
  const breakerOf = (ref: ChallengeRef) => {
    const breakerKey = spending.breakerKeyOf(ref, budgetOf(ref));
    return breakerKey === undefined ? {} : { breakerKey };
  };
  async function judge(
    ref: ChallengeRef,
    code: string,
    rules: ChallengeRules,
    how: Pick<VerifyRequest, "judged" | "admission">,
  ): Promise<Judged> {
    const keys = keysOf(ref);
    const request: VerifyRequest = {
      keys,
      now: clock(),
      about: aboutOf(ref),
      by: ref.factor,
      digests: digests(keys.challenge, code),
      attempt: randomToken(9),
      guesses: guessesOf(ref, rules),
      ...breakerOf(ref),
      ...how,
    };
    const answer = await store.verify(request);
    await how.admission?.counted;
    if (answer.outcome !== "passed") return answer;
    forgive(ref);
    return { ...answer, giveBack: () => store.restore({ ...request, now: clock() }) };
  }

  async function hasPassed(
    binding: string,
    code: string,
    admission: Admission | undefined,
  ): Promise<boolean> {
    const challenge = challengeKey(binding);
    // About nothing: whatever is pending is left alone, and no count is touched.
    const { outcome } = await store.verify({
      keys: { challenge, number: "", guesses: "", failures: "", bucket: "" },
      now: clock(),
      about: [],
      by: "",
      digests: digests(challenge, code),
      attempt: randomToken(9),
      guesses: { perCode: 0, perHour: 1, inARow: 1 },
      admission,
    });
    await admission?.counted;
    return outcome === "repeated";
  }

  /** Nobody waits for it: what is not forgiven now is forgiven by the next pass. */
  function forgive(ref: ChallengeRef): void {
    const others = registersOf(ref)
      ? undefined
      : rows.forgiven(accountOf(ref.account), rowOf(ref.kind), ref.bucket);
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
    async issue(ref, rules, admission, { note, other, keepMs }, fixed) {
      const keys = keysOf(ref);
      const now = clock();
      const code = fixed ?? makeCode(rules.codeLength, random);
      // A number whose messages are never sent costs nothing.
      const spent = fixed === undefined ? spending.spendingOf(ref, budgetOf(ref), now) : undefined;
      const answer = await store.issue({
        keys,
        ...(ref.onFile ? {} : { accountKey: registrationKey(accountOf(ref.account), ref.kind) }),
        now,
        ttlMs: rules.ttlMs,
        about: aboutOf(ref),
        by: ref.factor,
        note,
        other,
        keepMs: rules.ttlMs + keepMs,
        digest: digests(keys.challenge, code)[0] as string,
        sealed: box.seal(code, sealFor(keys.challenge)),
        resend: rules.resend,
        sends: rules.sends,
        guesses: guessesOf(ref, rules),
        ...(spent === undefined ? {} : { spending: spent }),
        admission,
      });
      await admission?.counted;
      if (answer.outcome === "other") return { other: answer.record };
      if (answer.outcome === "disabled") throw new FactorError("factor_disabled");
      if (answer.outcome === "limited") throw tooManyRequests(answer.retryAfterMs, answer.limit);
      if (answer.outcome === "paused") throw sendsPaused(answer);
      if (answer.outcome !== "issued") throw unknownOutcome("issue", answer);
      const live = answer.repeated ? box.open(answer.sealed, sealFor(keys.challenge)) : code;
      // Sealed under a secret that has been rotated away since: nobody can repeat that code any more.
      if (live === undefined) throw tooManyRequests(answer.expiresAt - clock());
      const { repeated, record, attemptsRemaining, expiresAt, resendAfterMs } = answer;
      const reference = mark(record.digest);
      const terms = { reference, repeated, attemptsRemaining, expiresAt, resendAfterMs };
      return { code: live, terms, record };
    },
    verify: async (ref, code, rules, admission) => verdictOf(await judge(ref, code, rules, { admission })),
    async verifyElsewhere(ref, code, rules, admission, ask) {
      const counted = await judge(ref, code, rules, { judged: "elsewhere", admission });
      const granted = counted.outcome === "mismatch" || (counted.outcome === "exhausted" && counted.counted);
      if (!granted) return verdictOf(counted);
      const answer = await askOrTakeBack(ref, ask);
      if (answer === "approved")
        return verdictOf(await askOrTakeBack(ref, () => judge(ref, code, rules, { judged: "right" })));
      if (answer === "wrong") return verdictOf(counted);
      // The provider forgets a code that it has approved: perhaps for the same form, posted twice.
      if (await hasPassed(ref.binding, code, undefined)) return { outcome: "repeated" };
      if (answer !== "expired") throw wrongAnswer("check", answer, "approved, wrong or expired");
      const { nowDisabled, nowLocked } = counted;
      return { outcome: "failed", reason: "expired", nowDisabled, nowLocked };
    },
    hasPassed,
    async read(ref, rules) {
      const { sends } = rules;
      const guesses = guessesOf(ref, rules);
      const answer = await store.read({ keys: keysOf(ref), now: clock(), sends, guesses });
      return { ...answer, mine: answer.record !== undefined && aboutOf(ref).includes(answer.record.about) };
    },
    amend: (binding, { digest }, note) =>
      store.amend({ challenge: challengeKey(binding), now: clock(), digest, note }),
    revoke: (ref, undelivered, record) =>
      store.revoke({
        keys: keysOf(ref),
        now: clock(),
        liftCooldown: undelivered,
        ...breakerOf(ref),
        ...(record === undefined ? {} : { digest: record.digest }),
      }),
    async reset(account, kind) {
      await Promise.all(rows.all(accountOf(account), rowOf(kind)).map((key) => store.reset(key)));
    },
    unlock: (account) => store.unlock(guessesKey(accountOf(account))),
    digestOf: (binding, code) => digests(challengeKey(binding), code)[0] as string,
    isDigestOf: (digest, binding, code) => digests(challengeKey(binding), code).includes(digest),
    referenceOf: ({ digest }) => mark(digest),
  };
}

/** An address that is not on file yet. */
const registersOf = ({ purpose }: ChallengeRef) => isRegistration(purpose) || purpose === "signup";

/** No factor's own row is called so: those begin with `own:`. */
const rowOf = (kind: string) => `sent:${kind}`;

/** What the store answered; of a pass also how to undo it. */
type Judged = VerifyAnswer & { giveBack?: () => Promise<void> };

function verdictOf(answer: Judged): Verdict {
  switch (answer.outcome) {
    case "passed":
    case "repeated":
    case "other":
      return answer as Verdict;
    case "mismatch":
    case "expired":
    case "exhausted":
    case "limited":
    case "disabled": {
      const { outcome: reason, ...rest } = answer;
      return { outcome: "failed", reason, ...rest } as Verdict;
    }
    default:
      throw unknownOutcome("verify", answer);
  }
}

function unknownOutcome(verb: string, answer: never): TypeError {
  return wrongAnswer(`store.${verb}`, answer, "one of the known outcomes");
}

/** No two of these are mistaken for each other, and they spell no words. */
const LETTERS = "BCDFGHJKMNPQRSTVWXZ23456789";

/** From four characters of the digest of the code, which tells nothing of it to who has not the secret. */
function mark(key: string): string {
  let letters = "";
  for (let i = 0; i < 4; i++) letters += LETTERS[(key.charCodeAt(i) * 7) % LETTERS.length];
  return letters;
}

type Paused = Extract<IssueAnswer, { outcome: "paused" }>;

function sendsPaused({ retryAfterMs, limit, tripped }: Paused): FactorError {
  return new FactorError("sends_paused", { retryAfter: wholeSeconds(retryAfterMs), limit, tripped });
}
