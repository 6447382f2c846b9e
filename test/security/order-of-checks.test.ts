import { expect } from "chai";
import { backupCodes, memoryStore } from "../../lib/index.ts";
import { ALICE, type AppOptions, type TestApp } from "../support/app.ts";
import { SECRET } from "../support/rest.ts";
import { allDoors, freshAddress, graph, recoverBy, rest, signUp, stranger } from "../support/strangers.ts";
import { visitor, type Visitor, wrong } from "../support/visitor.ts";

const EMAIL = { email: "alice@example.com" };
const NEW = "+886978000111";
const TYPED = "0978 000 111";
/** Sends of an address, and look-ups of an account, in an hour. */
const MOST = 6;
/** They share a lockout with the text messages. */
const LOCKS = { call: { guessesPerCode: 2, guessesPerHour: 2 }, more: [backupCodes({ guessesPerHour: 2 })] };
const TEXT = { input: "choose", choice: "sms" };
/** What the tests need of an answer. */
interface Said {
  status: number;
}
const OK: Said = { status: 200 };

const fromGraph = async (asked: ReturnType<typeof graph>): Promise<Said> => {
  const code = await asked;
  if (code === undefined) return OK;
  return { status: code === "too_many_requests" ? 429 : 400 };
};

/** Where a code is asked for; which of the users has nothing on file yet is of registrations. */
const SENDS: Record<string, { as?: "alice" | "nora"; ask: (me: Visitor) => PromiseLike<Said> }> = {
  "the router of a factor": { as: "alice", ask: (me) => me.send() },
  "the choice": { as: "alice", ask: (me) => me.post("/second_factor", { factor: "sms" }) },
  GraphQL: { as: "alice", ask: (me) => fromGraph(graph(me, "send", ALICE)) },
  REST: { as: "alice", ask: (me) => rest(me, "requestCode", EMAIL) },
  "a registration": { as: "nora", ask: (me) => me.register(TYPED) },
  "a registration by GraphQL": { as: "nora", ask: (me) => fromGraph(graph(me, "send", NEW)) },
  "a registration by REST": {
    as: "nora",
    ask: (me) => rest(me, "beginSetup", { email: "nora@example.com", phone_number: NEW }),
  },
  "a sign-up": { ask: (me) => signUp(me, TYPED) },
  "a sign-up by GraphQL": { ask: (me) => fromGraph(graph(me, "sign up", NEW)) },
  "a sign-up by REST": { ask: (me) => rest(me, "signup/send", { phone_number: NEW }) },
};

/** Where a code is judged: what comes before it, and how it is typed. */
interface Judging {
  as?: "alice" | "nora";
  first: (me: Visitor) => PromiseLike<unknown>;
  type: (me: Visitor, code: string) => PromiseLike<Said>;
}
const login: Pick<Judging, "as" | "first"> = { as: "alice", first: (me) => me.send() };
const VERIFIES: Record<string, Judging> = {
  "the router of a factor": { ...login, type: (me, code) => me.verify(code) },
  "the strategy": { ...login, type: (me, code) => me.post("/code", { pin_number: code }) },
  GraphQL: { ...login, type: (me, code) => fromGraph(graph(me, "verify", code)) },
  REST: {
    as: "alice",
    first: (me) => rest(me, "requestCode", EMAIL),
    type: (me, code) => rest(me, "verify", { ...EMAIL, code }),
  },
  "a registration": { as: "nora", first: (me) => me.register(TYPED), type: (me, code) => me.verify(code) },
  "a registration by REST": {
    as: "nora",
    first: (me) => rest(me, "beginSetup", { email: "nora@example.com", phone_number: NEW }),
    type: (me, code) => rest(me, "confirmSetup", { email: "nora@example.com", phone_number: NEW, code }),
  },
  "a sign-up": {
    first: (me) => signUp(me, TYPED),
    type: (me, code) => me.post("/phone_signup/verification", { pin_number: code }),
  },
};

