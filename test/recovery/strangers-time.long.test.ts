import { expect } from "chai";
import { redisStore } from "../../lib/index.ts";
import { walkAlike, type Timed } from "../support/alike.ts";
import { rankTest } from "../support/rank-test.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { slowApp, type AskedKind } from "../support/stranger-flows.ts";

const FLOWS = 500;
const AT_ONCE = 4;
/** Of all pairs, so many are the wrong way round by the noise of a busy machine; a send or a look-up that only one kind has turns nearly all. */
const BY_NOISE = 0.1;

describe("500 random recoveries of each kind, asked by strangers", function () {
  this.timeout(3_600_000);
  const suite = redisOfSuite();

  it("[R36][T43] are answered alike, and take as long, with a provider that takes 300 ms", async () => {
    const made = slowApp(redisStore(suite.client), { sendMs: 300, lookupMs: 3 });
    const seeds = Array.from({ length: FLOWS }, (_, i) => i + 1);
    for (const seed of seeds) await made.add(seed);
    const all: Timed[] = [];
    const worker = async () => {
      for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop())
        all.push(...(await walkAlike(made, seed, "at once")));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    for (const sends of [true, false]) {
      const some = all.filter((each) => each.sends === sends);
      expect(some.length, `moves that send: ${sends}`).to.be.greaterThan(FLOWS / 5);
      const of = (kind: AskedKind) => some.map(({ ms }) => ms[kind]);
      for (const kind of ["nothing", "archived", "unknown"] as const) {
        const { share, z } = rankTest(of("everything"), of(kind));
        const said = `sends: ${sends}, ${kind}: share ${share.toFixed(3)}, z ${z.toFixed(1)}, of ${some.length} moves`;
        console.log(`      ${said}`);
        expect(Math.abs(share - 0.5), said).to.be.below(BY_NOISE);
      }
    }
  });
});
