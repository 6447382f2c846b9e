import assert from "node:assert/strict";
import { MOST_TAKEN } from "../stores/records.ts";
import { SLOT_MS } from "../stores/spending.ts";
import type { ContractCase } from "./accounts-contract.ts";
import {
  ABOUT,
  GUESSES,
  HOUR,
  KEYS,
  NEXT,
  RIGHT,
  SENDS,
  START,
  WRONG,
  issued,
  type Driver,
  type Promising,
} from "./store-driver.ts";

const MINUTE = 60_000;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** A backend that ends what it keeps by a clock of its own must not end it before it is over by ours. */
export function lifetimeCases(promise: Promising): ContractCase[] {
  const free = { ...SENDS, cooldownsMs: [0] };

  /**
   * Waits until `at`, by the caller's clock and the backend's. That one is a second late after each wait, because a test takes time too; where what is kept
   * must be `over`, it has caught up.
   */
  const waiting = ({ age }: Driver) => {
    let [now, late] = [START, 0];
    return async (at: number, over: "over" | "before" = "before") => {
      const behind = over === "over" ? -late : Math.min(1000, at - now);
      await age(at - now - behind);
      late += behind;
      now = at;
    };
  };
  async function guessWrong({ verify, issue, store }: Driver, many: number, now: number): Promise<void> {
    for (let i = 0; i < many; i++) {
      if (i % GUESSES.perCode === 0) {
        await store.revoke({ keys: KEYS, now, liftCooldown: true });
        await issue(now, { sends: free });
      }
      await verify(now, WRONG);
    }
  }

  return [
    promise(
      "wrong guesses are held against a guess bucket for an hour each, to the millisecond",
      async (driver) => {
        const until = waiting(driver);
        await guessWrong(driver, 1, START);
        await until(START + 50 * MINUTE);
        await guessWrong(driver, 9, START + 50 * MINUTE);
        await until(START + HOUR - 1);
        assert.equal((await driver.read(START + HOUR - 1)).resendAfterMs, 1);
        assert.deepEqual(await driver.verify(START + HOUR - 1, RIGHT), {
          outcome: "limited",
          retryAfterMs: 1,
        });
        await until(START + HOUR);
        await driver.issue(START + HOUR, { sends: free });
        assert.equal((await driver.verify(START + HOUR, WRONG)).outcome, "exhausted");
        await until(START + HOUR + 50 * MINUTE - 1);
        const late = START + HOUR + 50 * MINUTE;
        assert.deepEqual(await driver.verify(late - 1, RIGHT), { outcome: "limited", retryAfterMs: 1 });
        await until(late);
        assert.equal(issued(await driver.issue(late, { sends: free })).attemptsRemaining, 5);
      },
    ),
    promise(
      "sends are held against a number and an account for a day, to the millisecond",
      async (driver) => {
        const until = waiting(driver);
        const sends = { ...free, perHour: 10 };
        const other = { ...KEYS, number: "another" };
        for (let i = 0; i < 9; i++) await driver.issue(START, { sends, accountKey: "account" });
        await until(START + 23 * HOUR);
        await driver.issue(START + 23 * HOUR, { sends, accountKey: "account" });
        await until(START + DAY - 1);
        const now = START + DAY - 1;
        const refused = (limit: string) => ({ outcome: "limited", retryAfterMs: 1, limit });
        assert.deepEqual(await driver.issue(now, { sends }), refused("number"));
        assert.deepEqual(
          await driver.issue(now, { sends, accountKey: "account", keys: other }),
          refused("account"),
        );
        await until(START + DAY);
        assert.equal((await driver.issue(START + DAY, { sends, accountKey: "account" })).outcome, "issued");
        await until(START + DAY + 23 * HOUR - 1);
        for (let i = 0; i < 8; i++)
          assert.equal((await driver.issue(START + DAY + 23 * HOUR - 1, { sends })).outcome, "issued");
        assert.deepEqual(await driver.issue(START + DAY + 23 * HOUR - 1, { sends }), refused("number"));
      },
    ),
    promise("wrong guesses in a row never end by time", async (driver) => {
      const until = waiting(driver);
      const guesses = { ...GUESSES, inARow: 2 };
      await driver.issue(START, { guesses });
      await driver.verify(START, WRONG, {}, { guesses });
      await until(START + 5 * YEAR);
      await driver.issue(START + 5 * YEAR, { guesses });
      const second = await driver.verify(START + 5 * YEAR, WRONG, {}, { guesses });
      assert.ok(second.outcome === "mismatch" && second.nowDisabled);
      await until(START + 9 * YEAR);
      assert.equal((await driver.issue(START + 9 * YEAR, { guesses })).outcome, "disabled");
    }),
    promise(
      "a record lives as long as it was told to, whatever is done to it: no longer, and no shorter",
      async (driver) => {
        const { issue, verify, read, store } = driver;
        const until = waiting(driver);
        const life = { ttlMs: 10 * MINUTE, keepMs: 30 * MINUTE };
        await issue(START, life);
        await until(START + 5 * MINUTE);
        await verify(START + 5 * MINUTE, WRONG);
        await issue(START + 5 * MINUTE, { ...life, by: "call" });
        await store.amend({ ...KEYS, now: START + 5 * MINUTE, digest: RIGHT, note: "amended" });
        await until(START + 10 * MINUTE - 1);
        assert.notEqual((await read(START + 10 * MINUTE - 1)).challenge, undefined);
        await until(START + 30 * MINUTE);
        assert.equal((await read(START + 30 * MINUTE - 1)).record?.note, "amended");
        await until(START + 30 * MINUTE, "over");
        assert.equal((await read(START + 30 * MINUTE)).record, undefined);
      },
    ),
    promise("[T60] a code that has passed is repeated for as long as it would have lived", async (driver) => {
      const until = waiting(driver);
      await driver.issue(START);
      await until(START + 4 * MINUTE);
      assert.equal((await driver.verify(START + 4 * MINUTE, RIGHT)).outcome, "passed");
      await driver.verify(START + 4 * MINUTE, WRONG);
      await until(START + 5 * MINUTE);
      assert.equal((await driver.verify(START + 5 * MINUTE - 1, RIGHT)).outcome, "repeated");
      assert.equal((await driver.verify(START + 5 * MINUTE, RIGHT)).outcome, "expired");
    }),
    promise("a lifted cooldown and a count are kept for as long as the sends are", async (driver) => {
      const until = waiting(driver);
      await driver.issue(START);
      await driver.store.revoke({ keys: KEYS, now: START, liftCooldown: true });
      await until(START + 23 * HOUR);
      const once = { ...free, perDay: 1 };
      assert.deepEqual(await driver.issue(START + 23 * HOUR, { sends: once }), {
        outcome: "limited",
        retryAfterMs: HOUR,
        limit: "number",
      });
    }),
    promise("caps and blocks hold until their window ends, whoever is refused meanwhile", async (driver) => {
      const until = waiting(driver);
      const limit = "calling_code_hour" as const;
      const window = (windowMs: number) => windowMs - (START % windowMs);
      const cap = { caps: [{ key: "cap", most: 2, windowMs: DAY, pauses: false, limit }] };
      const near = { caps: [], neighbours: { key: "near", cell: 3, most: 2, windowMs: HOUR } };
      let n = 0;
      const send = (now: number, spending: typeof cap | typeof near) =>
        driver.issue(now, { keys: { ...KEYS, number: `n${n++}` }, spending });
      for (const spending of [cap, near]) {
        await send(START, spending);
        await send(START, spending);
      }
      await until(START + window(HOUR) - 1);
      assert.deepEqual(await send(START + window(HOUR) - 1, near), {
        outcome: "limited",
        retryAfterMs: 1,
        limit: "block",
      });
      await until(START + window(DAY) - 1);
      assert.deepEqual(await send(START + window(DAY) - 1, cap), {
        outcome: "limited",
        retryAfterMs: 1,
        limit,
      });
    }),
    promise(
      "a breaker judges the hour before the last slot, and its pause outlives the silence",
      async (driver) => {
        const until = waiting(driver);
        const breaker = { key: "breaker", minimum: 3, share: 0.5, pauseMs: 5 * HOUR };
        let n = 0;
        const send = (now: number) =>
          driver.issue(now, { keys: { ...KEYS, number: `n${n++}` }, spending: { caps: [], breaker } });
        const slot = START - (START % SLOT_MS);
        for (let i = 0; i < 3; i++) assert.equal((await send(slot)).outcome, "issued");
        const last = slot + 13 * SLOT_MS;
        await until(last);
        assert.ok((await send(last)).outcome === "paused");
        await until(last + breaker.pauseMs - 1);
        const answer = await send(last + breaker.pauseMs - 1);
        assert.ok(answer.outcome === "paused" && answer.retryAfterMs === 1 && !answer.tripped);
        await until(last + breaker.pauseMs + HOUR);
        const trial = last + breaker.pauseMs + HOUR;
        assert.equal((await send(trial)).outcome, "issued");
        await until(trial + breaker.pauseMs - 1);
        const still = await send(trial + breaker.pauseMs - 1);
        assert.ok(still.outcome === "paused" && still.retryAfterMs === 1);
      },
    ),
    promise("a breaker judges that hour also where its pause is short", async (driver) => {
      const until = waiting(driver);
      const breaker = { key: "breaker", minimum: 3, share: 0.5, pauseMs: MINUTE };
      let n = 0;
      const send = (now: number) =>
        driver.issue(now, { keys: { ...KEYS, number: `n${n++}` }, spending: { caps: [], breaker } });
      const slot = START - (START % SLOT_MS);
      for (let i = 0; i < 3; i++) await send(slot);
      await until(slot + 13 * SLOT_MS);
      assert.ok((await send(slot + 13 * SLOT_MS)).outcome === "paused");
    }),
    promise("a breaker forgets a send that is older than that hour", async (driver) => {
      const until = waiting(driver);
      const breaker = { key: "breaker", minimum: 3, share: 0.5, pauseMs: HOUR };
      let n = 0;
      const send = (now: number) =>
        driver.issue(now, { keys: { ...KEYS, number: `n${n++}` }, spending: { caps: [], breaker } });
      const slot = START - (START % SLOT_MS);
      for (let i = 0; i < 3; i++) await send(slot);
      await until(slot + 14 * SLOT_MS);
      assert.equal((await send(slot + 14 * SLOT_MS)).outcome, "issued");
    }),
    promise("a note lives as long as it was told to, also one that moved up", async (driver) => {
      const { notes } = driver.store;
      const until = waiting(driver);
      await notes.put("put", "text", START, 30 * MINUTE);
      await notes.advance("status", { rank: 1, value: "sent" }, START, 30 * MINUTE);
      await until(START + 20 * MINUTE);
      await notes.advance("status", { rank: 2, value: "read" }, START + 20 * MINUTE, 30 * MINUTE);
      await until(START + 30 * MINUTE);
      assert.equal(await notes.read("put", START + 30 * MINUTE - 1), "text");
      await until(START + 50 * MINUTE);
      assert.equal(await notes.read("status", START + 50 * MINUTE - 1), "2 read");
      await until(START + 50 * MINUTE, "over");
      assert.equal(await notes.read("status", START + 50 * MINUTE), undefined);
      assert.equal(await notes.read("put", START + 50 * MINUTE), undefined);
      assert.equal(await notes.take("put", START + 50 * MINUTE), undefined);
      const anew = { rank: 1, value: "sent" };
      assert.equal(await notes.advance("status", anew, START + 50 * MINUTE, MINUTE), true);
    }),
    promise("devices live for as long as the latest was told to", async (driver) => {
      const { trusted } = driver.store;
      const until = waiting(driver);
      const limits = { most: 3, ttlMs: 30 * DAY };
      await trusted.add("a", "1", "one", START, limits);
      await until(START + 20 * DAY);
      await trusted.add("a", "2", "two", START + 20 * DAY, limits);
      await trusted.replace("a", "1", { before: "one", after: "uno" }, START + 20 * DAY);
      await until(START + 50 * DAY);
      assert.equal((await trusted.list("a", START + 50 * DAY - 1)).length, 2);
      await until(START + 50 * DAY, "over");
      assert.deepEqual(await trusted.list("a", START + 50 * DAY), []);
    }),
    promise("records and credentials are kept for years, used or not", async (driver) => {
      const { records, credentials } = driver.store;
      const until = waiting(driver);
      const record = { sealed: "sealed", fingerprint: "print" };
      const taken = Array.from({ length: MOST_TAKEN }, (_, i) => `print${i}`);
      await records.write({ id: "id", record, taken, before: undefined });
      const credential = { tenant: "t", account: "a", kind: "totp", id: "1", value: "v" };
      await credentials.add(credential, 1);
      await until(START + 9 * YEAR);
      assert.deepEqual(await records.read("id"), record);
      assert.equal(await records.find(["print"]), "id");
      assert.deepEqual(await credentials.find("t", "totp", "1"), { account: "a", value: "v" });
      await until(START + 20 * YEAR);
      assert.deepEqual(await credentials.list("t", "a", "totp"), [{ id: "1", value: "v" }]);
    }),
    promise("a code that was replaced by another lives for the life of the new one", async (driver) => {
      const until = waiting(driver);
      await driver.issue(START);
      await until(START + MINUTE);
      await driver.issue(START + MINUTE, { digest: NEXT, resend: "new" });
      await until(START + 6 * MINUTE);
      assert.equal((await driver.verify(START + 6 * MINUTE - 1, NEXT, {}, ABOUT)).outcome, "passed");
    }),
  ];
}
