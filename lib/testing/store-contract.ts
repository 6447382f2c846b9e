import assert from "node:assert/strict";
import type { ChallengeKeys, GuessLimits, IssueAnswer, IssueRequest, SendLimits, Store } from "../stores/store.ts";
import type { ContractCase } from "./accounts-contract.ts";

/** An empty store, and how to close it. */
export interface StoreUnderTest {
  store: Store;
  close(): Promise<void>;
}

const SENDS: SendLimits = { cooldownsMs: [30_000, 60_000], perHour: 5, perDay: 10 };
const GUESSES: GuessLimits = { perCode: 5, perHour: 10, inARow: 100 };
const START = 1_800_000_000_000;
const HOUR = 3_600_000;
const RIGHT = "AAAAAAAAAAAAAAAAAAAAAA";
const WRONG = "BBBBBBBBBBBBBBBBBBBBBA";
const NEXT = "CCCCCCCCCCCCCCCCCCCCCA";

/** What passport-factors relies on in a store; run it on your own adapter with any test runner. */
export function storeContract(make: () => Promise<StoreUnderTest>): ContractCase[] {
  const promise = (name: string, check: (driver: Driver) => Promise<void>): ContractCase => ({
    name,
    async run() {
      const { store, close } = await make();
      try {
        await check(drive(store));
      } finally {
        await close();
      }
    },
  });
  return [...codes(promise), ...guessing(promise), ...sending(promise)];
}

type Promising = (name: string, check: (driver: Driver) => Promise<void>) => ContractCase;

function codes(promise: Promising): ContractCase[] {
  return [
    promise("[T1] asking for a code proves nothing: only the right digest passes", async ({ issue, verify }) => {
      assert.equal((await verify(START, RIGHT)).outcome, "expired");
      await issue(START);
      assert.equal((await verify(START, WRONG)).outcome, "mismatch");
      assert.equal((await verify(START, RIGHT)).outcome, "passed");
      assert.equal((await verify(START, RIGHT)).outcome, "expired");
    }),
    promise("[T2][A6] 200 parallel right answers pass exactly once", async ({ issue, verify }) => {
      await issue(START);
      const answers = await Promise.all(Array.from({ length: 200 }, () => verify(START + 1, RIGHT)));
      assert.equal(answers.filter((each) => each.outcome === "passed").length, 1);
    }),
    promise("[T3][C6][C12] 200 parallel wrong guesses never exceed the budget", async ({ issue, verify }) => {
      await issue(START);
      const answers = await Promise.all(Array.from({ length: 200 }, () => verify(START + 1, WRONG)));
      assert.equal(answers.filter((each) => each.outcome === "mismatch").length, 4);
      assert.equal((await verify(START + 2, RIGHT)).outcome, "exhausted");
    }),
    promise("[T4] a right and a wrong answer in parallel: the right one passes", async ({ issue, verify }) => {
      await issue(START);
      const [wrong, right] = await Promise.all([verify(START, WRONG), verify(START, RIGHT)]);
      assert.equal(wrong.outcome, "mismatch");
      assert.equal(right.outcome, "passed");
    }),
    promise("[T6] another session's wrong guesses do not burn this session's code", async ({ issue, verify }) => {
      await issue(START);
      const theirs = { challenge: "theirs" };
      await issue(START + 30_000, { keys: { ...KEYS, ...theirs } });
      for (let i = 0; i < 5; i++) await verify(START + 31_000, WRONG, theirs);
      assert.equal((await verify(START + 32_000, RIGHT)).outcome, "passed");
    }),
    promise("[T14][A4] a code is good until the millisecond before its expiry and refused from then on", async ({ issue, verify }) => {
      await issue(START);
      assert.equal((await verify(START + 299_999, WRONG)).outcome, "mismatch");
      assert.equal((await verify(START + 300_000, RIGHT)).outcome, "expired");
    }),
    promise("[B8] during a rotation any of the digests may match", async ({ issue, store }) => {
      await issue(START);
      const answer = await store.verify({ keys: KEYS, now: START, digests: [WRONG, RIGHT], guesses: GUESSES });
      assert.equal(answer.outcome, "passed");
    }),
    promise("a revoked code is gone", async ({ issue, verify, store }) => {
      await issue(START);
      await store.revoke({ keys: KEYS, now: START, liftCooldown: false });
      assert.equal((await verify(START, RIGHT)).outcome, "expired");
      assert.equal((await issue(START + 1)).outcome, "limited");
    }),
    promise("[T7] keys with odd characters do not meet", async ({ issue, store }) => {
      const odd = ["a:b", "a", "a*", "a{}", "a\n", "a\0", "__proto__", "constructor"];
      for (const key of odd) await issue(START, { keys: { challenge: key, number: `n${key}`, guesses: key, failures: key } });
      const last = { challenge: "a", number: "na", guesses: "a", failures: "a" };
      assert.equal((await store.verify({ keys: last, now: START, digests: [RIGHT], guesses: GUESSES })).outcome, "passed");
      for (const key of odd.filter((each) => each !== "a")) {
        const keys = { challenge: key, number: `n${key}`, guesses: key, failures: key };
        assert.equal((await store.verify({ keys, now: START, digests: [RIGHT], guesses: GUESSES })).outcome, "passed", key);
      }
    }),
  ];
}

