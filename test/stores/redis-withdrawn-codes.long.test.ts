import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import { redisStore } from "../../lib/stores/redis.ts";
import type { IssueRequest, Store, VerifyRequest } from "../../lib/stores/store.ts";
import { GUESSES, KEYS, NEXT, RECORD, RIGHT, SENDS, WRONG } from "../../lib/testing/store-driver.ts";
import { until } from "../support/redis-server.ts";
import { responds, unavailable, withdrawalScene } from "../support/withdrawal-scene.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const SPENDING = {
  caps: [
    { key: "cap", most: 100, windowMs: 60 * MINUTE, pauses: false, limit: "calling_code_hour" as const },
  ],
  neighbours: { key: "near", cell: 7, most: 100, windowMs: 60 * MINUTE },
  breaker: { key: "breaker", minimum: 100, share: 0.1, pauseMs: MINUTE },
};

let made = 0;
const issue =
  (now: number, change: Partial<IssueRequest> = {}) =>
  (store: Store) =>
    store.issue({
      keys: KEYS,
      now,
      ttlMs: 5 * MINUTE,
      digest: RIGHT,
      sealed: Buffer.from(`sealed ${made++}`.padEnd(18)).toString("base64url"),
      resend: "same",
      sends: SENDS,
      guesses: GUESSES,
      ...RECORD,
      ...change,
    });
const verify =
  (now: number, digest: string, change: Partial<VerifyRequest> = {}) =>
  (store: Store) =>
    store.verify({
      keys: KEYS,
      now,
      digests: [digest],
      guesses: GUESSES,
      about: ["about"],
      by: "sms",
      attempt: `attempt${made++}`,
      breakerKey: "breaker",
      ...change,
    });

interface Step {
  before: readonly ((store: Store) => Promise<unknown>)[];
  act(store: Store): Promise<unknown>;
  outcome: string;
}

const first = issue(NOW, { spending: SPENDING, accountKey: "account" });
const STEPS: Record<string, Step> = {
  "a first code": { before: [], act: issue(NOW), outcome: "issued" },
  "a first code that costs": { before: [], act: first, outcome: "issued" },
  "a code that is repeated": { before: [first], act: issue(NOW + MINUTE, { by: "call" }), outcome: "issued" },
  "a code in place of another": {
    before: [first, verify(NOW, WRONG)],
    act: issue(NOW + MINUTE, { digest: NEXT, resend: "new", spending: SPENDING, accountKey: "account" }),
    outcome: "issued",
  },
  "a code after one that has passed": {
    before: [first, verify(NOW, RIGHT)],
    act: issue(NOW + 1, { digest: NEXT, spending: SPENDING }),
    outcome: "issued",
  },
  "a code about something else": {
    before: [first],
    act: issue(NOW + MINUTE, { digest: NEXT, about: ["other"], note: "note" }),
    outcome: "issued",
  },
  "a code that is refused": { before: [first], act: issue(NOW, { spending: SPENDING }), outcome: "limited" },
  "a right code": { before: [first], act: verify(NOW + 1, RIGHT), outcome: "passed" },
  "a right code after wrong ones": {
    before: [first, verify(NOW, WRONG), verify(NOW + 1, WRONG)],
    act: verify(NOW + 2, RIGHT),
    outcome: "passed",
  },
  "a first wrong code": { before: [first], act: verify(NOW + 1, WRONG), outcome: "mismatch" },
  "another wrong code": {
    before: [first, verify(NOW, WRONG)],
    act: verify(NOW + 1, WRONG),
    outcome: "mismatch",
  },
  "a wrong code after the right one": {
    before: [first, verify(NOW, RIGHT)],
    act: verify(NOW + 1, WRONG),
    outcome: "expired",
  },
};

