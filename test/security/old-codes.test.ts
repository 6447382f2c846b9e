import { expect } from "chai";
import { memoryStore, redisStore } from "../../lib/index.ts";
import { makeApp } from "../support/app.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { withCode, wrong } from "../support/visitor.ts";

for (const kind of ["memory", "Redis"] as const) {
  describe(`[T9] a guess in flight beside a new code, in ${kind}`, () => {
    const suite = kind === "Redis" ? redisOfSuite() : undefined;
    beforeEach(() => suite?.client.flushall());

    it("does not bring the old code back, and its budget is not begun anew", async () => {
      let next = 100_000;
      const app = makeApp({
        store: suite === undefined ? memoryStore() : redisStore(suite.client),
        sms: { resend: "new", guessesPerCode: 10 },
        factors: { random: () => (next += 1111) },
      });
      const { me, code: old } = await withCode(app);
      app.clock.advance(30_000);
      const guesses = () => Array.from({ length: 4 }, (_, i) => me.verify(wrong(old, i + 1)).expect(400));
      await Promise.all([...guesses(), me.send().expect(201), ...guesses()]);
      const fresh = app.outbox.code();
      expect(fresh).not.to.equal(old);
      const { body } = await me.verify(old).expect(400);
      expect(body.code).to.equal("invalid_code");
      await me.get("/chat").expect(401);
      await me.verify(fresh).expect(200);
    });
  });
}