function guessing(promise: Promising): ContractCase[] {
  return [
    promise("[C3] every wrong guess tells how many are left, the fifth ends the code", async ({ issue, verify }) => {
      await issue(START);
      for (const left of [4, 3, 2, 1]) {
        assert.deepEqual(await verify(START, WRONG), { outcome: "mismatch", attemptsRemaining: left, nowDisabled: false });
      }
      assert.equal((await verify(START, WRONG)).outcome, "exhausted");
      assert.equal((await verify(START, RIGHT)).outcome, "exhausted");
    }),
    promise("[T5][A8] a resend repeats the code, extends nothing and gives no new guesses", async ({ issue, verify }) => {
      const first = issued(await issue(START));
      for (let i = 0; i < 3; i++) await verify(START, WRONG);
      const again = issued(await issue(START + 30_000, { digest: NEXT, sealed: "b3RoZXI" }));
      assert.deepEqual([again.repeated, again.sealed, again.expiresAt, again.attemptsRemaining], [true, first.sealed, first.expiresAt, 2]);
      assert.equal((await verify(START + 31_000, NEXT)).outcome, "mismatch");
      assert.equal((await verify(START + 31_000, RIGHT)).outcome, "passed");
    }),
    promise("[A9][T9] with resend: new the old code is refused and its guesses stay spent", async ({ issue, verify }) => {
      await issue(START);
      await verify(START, WRONG);
      const again = issued(await issue(START + 30_000, { resend: "new", digest: NEXT }));
      assert.deepEqual([again.repeated, again.attemptsRemaining], [false, 4]);
      assert.equal((await verify(START + 30_000, RIGHT)).outcome, "mismatch");
      assert.equal((await verify(START + 30_000, NEXT)).outcome, "passed");
    }),
    promise("[A8][C4] ten wrong guesses an hour, over resends; the wait is exact", async ({ issue, verify }) => {
      await issue(START);
      for (let i = 0; i < 5; i++) await verify(START, WRONG);
      const second = issued(await issue(START + 30_000, { digest: NEXT }));
      assert.equal(second.repeated, false, "a dead code is not repeated");
      for (let i = 0; i < 5; i++) await verify(START + 30_000, WRONG);
      const now = START + 60_000;
      assert.deepEqual(await verify(now, NEXT), { outcome: "limited", retryAfterMs: START + HOUR - now });
      assert.equal((await issue(START + 2 * 60_000)).outcome, "limited", "a code that cannot be typed is not sent");
      assert.equal((await issue(START + HOUR)).outcome, "issued");
    }),
    promise("[C7] a success forgets the failures before it", async ({ issue, verify }) => {
      await issue(START);
      for (let i = 0; i < 4; i++) await verify(START, WRONG);
      await verify(START, RIGHT);
      assert.equal(issued(await issue(START + 1)).attemptsRemaining, 5);
    }),
    promise("[C2] wrong guesses in a row disable the factor, also ten months later, until it is reset", async ({ issue, verify, store }) => {
      const guesses = { ...GUESSES, inARow: 3 };
      await issue(START, { guesses });
      for (let i = 0; i < 2; i++) await verify(START, WRONG, {}, guesses);
      assert.deepEqual(await verify(START, WRONG, {}, guesses), { outcome: "mismatch", attemptsRemaining: 2, nowDisabled: true });
      assert.equal((await verify(START, RIGHT, {}, guesses)).outcome, "disabled");
      const later = START + 300 * 24 * HOUR;
      assert.equal((await issue(later, { guesses })).outcome, "disabled");
      await store.reset(KEYS.failures);
      assert.equal((await issue(later, { guesses })).outcome, "issued");
    }),
    promise("reading changes nothing and tells what is left", async ({ issue, verify, read }) => {
      assert.deepEqual(await read(START), { resendAfterMs: 0 });
      await issue(START);
      await verify(START, WRONG);
      const expected = { challenge: { attemptsRemaining: 4, expiresAt: START + 300_000 }, resendAfterMs: 29_000 };
      assert.deepEqual(await read(START + 1000), expected);
      assert.deepEqual(await read(START + 1000), expected);
      assert.equal((await read(START + 300_000)).challenge, undefined);
    }),
  ];
}

