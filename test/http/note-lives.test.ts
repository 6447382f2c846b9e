import { expect } from "chai";
import { deliveryStatus, redisStore } from "../../lib/index.ts";
import { makeApp } from "../support/app.ts";
import { fakeTwilio } from "../support/fake-twilio.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { ALICE as EMAIL, call, restApp } from "../support/rest.ts";
import { visitor } from "../support/visitor.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** What a busy machine may take between the write and the look. */
const SLACK = 20_000;

describe("the lives of the notes that the doors leave in Redis", () => {
  const suite = redisOfSuite();
  beforeEach(() => suite.client.flushall());

  /** Runs it; what it wrote lives for so long, no shorter and no longer. */
  async function leaves(expected: readonly number[], act: () => PromiseLike<unknown>): Promise<void> {
    const before = new Set(await suite.client.keys("{factors}t*"));
    await act();
    const made = (await suite.client.keys("{factors}t*")).filter((key) => !before.has(key));
    const lives = (await Promise.all(made.map((key) => suite.client.pttl(key)))).toSorted((a, b) => a - b);
    expect(lives).to.have.length(expected.length);
    for (const [i, life] of expected.entries()) expect(lives[i]).to.be.within(life - SLACK, life);
  }

  it("[T10] of a call: its script as long as its code, what its provider said, and what it reports later, an hour", async () => {
    const fake = await fakeTwilio();
    try {
      const transport = fake.transport();
      const app = makeApp({
        store: redisStore(suite.client),
        sms: { transport },
        call: { transport },
        routes: (router, { factors }) => void router.use("/delivery", deliveryStatus(factors)),
      });
      const me = visitor(app);
      await me.logIn("alice");
      await leaves([5 * MINUTE, HOUR], () => me.post("/call_verification/challenge").expect(201));
      const form = { CallSid: fake.sid, CallStatus: "in-progress" };
      await leaves([HOUR], () => fake.report(app, form).expect(204));
    } finally {
      await fake.close();
    }
  });

  it("[T10] of a client's calls for an account: as long as a code lives and a proof is fresh", async () => {
    const app = restApp(5)({ store: redisStore(suite.client) });
    expect((await call(app, "requestCode", EMAIL)).status).to.equal(200);
    await leaves([20 * MINUTE], () => call(app, "verify", { ...EMAIL, code: app.outbox.code() }).expect(200));
  });
});