describe("[T55] what is counted at each door: first the address, then the account, then the number", () => {
  const make = ({ factors, ...more }: AppOptions = {}): TestApp =>
    allDoors(memoryStore(), {
      users: { nora: undefined, mallory: undefined, bob: ALICE },
      sms: { cooldownSeconds: [0] },
      factors: { limits: { sendsPerIp: MOST, guessesPerIp: 1 }, ...factors },
      ...more,
    });

  /** A browser that changes its address. */
  function roaming(app: TestApp): { me: Visitor; at: (address: string) => void } {
    const headers: Record<string, string> = {};
    const me = visitor(app, "json", headers);
    const at = (address: string) => void (headers["X-Forwarded-For"] = address);
    at(freshAddress());
    return { me, at };
  }

  const overSends = async (app: TestApp) => {
    const address = freshAddress();
    const other = visitor(app, "json", { "X-Forwarded-For": address });
    for (let n = 0; n < MOST; n++) await signUp(other, `0923 456 78${n}`).expect(201);
    return address;
  };

  for (const [door, { as, ask }] of Object.entries(SENDS))
    it(`${door}: an address over its sends spends nothing of the account and the number`, async () => {
      const app = make({ sms: { cooldownSeconds: [0], sendsPerHour: 2 } });
      const over = await overSends(app);
      const { me, at } = roaming(app);
      if (as !== undefined) await me.logIn(as);
      at(over);
      for (let n = 0; n < MOST; n++) expect((await ask(me)).status).to.equal(429);
      const sent = app.outbox.messages.length;
      for (let n = 0; n < 2; n++) {
        at(freshAddress());
        expect((await ask(me)).status, `send ${n}`).to.be.within(200, 201);
      }
      expect(app.outbox.messages).to.have.length(sent + 2);
      at(freshAddress());
      expect((await ask(me)).status).to.equal(429);
    });

  for (const [door, { as, ask }] of Object.entries(SENDS).filter(([, each]) => each.as === "nora"))
    it(`${door}: an account over its sends spends nothing of the number`, async () => {
      const app = make({ sms: { cooldownSeconds: [0], sendsPerHour: 2 } });
      const { me, at } = roaming(app);
      await me.logIn(as as string);
      for (let n = 0; n < 2; n++) {
        at(freshAddress());
        await me.register(`0978 000 22${n}`).expect(201);
      }
      for (let n = 0; n < 4; n++) {
        at(freshAddress());
        expect((await ask(me)).status).to.equal(429);
        expect(app.events.findLast(({ name }) => /suppressed/.test(name))?.event.limit).to.equal("account");
      }
      const other = roaming(app);
      await other.me.logIn("mallory");
      for (let n = 0; n < 2; n++) {
        other.at(freshAddress());
        await other.me.register(TYPED).expect(201);
      }
    });

  for (const [door, { as, first, type }] of Object.entries(VERIFIES)) {
    it(`${door}: an address over its guesses spends nothing of the account and the code`, async () => {
      const app = make({ sms: { guessesPerCode: 2, guessesPerHour: 2 }, ...LOCKS });
      const { me, at } = roaming(app);
      if (as !== undefined) await me.logIn(as);
      await first(me);
      const code = app.outbox.code();
      expect((await type(me, wrong(code))).status).to.equal(400);
      for (let n = 2; n < 8; n++) expect((await type(me, wrong(code, n))).status).to.equal(429);
      at(freshAddress());
      expect((await type(me, code)).status).to.be.within(200, 201);
    });

    if (as === "alice")
      it(`${door}: a locked account spends nothing of the code`, async () => {
        const app = make({ sms: { cooldownSeconds: [0], guessesPerCode: 2, guessesPerHour: 2 }, ...LOCKS });
        const { me, at } = roaming(app);
        await me.logIn(as);
        await first(me);
        const code = app.outbox.code();
        const other = roaming(app);
        await other.me.logIn(as);
        await other.me.send().expect(201);
        for (let n = 1; n <= 2; n++) {
          other.at(freshAddress());
          await other.me.verify(wrong(app.outbox.code(), n)).expect(400);
        }
        for (let n = 1; n < 6; n++) {
          at(freshAddress());
          expect((await type(me, wrong(code, n))).status).to.equal(429);
        }
        await app.factors.unlock(as);
        at(freshAddress());
        expect((await type(me, code)).status).to.equal(200);
      });
  }

  it("a client that lets anybody ask has no address: the account comes before the number", async () => {
    const app = make({ sms: { guessesPerCode: 2, guessesPerHour: 2 }, ...LOCKS });
    const ask = async (name: string, body: object) => rest(stranger(app), name, body, SECRET);
    expect((await ask("requestCode", EMAIL)).status).to.equal(200);
    const code = app.outbox.code();
    for (let n = 1; n <= 2; n++)
      expect((await ask("verify", { ...EMAIL, code: wrong(code, n) })).status).to.equal(400);
    expect((await ask("verify", { ...EMAIL, code })).status).to.equal(429);
  });

  describe("a recovery", () => {
    it("an address over its sends spends nothing of the account and the number", async () => {
      const app = make({ sms: { cooldownSeconds: [0], sendsPerHour: 5 } });
      const over = await overSends(app);
      const { me, at } = roaming(app);
      const statuses: number[] = [];
      at(over);
      statuses.push(
        ...(
          await recoverBy(
            me,
            "alice",
            Array.from({ length: 8 }, () => TEXT),
          )
        ).map(({ status }) => status),
      );
      expect(statuses).to.deep.equal([201, ...Array.from({ length: 8 }, () => 429)]);
      const { body } = await me.get("/recovery").expect(200);
      let { gen } = body as { gen: number };
      const step = async (said: object) => {
        at(freshAddress());
        const answer = await me.post("/recovery/step", { gen, ...said }).expect(200);
        ({ gen } = answer.body as { gen: number });
      };
      for (let n = 0; n < 5; n++) {
        await step(TEXT);
        await step({ input: "failed" });
        await step({ input: "again" });
      }
      expect(app.outbox.messages.filter(({ to }) => to === ALICE)).to.have.length(5);
    });

    it("an account over its sends spends nothing of the number", async () => {
      const app = make({ sms: { cooldownSeconds: [0], sendsPerHour: 6 } });
      const texts = async (who: string, count: number) => {
        const { me, at } = roaming(app);
        let { body } = await me.post("/recovery", { identifier: who }).expect(201);
        const statuses: number[] = [];
        for (let n = 0; n < count; n++) {
          for (const said of [TEXT, { input: "failed" }, { input: "again" }]) {
            at(freshAddress());
            const answer = await me.post("/recovery/step", { gen: body.gen, ...said });
            if (said === TEXT) statuses.push(answer.status);
            body = answer.status === 200 ? answer.body : (await me.get("/recovery")).body;
          }
        }
        return statuses;
      };
      expect(await texts("alice", 9)).to.deep.equal([200, 200, 200, 200, 200, 429, 429, 429, 429]);
      // The same number, of somebody else.
      expect(await texts("bob", 2)).to.deep.equal([200, 429]);
    });

    it("an address over its guesses spends nothing of the account's day, nor of the code", async () => {
      const app = make();
      const { me, at } = roaming(app);
      const seen = await recoverBy(me, "alice", [TEXT]);
      expect(seen.at(-1)).to.include({ status: 200, state: "entry" });
      const over = freshAddress();
      const other = visitor(app, "json", { "X-Forwarded-For": over });
      await signUp(other, "0923 456 789").expect(201);
      await other.post("/phone_signup/verification", { pin_number: wrong(app.outbox.code()) }).expect(400);
      const { body } = await me.get("/recovery").expect(200);
      let { gen } = body as { gen: number };
      const code = app.outbox.messages.findLast(({ to }) => to === ALICE);
      at(over);
      for (let n = 0; n < 25; n++) {
        const answer = await me
          .post("/recovery/step", { gen, input: "respond", response: "000000" })
          .expect(429);
        gen = answer.body.gen ?? (await me.get("/recovery")).body.gen;
      }
      at(freshAddress());
      const answer = await me
        .post("/recovery/step", { gen, input: "respond", response: app.outbox.code(code?.to) })
        .expect(200);
      expect(answer.body.proofs).to.have.length(1);
    });
  });
});