function sending(promise: Promising): ContractCase[] {
  return [
    promise("[D2] the second send waits 30 seconds, the next ones 60, to the millisecond", async ({ issue }) => {
      assert.equal(issued(await issue(START)).resendAfterMs, 30_000);
      assert.deepEqual(await issue(START + 29_999), { outcome: "limited", retryAfterMs: 1 });
      assert.equal(issued(await issue(START + 30_000)).resendAfterMs, 60_000);
      assert.deepEqual(await issue(START + 89_999), { outcome: "limited", retryAfterMs: 1 });
      assert.equal((await issue(START + 90_000)).outcome, "issued");
    }),
    promise("[D3][T36] five sends an hour and ten a day; who waits as told is let in", async ({ issue }) => {
      let now = START;
      let sent = 0;
      const waits: number[] = [];
      while (now < START + 24 * HOUR) {
        const answer = await issue(now);
        if (answer.outcome === "issued") sent += 1;
        else waits.push((answer as { retryAfterMs: number }).retryAfterMs);
        now += answer.outcome === "limited" ? answer.retryAfterMs : 0;
      }
      assert.equal(sent, 10);
      assert.ok(waits.some((wait) => wait > 50 * 60_000), "the hourly cap held");
      assert.equal((await issue(now)).outcome, "issued");
    }),
    promise("[D4] sends to other numbers count for the account too", async ({ issue }) => {
      for (let i = 0; i < 5; i++) {
        const answer = await issue(START + i, { accountKey: "acc", keys: { ...KEYS, challenge: `c${i}`, number: `n${i}` } });
        assert.equal(answer.outcome, "issued");
      }
      const sixth = await issue(START + 10, { accountKey: "acc", keys: { ...KEYS, challenge: "c6", number: "n6" } });
      assert.deepEqual(sixth, { outcome: "limited", retryAfterMs: HOUR - 10 });
    }),
    promise("a refused send disturbs neither the live code nor any count", async ({ issue, verify, read }) => {
      await issue(START);
      const before = await read(START + 1000);
      assert.equal((await issue(START + 1000, { digest: NEXT })).outcome, "limited");
      assert.deepEqual(await read(START + 1000), before);
      assert.equal((await verify(START + 1000, RIGHT)).outcome, "passed");
    }),
    promise("a passed code lifts the cooldown, never the caps", async ({ issue, verify }) => {
      for (let i = 0; i < 5; i++) {
        assert.equal((await issue(START + i)).outcome, "issued");
        assert.equal((await verify(START + i, RIGHT)).outcome, "passed");
      }
      assert.deepEqual(await issue(START + 5), { outcome: "limited", retryAfterMs: HOUR - 5 });
    }),
    promise("[D5] an undelivered message lifts the cooldown too", async ({ issue, store }) => {
      await issue(START);
      await store.revoke({ keys: KEYS, now: START, liftCooldown: true });
      assert.equal((await issue(START + 1)).outcome, "issued");
    }),
    promise("[T15b] an option's 0 means 0", async ({ issue }) => {
      assert.equal((await issue(START, { sends: { ...SENDS, perHour: 0 } })).outcome, "limited");
      assert.equal((await issue(START, { sends: { ...SENDS, perDay: 0 } })).outcome, "limited");
      const free = { ...SENDS, cooldownsMs: [0] };
      assert.equal((await issue(START, { sends: free })).outcome, "issued");
      assert.equal((await issue(START, { sends: free })).outcome, "issued");
    }),
    promise("[T31] parallel sends never exceed the cap", async ({ issue }) => {
      const sends = { ...SENDS, cooldownsMs: [0] };
      const answers = await Promise.all(Array.from({ length: 50 }, () => issue(START, { sends })));
      assert.equal(answers.filter((each) => each.outcome === "issued").length, 5);
    }),
    promise("a limiter lets its points through and says how long to wait then", async ({ store }) => {
      const limiter = store.limiter({ name: "contract", points: 2, durationSeconds: 60 });
      await limiter.consume("someone");
      await limiter.consume("someone");
      await assert.rejects(limiter.consume("someone"), (rejection: { msBeforeNext?: number }) => (rejection.msBeforeNext ?? 0) > 0);
      await limiter.consume("someone else");
      await store.ping();
    }),
  ];
}

const KEYS: ChallengeKeys = { challenge: "challenge", number: "number", guesses: "guesses", failures: "failures" };

type Driver = ReturnType<typeof drive>;

/** The store with the defaults filled in. */
function drive(store: Store) {
  return {
    store,
    issue: (now: number, change: Partial<IssueRequest> = {}) =>
      store.issue({ keys: KEYS, now, ttlMs: 300_000, digest: RIGHT, sealed: "c2VhbGVk", resend: "same", sends: SENDS, guesses: GUESSES, ...change }),
    verify: (now: number, digest: string, keys: Partial<ChallengeKeys> = {}, guesses: GuessLimits = GUESSES) =>
      store.verify({ keys: { ...KEYS, ...keys }, now, digests: [digest], guesses }),
    read: (now: number) => store.read({ keys: KEYS, now, sends: SENDS, guesses: GUESSES }),
  };
}

function issued(answer: IssueAnswer): Extract<IssueAnswer, { outcome: "issued" }> {
  assert.equal(answer.outcome, "issued");
  return answer as Extract<IssueAnswer, { outcome: "issued" }>;
}
