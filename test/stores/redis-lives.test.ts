import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { createAccountVersions } from "../../lib/flows/session/account-versions.ts";
import { createMovedSessions } from "../../lib/flows/session/moved-session.ts";
import { createInTime } from "../../lib/in-time.ts";
import { createSecretBox } from "../../lib/crypto/secret.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import { phoneVault } from "../../lib/vault/phone-vault.ts";
import { SECRET } from "../support/app.ts";
import { age, redisOfSuite } from "../support/redis-of-suite.ts";
import { asker, DEFAULTS, type Asker } from "../support/store-scene.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Kept as good as for ever. */
const YEARS = 10 * 365 * DAY;
const NONE = -1;
/** What a busy machine may take between the write and the look. */
const SLACK = 10 * SECOND;
/** A slot of a breaker begins here. */
const SLOT = 1_800_000_000_000;

const CODE = { ttlMs: 10 * MINUTE, keepMs: 30 * MINUTE };
const BREAKER = { key: "breaker", minimum: 2, share: 0.5, pauseMs: 3 * HOUR };
const SPENDING = {
  caps: [
    { key: "day", most: 9, windowMs: DAY, pauses: true, limit: "day" },
    { key: "hour", most: 9, windowMs: HOUR, pauses: false, limit: "calling_code_hour" },
  ],
  neighbours: { key: "near", cell: 7, most: 9, windowMs: 10 * MINUTE },
  breaker: BREAKER,
} as const;

