import { expect } from "chai";
import { redisStore } from "../../lib/stores/redis.ts";
import { age, redisOfSuite } from "../support/redis-of-suite.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Kept as good as for ever. */
const YEARS = 10 * 365 * 24 * HOUR;
const START = 1_800_000_000_000;

/** The steps that undo another, which a store sends once an answer has not come; here they are sent straight to Redis. */
type Undo = (...args: string[]) => Promise<number>;

describe("a step that is undone in Redis", () => {
  const suite = redisOfSuite();
  beforeEach(() => suite.client.flushall());
  const keys = { guesses: "g", failures: "f", bucket: "lane" };
  const guesses = { perHour: 10, inARow: 100 };
  const names = ["{factors}gg", "{factors}ff"];
  const undoing = (name: string) =>
    (suite.client as unknown as Record<string, Undo>)[name]?.bind(suite.client) as Undo;

  /** Takes the step, and answers the key under which it is remembered. */
  async function step(take: () => Promise<unknown>): Promise<string> {
    const before = await suite.client.keys("{factors}x*");
    await take();
    return (await suite.client.keys("{factors}x*")).find((key) => !before.includes(key)) as string;
  }
  const left = (key: string) => suite.client.pttl(key);
  const lives = (life: number) => [life - 10_000, life] as const;

  it("a wrong guess takes away its own, and no other's, once", async () => {
    const store = redisStore(suite.client);
    const wrong = (at: number) => step(() => store.guesses.count({ keys, now: at, guesses }));
    const attempts = [await wrong(START), await wrong(START + 1), await wrong(START + 2)];
    const undo = (attempt: string) => undoing("factorsUncountGuess")(...names, attempt, "lane");
    await undo(attempts[1] as string);
    await undo(attempts[1] as string);
    await undo("{factors}xnever");
    // Remembered for as long as it may still come.
    for (const each of ["{factors}xnever", attempts[1] as string])
      expect(await left(each)).to.be.within(...lives(MINUTE));
    expect(await suite.client.hget("{factors}gg", "lane")).to.equal(`${START} ${START + 2}`);
    expect(await suite.client.get("{factors}ff")).to.equal("2");
    await undo(attempts[0] as string);
    expect(await suite.client.get("{factors}ff")).to.equal("1");
    await undo(attempts[2] as string);
    expect(await suite.client.exists("{factors}gg", "{factors}ff")).to.equal(0);
  });

  it("a wrong guess that a pass has forgiven since changes nothing", async () => {
    const store = redisStore(suite.client);
    const wrong = await step(() => store.guesses.count({ keys, now: START, guesses }));
    await store.guesses.clear(keys, START);
    await store.guesses.count({ keys, now: START + 1, guesses });
    await undoing("factorsUncountGuess")(...names, wrong, "lane");
    expect(await suite.client.get("{factors}ff")).to.equal("1");
    expect(await suite.client.hget("{factors}gg", "lane")).to.equal(String(START + 1));
  });

  it("a credential that was added, replaced or removed is as it was, for ever, and another's stays", async () => {
    const { credentials } = redisStore(suite.client);
    const one = { tenant: "t", account: "ann", kind: "totp", id: "1", value: "one" };
    const contents = () => credentials.list("t", "ann", "totp");
    const added = await step(() => credentials.add(one, 1));
    const [hash, id] = await Promise.all(
      ["{factors}ea*", "{factors}ei*"].map(async (each) => (await suite.client.keys(each))[0] as string),
    );
    const replaced = await step(() => credentials.replace(one, "two"));
    await undoing("factorsUnreplaceCredential")(hash as string, replaced, "totp:1", "one", "two");
    expect(await contents()).to.deep.equal([{ id: "1", value: "one" }]);
    const removed = await step(() => credentials.remove(one));
    await undoing("factorsUnremoveCredential")(hash as string, id as string, removed, "totp:1", "ann");
    expect(await contents()).to.deep.equal([{ id: "1", value: "one" }]);
    expect(await credentials.find("t", "totp", "1")).to.deep.equal({ account: "ann", value: "one" });
    for (const each of [hash, id]) expect(await left(each as string)).to.equal(-1);
    await undoing("factorsUnaddCredential")(hash as string, id as string, added, "totp:1", "one");
    expect(await suite.client.exists(hash as string, id as string)).to.equal(0);
    const gone = await step(async () => {
      await credentials.add(one, 1);
      await credentials.remove(one);
    });
    await credentials.add({ ...one, account: "bob" }, 1);
    await undoing("factorsUnremoveCredential")(hash as string, id as string, gone, "totp:1", "ann");
    expect(await contents()).to.deep.equal([]);
  });

  it("a credential that has changed since, or was never added, stays", async () => {
    const { credentials } = redisStore(suite.client);
    const one = { tenant: "t", account: "ann", kind: "totp", id: "1", value: "one" };
    const added = await step(() => credentials.add(one, 1));
    const [hash, id] = await Promise.all(
      ["{factors}ea*", "{factors}ei*"].map(async (each) => (await suite.client.keys(each))[0] as string),
    );
    const undo = (attempt: string, value: string) =>
      undoing("factorsUnaddCredential")(hash as string, id as string, attempt, "totp:1", value);
    await undo("{factors}xnever", "one");
    await credentials.replace(one, "two");
    await undo(added, "one");
    expect(await credentials.find("t", "totp", "1")).to.deep.equal({ account: "ann", value: "two" });
  });

  it("a note that was taken, or moved up, lives for what it had left", async () => {
    const { notes } = redisStore(suite.client);
    await notes.put("note", "text", 0, HOUR);
    await notes.advance("status", { rank: 1, value: "sent" }, 0, HOUR);
    await age(suite.client, HOUR / 2);
    const taken = await step(() => notes.take("note", 0));
    const moved = await step(() => notes.advance("status", { rank: 2, value: "read" }, 0, HOUR));
    await undoing("factorsUntake")("{factors}tnote", taken);
    await undoing("factorsUnadvance")("{factors}tstatus", moved, "2", "read");
    expect(await notes.read("note", 0)).to.equal("text");
    expect(await notes.read("status", 0)).to.equal("1 sent");
    for (const key of ["{factors}tnote", "{factors}tstatus"])
      expect(await left(key)).to.be.within(...lives(HOUR / 2));
  });

  it("a record of a flow that was moved lives for what it had left, where it stood", async () => {
    const { flows } = redisStore(suite.client);
    const at = (generation: number) => ({ generation, state: "offer", value: "v" });
    await flows.put("flow", at(1), 0, HOUR);
    await age(suite.client, HOUR / 2);
    const move = { from: at(1), to: at(2), toKey: "other" };
    const moved = await step(() => flows.move("flow", move, 0, 10 * HOUR));
    await undoing("factorsUnmove")("{factors}lflow", "{factors}lother", moved, "2 offer v");
    expect(await flows.read("flow", 0)).to.deep.equal(at(1));
    expect(await flows.read("other", 0)).to.equal(undefined);
    expect(await left("{factors}lflow")).to.be.within(...lives(HOUR / 2));
  });

  it("a number of the vault that was changed is as it was, for years", async () => {
    const { records } = redisStore(suite.client);
    const [one, two] = [
      { sealed: "sealed", fingerprint: "one" },
      { sealed: "sealed", fingerprint: "two" },
    ];
    const places = ["{factors}vid", "{factors}wtwo", "{factors}wone"];
    await records.write({ id: "id", record: one, taken: ["one"], before: undefined });
    const changed = await step(() => records.write({ id: "id", record: two, taken: ["two"], before: one }));
    const values = ["id", "one sealed", "two sealed", String(YEARS)];
    await undoing("factorsUnwriteRecord")(changed, ...places, ...values);
    expect(await records.read("id")).to.deep.equal(one);
    expect(await records.find(["one"])).to.equal("id");
    expect(await records.find(["two"])).to.equal(undefined);
    for (const key of ["{factors}vid", "{factors}wone"])
      expect(await left(key)).to.be.within(...lives(YEARS));
  });

  it("a record that was never written is not taken from who wrote the same before", async () => {
    const { records } = redisStore(suite.client);
    const record = { sealed: "sealed", fingerprint: "print" };
    await records.write({ id: "id", record, taken: ["print"], before: undefined });
    const places = ["{factors}vid", "{factors}wprint", "{factors}wprint"];
    await undoing("factorsUnwriteRecord")("{factors}xnever", ...places, "id", "", "print sealed", "1000");
    expect(await records.read("id")).to.deep.equal(record);
  });

  it("[T41] a number that somebody else has registered since is theirs, also where a change away from it is undone", async () => {
    const { records } = redisStore(suite.client);
    const [before, after] = [
      { sealed: "one", fingerprint: "f1" },
      { sealed: "two", fingerprint: "f2" },
    ];
    await records.write({ id: "mine", record: before, taken: ["f1"], before: undefined });
    const changed = await step(() => records.write({ id: "mine", record: after, taken: ["f2"], before }));
    expect(await records.write({ id: "theirs", record: before, taken: ["f1"], before: undefined })).to.equal(
      true,
    );
    const places = ["{factors}vmine", "{factors}wf2", "{factors}wf1"];
    await undoing("factorsUnwriteRecord")(changed, ...places, "mine", "f1 one", "f2 two", "1000");
    expect(await records.find(["f1"])).to.equal("theirs");
  });
});
