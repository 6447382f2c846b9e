import { expect } from "chai";
import { watchRoundTrips } from "../../bench/round-trips.ts";
import { redisStore } from "../../lib/index.ts";
import { walkAlike } from "../support/alike.ts";
import { rankTest } from "../support/rank-test.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { KINDS, slowApp, type AskedKind, type SlowApp } from "../support/stranger-flows.ts";
import { stranger } from "../support/strangers.ts";

describe("random recoveries, asked by strangers", () => {
  const suite = redisOfSuite();
  const make = async (flows: number, options: Parameters<typeof slowApp>[1]): Promise<SlowApp> => {
    await suite.client.flushall();
    const made = slowApp(redisStore(suite.client), options);
    for (let n = 1; n <= flows; n++) await made.add(n);
    return made;
  };

  it("[R36][R37][H19][T43] are answered alike for who has everything, nothing, is archived, or is nobody", async () => {
    const made = await make(6, { sendMs: 20, lookupMs: 1 });
    let moves = 0;
    for (let seed = 1; seed <= 6; seed++) moves += (await walkAlike(made, seed, "at once")).length;
    expect(moves).to.be.greaterThan(50);
  });

  it("[R36] ask the app who it is, and wait for Redis, as often; and look up an address as often for all who are somebody", async () => {
    const made = await make(5, { sendMs: 1, lookupMs: 0 });
    const each = new Map<AskedKind, string[]>(KINDS.map((kind) => [kind, []]));
    for (let seed = 1; seed <= 5; seed++)
      await walkAlike(made, seed, "in turn", async (ask, kind) => {
        made.lookups.length = 0;
        const stop = watchRoundTrips(suite.client);
        await ask();
        const { sequential } = stop();
        const names = made.lookups.map(({ name }) => name);
        const finds = names.filter((name) => name === "find").length;
        // The first takes its scripts to Redis.
        if (seed > 1) each.get(kind)?.push(`${sequential} trips, ${finds} finds`);
        if (kind === "everything" || kind === "nothing")
          each.get(kind)?.push(`${names.length - finds} addresses`);
      });
    const of = (kind: AskedKind, what: RegExp) => each.get(kind)?.filter((said) => what.test(said));
    for (const kind of KINDS) expect(of(kind, /trips/), kind).to.deep.equal(of("everything", /trips/));
    expect(of("nothing", /addresses/)).to.deep.equal(of("everything", /addresses/));
    expect(of("everything", /addresses/)).to.include("4 addresses");
  });

  for (const [what, options] of Object.entries({
    "the provider takes no message": { fails: true },
    "the app's check refuses all": { refuses: true },
  }))
    it(`[R37][R72] are told to wait before the next message, known or not, where ${what}`, async () => {
      const made = await make(1, { sendMs: 1, lookupMs: 0, ...options });
      const seen = await Promise.all(
        KINDS.map(async (kind) => {
          const me = stranger(made.app);
          let { body } = await me.post("/recovery", { identifier: `${kind}-1` });
          const statuses: number[] = [];
          for (const said of ["no", "choose code", "failed", "again", "choose code", "look"]) {
            const [input, choice] = said.split(" ");
            const answer = await me.post("/recovery/step", { gen: body.gen, input, choice });
            statuses.push(answer.status);
            body = answer.body;
          }
          return statuses;
        }),
      );
      expect(seen[0]).to.deep.equal([200, 200, 200, 200, 429, 400]);
      for (const each of seen) expect(each).to.deep.equal(seen[0]);
    });

  it("are told apart by a rank test where one kind takes longer, and only there", () => {
    const values = Array.from({ length: 200 }, (_, i) => (i * 37) % 101);
    expect(Math.abs(rankTest(values, [...values].reverse()).z)).to.be.below(0.01);
    expect(
      rankTest(
        values,
        values.map((each) => each - 20),
      ).z,
    ).to.be.above(4);
    expect(rankTest([1, 2, 3], [0, 0, 2])).to.deep.include({ share: 7.5 / 9 });
  });
});
