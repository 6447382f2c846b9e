import { types } from "node:util";
import { expect } from "chai";
import type { SavedFactor } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { ODD } from "../support/odd-values.ts";
import { visitor } from "../support/visitor.ts";

/** A factor of the app's own, which answers as it is told to. */
function ownFactor(says: { enrolled: () => unknown; verify: () => unknown }): SavedFactor {
  const guesses = { perHour: 10, inARow: 100 };
  return {
    name: "key",
    amr: "hwk",
    field: "key",
    low: 0,
    rules: { count: 1, length: 13, guesses },
    enrolled: async () => says.enrolled() as boolean,
    parse: (typed) => String(typed),
    verify: async () => says.verify() as { outcome: "passed"; remaining: number },
  };
}

for (const express of versions) {
  describe(`[T51] a factor of the app's own that answers anything, on Express ${express}`, () => {
    const says: { enrolled: () => unknown; verify: () => unknown } = {
      enrolled: () => true,
      verify: () => undefined,
    };
    const limits = { sendsPerIp: 1000, guessesPerIp: 1000 };
    const app = makeApp({ express, more: [ownFactor(says)], factors: { timeoutMs: 20, limits } });
    after(() => void app.server.close());

    it("for what is on file: a password alone registers no phone beside it", async () => {
      for (const [name, make] of ODD) {
        const nora = visitor(app);
        await nora.logIn("nora");
        says.enrolled = make;
        const { status } = await nora.register("(201) 555-0123", "US");
        if (name !== "false") expect(status, name).to.be.within(400, 599);
        app.clock.advance(86_400_000);
      }
    });

    it("for what was typed: nothing is passed", async () => {
      says.enrolled = () => true;
      for (const [name, make] of ODD) {
        if (name === "a pass without the rest") continue;
        const alice = visitor(app);
        await alice.logIn("alice");
        says.verify = make;
        const { status } = await alice.post("/key_verification", { key: "x" });
        expect(status, name).to.be.within(400, 599);
        await alice.get("/chat").expect(401);
      }
    });

    it("for what was typed, as a promise that rejects", async () => {
      for (const [, make] of ODD) {
        const alice = visitor(app);
        await alice.logIn("alice");
        says.verify = () => {
          const odd = make();
          if (types.isPromise(odd)) odd.catch(() => undefined);
          throw odd;
        };
        await alice.post("/key_verification", { key: "x" }).expect(500);
        await alice.get("/chat").expect(401);
      }
    });
  });
}