describe("[T67] a code that was answered 503", function () {
  this.timeout(30_000);
  const scene = withdrawalScene();
  const { suite, connect } = scene;

  /** All that is kept, but for the counts of neighbours that are nothing. */
  const contents = async () =>
    Object.fromEntries(
      Object.entries(await scene.contents()).filter(
        ([, value]) => typeof value !== "string" || /[^\0]/.test(value),
      ),
    );
  /** How long all that lives has left. */
  async function lives(): Promise<Map<string, number>> {
    const keys = Object.keys(await contents());
    return new Map(await Promise.all(keys.map(async (key) => [key, await suite.client.pttl(key)] as const)));
  }
  /** Each lives as long as it would have: no longer, and but for the time of this test no shorter. What was forgotten for a moment begins anew. */
  async function liveOn(stood: Map<string, number>): Promise<void> {
    for (const [key, left] of await lives())
      expect(left, key).to.be.within(
        (stood.get(key) as number) - 20_000,
        (stood.get(key) as number) + 20_000,
      );
  }
  const outcomeOf = (answer: unknown) => (answer as { outcome: string }).outcome;
  const prepare = async (store: Store, steps: Step["before"]) => {
    for (const each of steps) await each(store);
  };

  for (const [name, { before: steps, act, outcome }] of Object.entries(STEPS)) {
    for (const [how, options] of Object.entries({
      "one by one": {},
      "auto-pipelined": { enableAutoPipelining: true },
      "with a commandTimeout": { commandTimeout: 100, enableAutoPipelining: true },
    }))
      it(`is as if it had never been asked, when Redis wakes up: ${name}, ${how}`, async () => {
        const store = redisStore(connect(options));
        await store.ping();
        await prepare(store, steps);
        const [stood, left] = [await contents(), await lives()];
        suite.server.hang();
        await unavailable(act(store));
        suite.server.wake();
        await until(() => responds(store));
        expect(await contents()).to.deep.equal(stood);
        await liveOn(left);
        expect(outcomeOf(await act(store))).to.equal(outcome);
      });

    it(`is answered the same, and counted once, when ioredis sends it twice: ${name}`, async () => {
      const store = redisStore(connect({ retryStrategy: () => 1 }));
      await store.ping();
      await prepare(store, steps);
      const cut = scene.proxy.cutReplyTo("{factors}cchallenge");
      const answered = act(store);
      await cut;
      const answer = await answered;
      const keys = await contents();
      await suite.client.flushall();
      await prepare(store, steps);
      expect(told(await act(store))).to.deep.equal(told(answer));
      expect(counts(keys)).to.deep.equal(counts(await contents()));
    });

    it(`is withdrawn once a client that gives up is back: ${name}`, async () => {
      const store = redisStore(connect({ retryStrategy: () => 1, maxRetriesPerRequest: 0 }));
      await store.ping();
      await prepare(store, steps);
      const stood = await contents();
      const cut = scene.proxy.cutReplyTo("{factors}cchallenge");
      const refusal = unavailable(act(store));
      await cut;
      await refusal;
      await until(async () => isDeepStrictEqual(await contents(), stood));
      await until(() => responds(store));
      expect(outcomeOf(await act(store))).to.equal(outcome);
    });
  }

  it("that had passed is given back as soon as Redis answers again", async () => {
    const store = redisStore(connect());
    await issue(NOW)(store);
    expect(outcomeOf(await verify(NOW, RIGHT, { attempt: "mine" })(store))).to.equal("passed");
    suite.server.hang();
    await unavailable(store.restore({ keys: KEYS, now: NOW, digests: [RIGHT], attempt: "mine" }));
    suite.server.wake();
    await until(() => responds(store));
    expect(outcomeOf(await verify(NOW, RIGHT)(store))).to.equal("passed");
  });
});

/** An answer without the sealed code, which is another each time. */
function told(answer: unknown): object {
  const { sealed: _sealed, ...rest } = answer as { sealed?: string };
  return rest;
}

/** All but the code's own record, which is sealed anew each time. */
function counts(all: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith("{factors}c")));
}
