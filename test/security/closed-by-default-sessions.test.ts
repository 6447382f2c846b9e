import { types } from "node:util";
import { expect } from "chai";
import session from "express-session";
import type { Test } from "supertest";
import { makeApp, versions, type TestApp } from "../support/app.ts";
import { ODD } from "../support/odd-values.ts";
import { passed, visitor, withCode } from "../support/visitor.ts";

type Verb = "get" | "set" | "destroy";
type Done = (error?: unknown) => void;

/** express-session's memory store, of which one verb goes wrong when it is told to. */
function breakableSessions() {
  const store = new session.MemoryStore();
  const now: { breaks?: (verb: Verb, done: Done) => boolean } = {};
  for (const verb of ["get", "set", "destroy"] as const) {
    const right = store[verb].bind(store) as (...args: unknown[]) => void;
    (store as unknown as Record<string, unknown>)[verb] = (...args: unknown[]) => {
      if (now.breaks?.(verb, args.at(-1) as Done) !== true) right(...args);
    };
  }
  return { store, now };
}

/** Express itself may not answer what is no Error, or show it; and the app's own handler answers as it is told. */
async function lets(asked: Test): Promise<boolean> {
  try {
    const { body } = await asked.ok(() => true).timeout(300);
    return body.chat !== undefined || body.success === true;
  } catch (error) {
    if (/Timeout|\[L5\]|WWW-Authenticate/.test(String(error))) return false;
    throw error;
  }
}

for (const express of versions) {
  describe(`[T51] a session store that breaks, on Express ${express}`, () => {
    const build = (): { app: TestApp; now: ReturnType<typeof breakableSessions>["now"] } => {
      const { store, now } = breakableSessions();
      return {
        app: makeApp({
          express,
          sessionStore: store,
          factors: { timeoutMs: 50, limits: { sendsPerIp: 1000, guessesPerIp: 1000 } },
        }),
        now,
      };
    };

    it("whose destroy calls back with anything: the right code is answered with an error, and nothing is passed", async () => {
      const { app, now } = build();
      for (const [name, make] of ODD) {
        const odd = make();
        if (types.isPromise(odd)) odd.catch(() => undefined);
        if (odd === undefined || odd === null) continue;
        app.clock.advance(3_600_000);
        const { me, code } = await withCode(app);
        now.breaks = (verb, done) => verb === "destroy" && (done(odd), true);
        const { status } = await me.verify(code);
        delete now.breaks;
        expect(status, name).to.be.within(400, 599);
        await me.get("/chat").expect(401);
        app.clock.advance(86_400_000);
      }
    });

    // express-session hands such an error to Express before anything of ours has run: some end in the app's error handler, and "route" goes on without a session.
    it("whose get calls back with anything as its error: nobody is in, and who has passed is again when it is right", async () => {
      const { app, now } = build();
      const owner = await passed(app);
      for (const [name, make] of ODD) {
        const odd = make();
        if (types.isPromise(odd)) odd.catch(() => undefined);
        now.breaks = (verb, done) => verb === "get" && (done(odd), true);
        for (const ask of [owner.get("/chat"), owner.verify("000000")])
          expect(await lets(ask), name).to.equal(false);
        delete now.breaks;
      }
      await owner.get("/chat").expect(200);
    });

    it("whose set calls back with anything as its error: the right code is answered with an error, and nothing is passed", async () => {
      const { app, now } = build();
      for (const [name, make] of ODD) {
        const odd = make();
        if (types.isPromise(odd)) odd.catch(() => undefined);
        if (odd === undefined || odd === null) continue;
        app.clock.advance(86_400_000);
        const { me, code } = await withCode(app);
        // Once: that which express-session writes behind the answer is its own.
        now.breaks = (verb, done) => verb === "set" && (delete now.breaks, done(odd), true);
        const { status } = await me.verify(code);
        delete now.breaks;
        expect(status, name).to.be.within(400, 599);
        await me.get("/chat").expect(401);
      }
    });

    it("whose get answers anything for a session: nobody is in, and who has passed is again when it is right", async () => {
      const { app, now } = build();
      const owner = await passed(app);
      for (const [name, make] of ODD) {
        const odd = make();
        if (types.isPromise(odd)) odd.catch(() => undefined);
        now.breaks = (verb, done) => {
          if (verb === "get") (done as (error: null, found: unknown) => void)(null, odd);
          return verb === "get";
        };
        expect((await owner.get("/chat")).status, name).to.be.within(400, 599);
        expect((await owner.verify("000000")).status, name).to.be.within(400, 599);
        delete now.breaks;
      }
      await owner.get("/chat").expect(200);
    });

    it("whose destroy never calls back: the right code is answered with an error, and nothing is passed", async () => {
      const { app, now } = build();
      const { me, code } = await withCode(app);
      now.breaks = (verb) => verb === "destroy";
      await me.verify(code).expect(500);
      expect(app.thrown.map(String)).to.deep.equal(["Error: session.regenerate: no answer within 50 ms"]);
      await me.get("/chat").expect(401);
    });

    it("whose set never calls back: the guard says so in time, where it has a page to remember", async () => {
      const { app, now } = build();
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      now.breaks = (verb) => verb === "set";
      await alice.get("/chat").expect(500);
      expect(app.thrown.map(String)).to.deep.equal(["Error: session.save: no answer within 50 ms"]);
    });

    it("and who has passed before is let in again when it is back", async () => {
      const { app, now } = build();
      const alice = await passed(app);
      now.breaks = (verb, done) => verb === "get" && (done(new Error("away")), true);
      await alice.get("/chat").expect(500);
      delete now.breaks;
      await alice.get("/chat").expect(200);
    });
  });
}