describe("the lives of the keys in Redis", () => {
  const suite = redisOfSuite();
  beforeEach(() => suite.client.flushall());
  const scene = () => ({ store: redisStore(suite.client), salt: "" });

  /** Each key that there is, by the letter of its kind (and what follows it, where that is said), has this life: no longer, and no shorter. */
  async function live(expected: Record<string, number>): Promise<void> {
    const all = (await suite.client.keys("*")).map((key) => key.replace("{factors}", "")).sort();
    // What undoes a step, where it was carried out for nobody, is remembered for a minute beside it.
    const isUndo = (key: string) => key.startsWith("x") && !("x" in expected);
    for (const key of all.filter(isUndo))
      expect(await suite.client.pttl(`{factors}${key}`), key).to.be.within(1, MINUTE);
    const keys = all.filter((key) => !isUndo(key));
    const kindOf = (key: string) => Object.keys(expected).find((kind) => key.startsWith(kind));
    expect([...new Set(keys.map((key) => kindOf(key) ?? `unexpected: ${key}`))].sort()).to.deep.equal(
      Object.keys(expected).sort(),
    );
    for (const key of keys) {
      const life = expected[kindOf(key) as string] as number;
      const pttl = await suite.client.pttl(`{factors}${key}`);
      if (life === NONE) expect(pttl, key).to.equal(NONE);
      else expect(pttl, key).to.be.within(life - SLACK, life);
    }
  }
  async function pass(me: Asker, ms: number): Promise<void> {
    me.advance(ms);
    await age(suite.client, ms);
  }

  it("[T10] a code, its sends and its wrong guesses: an hour of guesses lives an hour, failures in a row for years", async () => {
    const me = asker(scene());
    const issue = (by = "sms") => me.issued({ ...CODE, by, accountKey: "account" });
    await issue();
    await live({ c: CODE.keepMs, n: DAY, a: DAY });
    await me.wrong();
    await live({ c: CODE.keepMs, n: DAY, a: DAY, g: HOUR, f: YEARS });
    await pass(me, 5 * MINUTE);
    await issue("call");
    await me.wrong();
    const later = { c: CODE.keepMs - 5 * MINUTE, n: DAY, a: DAY, g: HOUR, f: YEARS - 5 * MINUTE };
    await live(later);
    await scene().store.amend({ ...me.keys, now: me.now(), digest: me.digest, note: "note" });
    await live(later);
    await pass(me, MINUTE);
    expect((await me.right()).outcome).to.equal("passed");
    const after = { c: CODE.keepMs - 6 * MINUTE, n: DAY - MINUTE, a: DAY - MINUTE };
    await live(after);
    expect((await me.wrong()).outcome).to.equal("expired");
    await live(after);
    await me.revoke(true);
    await live({ n: DAY - MINUTE, a: DAY - MINUTE });
  });

  it("[T10] a lifted cooldown and what is taken back change no life", async () => {
    const me = asker(scene());
    await me.issued(CODE);
    await me.wrong();
    await me.wrong();
    await pass(me, MINUTE);
    await scene().store.takeBack({ keys: me.keys, now: me.now() });
    await me.revoke(true);
    await live({ n: DAY - MINUTE, g: HOUR - MINUTE, f: YEARS - MINUTE, x: MINUTE });
  });

  it("[T10] what a right code forgave lives again where the code is given back: an hour, and years", async () => {
    const me = asker(scene());
    await me.issued(CODE);
    for (let i = 0; i < 2; i++) await me.wrong();
    await pass(me, MINUTE);
    const { guesses, about, by } = DEFAULTS;
    const right = { keys: me.keys, now: me.now(), digests: [me.digest], guesses, about, by, attempt: "once" };
    expect((await scene().store.verify(right)).outcome).to.equal("passed");
    await scene().store.restore(right);
    expect(await suite.client.get(`{factors}f${me.keys.failures}`)).to.equal("2");
    await live({ c: CODE.keepMs - MINUTE, n: DAY - MINUTE, g: HOUR, f: YEARS });
  });

  it("[T10] caps and blocks: their window, whoever comes later; a breaker: its pause, and two hours", async () => {
    const send = (ms = 0) => asker(scene()).issue({ ...CODE, now: SLOT + ms, spending: SPENDING });
    const first = { n: DAY, c: CODE.keepMs, qday: DAY, qhour: HOUR, k: 10 * MINUTE, r: 5 * HOUR };
    await send();
    await live(first);
    await age(suite.client, 4 * MINUTE);
    for (const key of await suite.client.keys("{factors}[nc]*")) await suite.client.del(key);
    await send();
    const { k: _near, ...left } = first;
    const later = { ...left, k: 6 * MINUTE, qday: DAY - 4 * MINUTE, qhour: HOUR - 4 * MINUTE };
    await live({ ...later, r: 5 * HOUR - 4 * MINUTE });
    // The first send of another slot.
    await send(5 * MINUTE);
    expect(await suite.client.pttl("{factors}rbreaker")).to.be.within(5 * HOUR - SLACK, 5 * HOUR);
  });

  it("[T10] a breaker lives for its pause and two hours from when it trips, and from each trial", async () => {
    const slot = () => suite.client.pttl("{factors}rbreaker");
    const send = async (ms: number) =>
      (await asker(scene()).issue({ ...CODE, now: SLOT + ms, spending: { caps: [], breaker: BREAKER } }))
        .outcome;
    await send(0);
    await send(0);
    await age(suite.client, 10 * MINUTE);
    expect(await send(10 * MINUTE)).to.equal("paused");
    expect(await slot()).to.be.within(5 * HOUR - SLACK, 5 * HOUR);
    await age(suite.client, 3 * HOUR);
    expect(await send(10 * MINUTE + 3 * HOUR)).to.equal("issued");
    expect(await slot()).to.be.within(5 * HOUR - SLACK, 5 * HOUR);
    expect(await send(10 * MINUTE + 3 * HOUR)).to.equal("paused");
  });

  it("[T10] guesses that a factor judges itself: an hour, failures in a row for years; the vault: years; what undoes their steps: a minute", async () => {
    const { store } = scene();
    const keys = { guesses: "g", failures: "f", bucket: "lane" };
    const guesses = { perHour: 10, inARow: 100 };
    await store.guesses.count({ keys, now: Date.now(), guesses });
    await live({ g: HOUR, f: YEARS, x: MINUTE });
    await age(suite.client, HOUR / 2);
    await store.guesses.clear(keys, Date.now());
    await live({});
    const vault = phoneVault(store, { secret: SECRET });
    const id = (await vault.register("+12015550123")) as string;
    await live({ v: YEARS, w: YEARS, x: MINUTE });
    await age(suite.client, HOUR);
    await vault.change(id, "+12015550124");
    await live({ v: YEARS, w: YEARS, x: MINUTE });
  });

  it("[T10] remembered devices: as long as they are told to, from the last one; replacing lengthens nothing", async () => {
    const { trusted } = scene().store;
    const limits = { most: 2, ttlMs: 30 * DAY };
    await trusted.add("a", "1", "one", 0, limits);
    await live({ d: 30 * DAY, x: MINUTE });
    await age(suite.client, DAY);
    await trusted.replace("a", "1", { before: "one", after: "uno" }, 0);
    await live({ d: 29 * DAY });
    await trusted.add("a", "2", "two", 0, limits);
    await live({ d: 30 * DAY, x: MINUTE });
  });

  it("[T10] notes: as long as they are told to; moved sessions 30 s, account versions 400 days", async () => {
    const { notes } = scene().store;
    await notes.put("put", "text", 0, 20 * MINUTE);
    await notes.advance("status", { rank: 1, value: "sent" }, 0, HOUR);
    await live({ tput: 20 * MINUTE, tstatus: HOUR, x: MINUTE });
    await age(suite.client, 10 * MINUTE);
    await notes.advance("status", { rank: 2, value: "read" }, 0, HOUR);
    await notes.advance("status", { rank: 1, value: "sent" }, 0, 9 * HOUR);
    await live({ tput: 10 * MINUTE, tstatus: HOUR, x: MINUTE });
    await suite.client.flushall();
    await createAccountVersions(notes, Date.now, "t").renew("account");
    await live({ t: 400 * DAY });
    await suite.client.flushall();
    const inTime = createInTime(1000);
    const parts = { notes, box: createSecretBox(SECRET), clock: Date.now, tenant: "t", inTime };
    const request = { sessionStore: {}, sessionID: "new" } as never;
    await createMovedSessions(parts).moved("old", request, "digest");
    await live({ t: 30 * SECOND });
  });

  it("[T10] records of flows: as long as they are told to, from each move; what undoes a move: a minute", async () => {
    const { flows } = scene().store;
    const at = (generation: number) => ({ generation, state: "offer", value: "v" });
    await flows.put("flow", at(1), 0, 30 * MINUTE);
    await live({ l: 30 * MINUTE });
    await age(suite.client, 10 * MINUTE);
    await flows.move("flow", { from: at(1), to: at(2) }, 0, 20 * MINUTE);
    await live({ l: 20 * MINUTE, x: MINUTE });
    await age(suite.client, 5 * MINUTE);
    await flows.move("flow", { from: at(2), to: at(3), toKey: "reset" }, 0, 40 * MINUTE);
    await live({ lreset: 40 * MINUTE, x: MINUTE });
    await flows.move("reset", { from: at(9), to: at(3) }, 0, HOUR);
    await live({ lreset: 40 * MINUTE, x: MINUTE });
  });

  it("[T10] there is no kind of key but these, and the audit trail's and the rotation's, which have tests of their own", async () => {
    const folder = join(import.meta.dirname, "../../lib");
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".ts"));
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
    const named = texts.flatMap((text) =>
      [...text.matchAll(/`\$\{prefix\}(:?[a-z]+)/g)].map(([, kind]) => kind),
    );
    const kinds = ["a", "c", "d", "ea", "ei", "f", "g", "i", "k", "l", "n", "q", "r", "t", "v", "w", "x"];
    expect([...new Set(named)]).to.have.members([":audit", ":rotation", ...kinds]);
  });

  it("[T10] an address: its window, from the first request; credentials: no end, for they are on file", async () => {
    const { store } = scene();
    const limiter = store.limiter({ name: "send", points: 5, durationSeconds: 3600 });
    await limiter.consume("somebody");
    await live({ i: HOUR });
    await age(suite.client, HOUR / 2);
    await limiter.consume("somebody");
    await live({ i: HOUR / 2 });
    const credential = { tenant: "t", account: "a", kind: "totp", id: "1", value: "v" };
    await store.credentials.add(credential, 2);
    await store.credentials.replace(credential, "w");
    await live({ i: HOUR / 2, e: NONE });
    await store.credentials.remove({ ...credential });
    await live({ i: HOUR / 2 });
  });

  it("[T10] keeps no send for longer than a day, no wrong guess for longer than an hour, and no slot for longer than two", async () => {
    const me = asker(scene(), {}, { guesses: { perCode: 9, perHour: 9, inARow: 999 } });
    const entries = (text: string | null) => (text ?? "").split(" ").length;
    for (let day = 0; day < 3; day++) {
      await me.issued({ ...CODE, accountKey: "account" });
      await me.wrong();
      me.advance(HOUR);
      await me.issued({ ...CODE, accountKey: "account" });
      await me.wrong();
      expect(entries(await suite.client.hget(`{factors}g${me.keys.guesses}`, "lane"))).to.equal(1);
      expect(entries(await suite.client.get(`{factors}n${me.keys.number}`))).to.equal(2);
      expect(entries(await suite.client.get("{factors}aaccount"))).to.equal(2);
      me.advance(DAY - HOUR);
    }
    const breaker = { ...BREAKER, minimum: 999 };
    for (let slot = 0; slot < 60; slot++)
      await asker(scene()).issue({ now: SLOT + slot * 5 * MINUTE, spending: { caps: [], breaker } });
    expect(await suite.client.hlen("{factors}rbreaker")).to.be.at.most(2 * 13);
  });

  it("[T10] a code that passes where nothing was sent of late begins no key of a breaker", async () => {
    const me = asker(scene());
    await me.issued(CODE);
    const { guesses, about, by } = {
      guesses: { perHour: 9, perCode: 9, inARow: 9 },
      about: ["about"],
      by: "sms",
    };
    const request = {
      keys: me.keys,
      now: me.now(),
      digests: [me.digest],
      guesses,
      about,
      by,
      attempt: "once",
    };
    const answer = await scene().store.verify({ ...request, breakerKey: "breaker" });
    expect(answer).to.deep.equal({ outcome: "passed", resumed: false });
    await live({ c: CODE.keepMs, n: DAY });
  });
});
