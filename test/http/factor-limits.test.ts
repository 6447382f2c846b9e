import { expect } from "chai";
import { defineFactor, FactorError } from "../../lib/index.ts";
import { makeApp } from "../support/app.ts";
import { visitor } from "../support/visitor.ts";

const busy = () => {
  throw new FactorError("too_many_requests", { retryAfter: 77 });
};

/** A factor that has a limit of its own beside those of the flow. */
const limited = (judge: () => "right" | "wrong", begin?: () => never) =>
  defineFactor({
    name: "slow",
    amr: "otp",
    class: "app",
    texts: { en: { label: "Slow", field: "Word" } },
    onFile: () => ({}),
    parse: (typed) => (typeof typed === "string" ? typed : undefined),
    judge,
    ...(begin === undefined ? {} : { begin }),
  });

describe("a limit of a factor's own", () => {
  it("[L2] is answered as a limit, with its wait, and is no guess", async () => {
    let judge: () => "right" | "wrong" = busy;
    const app = makeApp({ more: [limited(() => judge())], users: { nora: undefined } });
    const me = visitor(app);
    await me.logIn("nora");
    for (let i = 0; i < 12; i++) {
      const { status, headers, body } = await me.post("/slow_verification", { slow: "word" });
      expect([status, headers["retry-after"], body.code]).to.deep.equal([429, "77", "too_many_requests"]);
    }
    judge = () => "wrong";
    expect((await me.post("/slow_verification", { slow: "word" })).body.attempts_remaining).to.equal(9);
    judge = () => "right";
    await me.post("/slow_verification", { slow: "word" }).expect(200);
  });

  it("[L2] is answered so at its begin too, and is nobody's mistake", async () => {
    const app = makeApp({ more: [limited(() => "wrong", busy)], users: { nora: undefined } });
    const me = visitor(app);
    await me.logIn("nora");
    const { headers } = await me.post("/slow_verification/challenge").expect(429);
    expect(headers["retry-after"]).to.equal("77");
    expect(app.told).to.deep.equal([]);
  });
});
