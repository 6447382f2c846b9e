import { expect } from "chai";
import session from "express-session";
import { memoryStore, type Store } from "../../lib/index.ts";
import type { TestApp } from "../support/app.ts";
import { SECRET } from "../support/rest.ts";
import { allDoors, graph, rest, signUp } from "../support/strangers.ts";
import { passed, visitor, type Visitor } from "../support/visitor.ts";

const ALICES = { email: "alice@example.com" };
const NORAS = { email: "nora@example.com", phone_number: "+886978000111" };

interface Door {
  as?: "alice" | "nora" | "passed";
  send: (me: Visitor) => PromiseLike<unknown>;
  /** Types the code, in this browser. */
  type: (me: Visitor, code: string) => PromiseLike<{ status: number; body: object }>;
}
const verify: Door["type"] = (me, code) => me.verify(code);
const inRecovery = async (me: Visitor, step: object) => {
  const { body } = await me.get("/recovery").expect(200);
  return me.post("/recovery/step", { gen: body.gen, ...step });
};

const DOORS: Record<string, Door> = {
  "a login": { as: "alice", send: (me) => me.send().expect(201), type: verify },
  "a choice": {
    as: "alice",
    send: (me) => me.post("/second_factor", { factor: "sms" }).expect(201),
    type: verify,
  },
  "a login by GraphQL": { as: "alice", send: (me) => graph(me, "send", "+886912345678"), type: verify },
  "a login by REST, with a session": {
    as: "alice",
    send: (me) => rest(me, "requestCode", ALICES).expect(200),
    type: (me, code) => rest(me, "verify", { ...ALICES, code }),
  },
  "a flow of REST's, by a client": {
    send: (me) => rest(me, "requestCode", ALICES, SECRET).expect(200),
    type: (me, code) => rest(me, "verify", { ...ALICES, code }, SECRET),
  },
  "a set-up by REST, by a client": {
    send: (me) => rest(me, "beginSetup", NORAS, SECRET).expect(200),
    type: (me, code) => rest(me, "confirmSetup", { ...NORAS, code }, SECRET),
  },
  "a step-up": { as: "passed", send: (me) => me.send().expect(201), type: verify },
  "a registration": { as: "nora", send: (me) => me.register("0978 000 111").expect(201), type: verify },
  "a change of the number": {
    as: "passed",
    send: (me) => me.register("0978 000 112").expect(201),
    type: verify,
  },
  "a sign-up": {
    send: (me) => signUp(me, "0978 000 113").expect(201),
    type: (me, code) => me.post("/phone_signup/verification", { pin_number: code, email: "m@example.com" }),
  },
  "a recovery": {
    send: async (me) => {
      await me.post("/recovery", { identifier: "alice" }).expect(201);
      return (await inRecovery(me, { input: "choose", choice: "sms" })).body;
    },
    type: async (me, code) => inRecovery(me, { input: "respond", response: code }),
  },
};

describe("[T59] what is pending is a record of the store, and the session knows nothing of it", () => {
  /** A store whose pending records the test counts by what it was asked to keep and to find. */
  function watched(): { store: Store; kept: Set<string>; found: Set<string> } {
    const store = memoryStore();
    const kept = new Set<string>();
    const found = new Set<string>();
    const { flows } = store;
    return {
      kept,
      found,
      store: {
        ...store,
        issue: async (request) => (kept.add(request.keys.challenge), store.issue(request)),
        verify: async (request) => (found.add(request.keys.challenge), store.verify(request)),
        flows: {
          ...flows,
          put: async (key, ...rest) => (kept.add(key), flows.put(key, ...rest)),
          read: async (key, now) => (found.add(key), flows.read(key, now)),
        },
      },
    };
  }

  for (const [door, { as, send, type }] of Object.entries(DOORS))
    it(`${door}: the sessions after the send are those before it, to the byte, and the code passes`, async () => {
      const sessionStore = new session.MemoryStore();
      const { store, kept, found } = watched();
      const app: TestApp = allDoors(store, {
        sessionStore,
        users: { nora: undefined },
        sms: { cooldownSeconds: [0] },
      });
      const me = as === "passed" ? await passed(app) : visitor(app);
      if (as === "alice" || as === "nora") await me.logIn(as);
      const sessions = () => ({
        ...(sessionStore as unknown as { sessions: Record<string, string> }).sessions,
      });
      const before = sessions();
      kept.clear();
      await send(me);
      const code = app.outbox.code();
      // A visitor without a session has got one for its cookie, in which there is nothing.
      const after = sessions();
      if (door === "a sign-up") {
        const [fresh] = Object.values(after).map((text) => JSON.parse(text) as object);
        expect(Object.keys(fresh ?? {}).filter((name) => name !== "cookie")).to.have.lengthOf.at.most(1);
        expect(Object.values(after).join()).not.to.match(/978|challenge|code|digest/);
      } else expect(after).to.deep.equal(before);
      expect(kept.size, "records").to.be.greaterThan(0);
      expect(JSON.stringify([...kept])).not.to.match(/alice|nora|912345678|978000/);
      found.clear();
      const { status } = await type(me, code);
      expect(status).to.be.within(200, 201);
      expect(
        [...kept].filter((key) => found.has(key)),
        "found again",
      ).to.have.lengthOf.at.least(1);
    });
});
