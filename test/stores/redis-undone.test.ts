import { expect } from "chai";
import { redisStore } from "../../lib/stores/redis.ts";
import { age, redisOfSuite } from "../support/redis-of-suite.ts";

const HOUR = 3_600_000;
const YEARS = 10 * 365 * 24 * HOUR;
const START = 1_800_000_000_000;

/** The steps that undo another, which a store sends once an answer has not come; here they are sent straight to Redis. */
type Undo = (...args: string[]) => Promise<number>;

describe("a step that is undone in Redis", () => {
  const suite = redisOfSuite();
  beforeEach(() => suite.client.flushall());
  const keys = { set: "set", guesses: "g", failures: "f", bucket: "lane" };
  const guesses = { perHour: 10, inARow: 100 };
  const set = { createdAt: START, parameters: "p", records: { "0": "zero", "1": "one" } };
  const names = ["{factors}bset", "{factors}gg", "{factors}ff"];
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

  it("a wrong backup code takes away its own guess, and no other's, once", async () => {
    const { saved } = redisStore(suite.client);
    const wrong = (at: number) => step(() => saved.spend({ keys, now: at, guesses, record: undefined }));
    const attempts = [await wrong(START), await wrong(START + 1), await wrong(START + 2)];
    const undo = (attempt: string) => undoing("factorsUnspendSaved")(...names, attempt, "lane", "");
    await undo(attempts[1] as string);
    await undo(attempts[1] as string);
    await undo("{factors}xnever");
    expect(await suite.client.hget("{factors}gg", "lane")).to.equal(`${START} ${START + 2}`);
    expect(await suite.client.get("{factors}ff")).to.equal("2");
    await undo(attempts[0] as string);
    expect(await suite.client.get("{factors}ff")).to.equal("1");
    await undo(attempts[2] as string);
    expect(await suite.client.exists("{factors}gg", "{factors}ff")).to.equal(0);
  });

  it("a wrong backup code that a pass has forgiven since changes nothing", async () => {
    const { saved } = redisStore(suite.client);
    await saved.replace({ keys, set });
    const wrong = await step(() => saved.spend({ keys, now: START, guesses, record: undefined }));
    await saved.spend({ keys, now: START, guesses, record: "0" });
    await saved.spend({ keys, now: START + 1, guesses, record: undefined });
    await undoing("factorsUnspendSaved")(...names, wrong, "lane", "");
    expect(await suite.client.get("{factors}ff")).to.equal("1");
    expect(await suite.client.hget("{factors}gg", "lane")).to.equal(String(START + 1));
  });

  it("a right backup code brings back what it used up and forgave, for as long as that lives", async () => {
    const { saved } = redisStore(suite.client);
    await saved.replace({ keys, set });
    await saved.spend({ keys, now: START, guesses, record: undefined });
    const right = await step(() => saved.spend({ keys, now: START, guesses, record: "0" }));
    await undoing("factorsUnspendSaved")(...names, right, "lane", "r0");
    expect(await suite.client.hget("{factors}bset", "r0")).to.equal("zero");
    expect(await suite.client.get("{factors}ff")).to.equal("1");
    expect(await suite.client.hget("{factors}gg", "lane")).to.equal(String(START));
    expect(await left("{factors}ff")).to.be.within(...lives(YEARS));
    expect(await left("{factors}gg")).to.be.within(...lives(HOUR));
  });

  it("a new set of backup codes brings back the old one and its failures, for years", async () => {
    const { saved } = redisStore(suite.client);
    await saved.replace({ keys, set });
    await saved.spend({ keys, now: START, guesses, record: undefined });
    const next = { ...set, records: { "7": "seven" } };
    const replaced = await step(() => saved.replace({ keys, set: next }));
    await undoing("factorsUnreplaceSaved")("{factors}bset", "{factors}ff", replaced);
    expect((await saved.read({ keys, now: START, guesses })).set).to.deep.equal(set);
    expect(await left("{factors}bset")).to.be.within(...lives(YEARS));
    expect(await suite.client.get("{factors}ff")).to.equal("1");
    expect(await left("{factors}ff")).to.be.within(...lives(YEARS));
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

  it("a record that was never written is not taken from who wrote the same before", async () => {
    const { records } = redisStore(suite.client);
    const record = { sealed: "sealed", fingerprint: "print" };
    await records.write({ id: "id", record, taken: ["print"], before: undefined });
    const places = ["{factors}vid", "{factors}wprint", "{factors}wprint"];
    await undoing("factorsUnwriteRecord")("{factors}xnever", ...places, "id", "", "print sealed", "1000");
    expect(await records.read("id")).to.deep.equal(record);
  });
});
