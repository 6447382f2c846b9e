import { types } from "node:util";
import { expect } from "chai";
import { defineFactor, factorSettings, type DefinedFactor } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { ODD } from "../support/odd-values.ts";
import { passed, visitor } from "../support/visitor.ts";

type Verb = "onFile" | "judge" | "issue" | "inventory" | "remove" | "list" | "answer";
type Says = Record<Verb, () => unknown>;

/** A factor of the app's own, which answers as it is told to. */
function ownFactor(says: Says): DefinedFactor {
  const answer = (verb: keyof Says) => () => says[verb]() as never;
  return defineFactor({
    name: "key",
    amr: "hwk",
    class: "key",
    texts: { en: { label: "Use the key", field: "Key" } },
    onFile: answer("onFile"),
    parse: (typed) => String(typed),
    judge: answer("judge"),
    issue: { issue: answer("issue"), inventory: answer("inventory"), remove: answer("remove") },
  });
}

/** Another, by which accounts stand for each other. */
function guardian(says: Says): DefinedFactor {
  return defineFactor({
    name: "guardian",
    amr: "user",
    class: "person",
    texts: { en: { label: "Ask a guardian", field: "Guardian" } },
    onFile: () => undefined,
    parse: (typed) => String(typed),
    judge: () => "wrong" as const,
    enrol: { begin: () => ({ state: "", shown: {} }), confirm: () => "wrong" as const, remove: () => true },
    invitations: { list: () => says.list() as never, sent: () => [], answer: () => says.answer() as never },
  });
}

for (const express of versions) {
  describe(`[T51] a factor of the app's own that answers anything, on Express ${express}`, () => {
    const fine: Says = {
      onFile: () => ({}),
      judge: () => "wrong",
      issue: () => ({ codes: ["1234"] }),
      inventory: () => undefined,
      remove: () => false,
      list: () => [
        { id: "x", from: "bob", mutual: false, accepted: false, invited_at: "2026-01-01T00:00:00Z" },
      ],
      answer: () => true,
    };
    let says = { ...fine };
    beforeEach(() => void (says = { ...fine }));
    const told = new Proxy(fine, { get: (_, verb) => says[verb as keyof Says] });
    const app = makeApp({
      express,
      more: [ownFactor(told), guardian(told)],
      factors: { timeoutMs: 20, limits: { sendsPerIp: 1000, guessesPerIp: 1000 } },
      routes: (on, { factors }) => void on.use("/security", factorSettings(factors)),
    });
    after(() => void app.server.close());
    const signedIn = async (user = "alice") => {
      const me = visitor(app);
      await me.logIn(user);
      return me;
    };
    /** What an odd value is, thrown or rejected with, where nobody listens to it. */
    const thrown = (make: () => unknown) => () => {
      const odd = make();
      if (types.isPromise(odd)) odd.catch(() => undefined);
      throw odd;
    };

    it("for what is on file: a password alone registers no phone beside it", async () => {
      for (const [name, make] of ODD) {
        const nora = await signedIn("nora");
        says.onFile = make;
        const { status } = await nora.register("(201) 555-0123", "US");
        if (name !== "undefined") expect(status, name).to.be.within(400, 599);
        app.clock.advance(86_400_000);
      }
    });

    it("for what was typed: nothing is passed", async () => {
      for (const [name, make] of ODD) {
        const alice = await signedIn();
        says.judge = make;
        const { status } = await alice.post("/key_verification", { key: "x" });
        expect(status, name).to.be.within(400, 599);
        await alice.get("/chat").expect(401);
      }
    });

    it("for what was typed, as more than a word: nothing is passed", async () => {
      for (const more of [
        { outcome: "RIGHT" },
        { outcome: "right", remaining: "3" },
        { outcome: "right", remaining: -1 },
        { outcome: "right", low: 1 },
        { outcome: "right", giveBack: true },
        { outcome: ["right"] },
      ]) {
        const alice = await signedIn();
        says.judge = () => more;
        await alice.post("/key_verification", { key: "x" }).expect(503);
        await alice.get("/chat").expect(401);
      }
    });

    it("for what was typed, as a promise that rejects", async () => {
      for (const [, make] of ODD) {
        const alice = await signedIn();
        says.judge = thrown(make);
        await alice.post("/key_verification", { key: "x" }).expect(503);
        await alice.get("/chat").expect(401);
      }
    });

    it("for what it hands out and takes off file: an error, and the process goes on", async () => {
      const alice = await passed(app);
      for (const [name, make] of ODD)
        for (const [verb, path] of [
          ["issue", "/security/key"],
          ["inventory", "/security/key"],
          ["remove", "/security/key/remove"],
        ] as const)
          for (const answer of [make, thrown(make)]) {
            says = { ...fine, [verb]: answer };
            const { status } = await alice.post(path, { id: "x" });
            const isAnswer =
              answer === make &&
              ((verb === "inventory" && name === "undefined") || (verb === "remove" && name === "true"));
            if (!isAnswer) expect(status, `${verb} ${name}`).to.be.within(400, 599);
          }
    });

    it("for who asks to be stood for: nothing but yes has accepted", async () => {
      const alice = await passed(app);
      const accepted = () => app.events.filter(({ name }) => name === "contact_accepted").length;
      for (const [name, make] of ODD)
        for (const verb of ["list", "answer"] as const)
          for (const answer of [make, thrown(make)]) {
            if (verb === "answer" && answer === make && name === "true") continue;
            says = { ...fine, [verb]: answer };
            const { status } = await alice.post("/security/guardian/accept", { id: "x" });
            expect(status, `${verb} ${name}`).to.be.within(400, 599);
          }
      expect(accepted()).to.equal(0);
      says = { ...fine };
      await alice.post("/security/guardian/accept", { id: "x" }).expect(200);
      expect(accepted()).to.equal(1);
    });
  });
}
