import { expect } from "chai";
import express from "express";
import session from "express-session";
import request from "supertest";
import {
  createFactors,
  defineFactor,
  requireFactors,
  secondFactor,
  sms,
  totp,
  verification,
  type AnyAccounts,
  type Factor,
  type SendAttempt,
} from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { makeApp, SECRET } from "../support/app.ts";
import { chatCode, chatHandles } from "../support/own-destinations.ts";
import { visitor, wrong, type Visitor } from "../support/visitor.ts";

const good = {
  name: "mine",
  amr: "otp",
  class: "device",
  texts: { en: { label: "Mine", field: "Code" } },
} as const;
const transport = outbox();
const destination = chatHandles();
const make = (factors: readonly Factor[], accounts: object = { id: () => "1" }) =>
  createFactors({ secret: SECRET, accounts: accounts as AnyAccounts, factors });

describe("the code section of a factor", () => {
  const faults: Record<string, [code: object, message: RegExp]> = {
    "no transport": [{ destination }, /factor "mine": code.transport must be a transport/],
    "no destination": [{ transport }, /factor "mine": code.destination must be an object/],
    "a kind that is no word": [
      { transport, destination: { ...destination, kind: "A b" } },
      /code.destination.kind must be 1 to 32/,
    ],
    "no onFile": [
      { transport, destination: { kind: "x", display: String } },
      /code.destination.onFile must be a function/,
    ],
    "no display": [
      { transport, destination: { kind: "x", onFile: String } },
      /code.destination.display must be a function/,
    ],
    "an area that is no function": [
      { transport, destination: { ...destination, area: {} } },
      /code.destination.area must be a function/,
    ],
    "enrol without put": [
      { transport, destination: { ...destination, enrol: { read: String } } },
      /code.destination.enrol.put must be a function/,
    ],
    "a most without all": [
      { transport, destination: { ...destination, enrol: { ...destination.enrol, most: 5 } } },
      /code.destination.enrol.most must be an integer above 0, and goes with destination.all/,
    ],
    "an all that is no function": [
      { transport, destination: { ...destination, all: [] } },
      /code.destination.all must be a function/,
    ],
    "an input without a name": [
      {
        transport,
        destination: { ...destination, enrol: { ...destination.enrol, input: { type: "text" } } },
      },
      /code.destination.enrol.input must have a name/,
    ],
    "a misspelt part": [
      { transport, destination, chanel: "x" },
      /code.chanel: unknown.*did you mean channel/,
    ],
    "a misspelt part of enrol": [
      { transport, destination: { ...destination, enrol: { ...destination.enrol, takn: String } } },
      /enrol.takn: unknown.*did you mean taken/,
    ],
    "rules out of range": [
      { transport, destination, rules: { codeLength: 4 } },
      /factor "mine": code.rules.codeLength must be an integer from 6 to 10/,
    ],
    "a time out of range": [{ transport, destination, timeoutMs: 0 }, /code.timeoutMs must be an integer/],
    "a flag that is none": [{ transport, destination, strict: "yes" }, /code.strict must be true or false/],
  };
  for (const [what, [code, message]] of Object.entries(faults))
    it(`throws at start, and names it: ${what}`, () => {
      expect(() => defineFactor({ ...good, code } as never)).to.throw(TypeError, message);
    });

  it("stands in place of the factor's own verbs, not beside them", () => {
    const both = { ...good, code: { transport, destination }, judge: () => "right" };
    expect(() => defineFactor(both as never)).to.throw(
      TypeError,
      /factor "mine" with code: unknown option "judge"/,
    );
  });

  it("names what accounts lack, and nothing else of them is needed", () => {
    expect(() => make([sms({ transport })])).to.throw(
      TypeError,
      /accounts must be an object with the function phone, which the factor "sms" needs/,
    );
    expect(() => make([totp(), chatCode(transport)])).not.to.throw();
    const needy = chatCode(transport, { destination: chatHandles({ needs: ["byEmail"] }) });
    expect(() => make([needy])).to.throw(
      TypeError,
      /the function byEmail, which the factor "chat-code" needs/,
    );
  });

  it("must agree with other channels to the same kind of destination on what a code is, and with no other", () => {
    const channel = (name: string, codeLength: number, kind = "chat") =>
      defineFactor({
        ...good,
        name,
        code: { transport, destination: chatHandles({ kind }), rules: { codeLength } },
      });
    expect(() => make([channel("one", 6), channel("two", 8)])).to.throw(
      TypeError,
      /one and two share their code, so codeLength must be the same/,
    );
    expect(() => make([channel("one", 6), channel("two", 8, "pager")])).not.to.throw();
  });
});

/** Two channels to chat handles, the second with a verifier of its own and a rule for whom it reaches; what `beforeSend` was asked. */
function channels() {
  const asked: SendAttempt[] = [];
  const [first, second] = [outbox(), outbox()];
  const checked: string[] = [];
  const managed = {
    ...second,
    name: "managed",
    send: async (message: Parameters<typeof second.send>[0]) => {
      await second.send(message, AbortSignal.timeout(1000));
      return { id: "m1", status: "queued", managed: true } as const;
    },
    check: async ({ id, to, code }: { id: string; to: string; code: string }) => {
      checked.push(`${id} ${to} ${code}`);
      return code === "424242" ? ("approved" as const) : ("wrong" as const);
    },
  };
  const code = (name: string, carrier: typeof first | typeof managed, more: object = {}) =>
    defineFactor({
      ...good,
      name,
      code: {
        transport: carrier,
        rules: { cooldownSeconds: [0] },
        destination: chatHandles({ onFile: (account) => account, ...more }),
      },
    });
  const refusal = (handle: string) => (handle === "nora" ? ("recipient_unreachable" as const) : undefined);
  const app = makeApp({
    more: [code("push", first), code("feed", first), code("inbox", managed as never, { refusal })],
    factors: { beforeSend: (attempt) => void asked.push(attempt) },
  });
  return { app, first, second, checked, asked };
}

describe("two channels to one kind of destination", () => {
  const signedIn = async (app: ReturnType<typeof channels>["app"], who = "alice"): Promise<Visitor> => {
    const me = visitor(app);
    await me.logIn(who);
    return me;
  };

  it("repeat one code, count its guesses together, and pass at the door of either", async () => {
    const { app, first } = channels();
    const me = await signedIn(app);
    await me.post("/push_verification/challenge").expect(201);
    const code = first.code();
    await me.post("/feed_verification/challenge").expect(201);
    expect(first.messages.map((each) => [each.channel, each.code])).to.deep.equal([
      ["push", code],
      ["feed", code],
    ]);
    await me.post("/push_verification", { push: wrong(code) }).expect(400);
    const { body } = await me.post("/feed_verification", { feed: wrong(code, 2) }).expect(400);
    expect(body.attempts_remaining).to.equal(3);
    await me.post("/feed_verification", { feed: code }).expect(200);
  });

  it("[T40] one with a verifier of its own asks that one, about the message and the address", async () => {
    const { app, checked } = channels();
    const me = await signedIn(app);
    await me.post("/inbox_verification/challenge").expect(201);
    await me.post("/inbox_verification", { inbox: "111111" }).expect(400);
    await me.post("/inbox_verification", { inbox: "424242" }).expect(200);
    expect(checked).to.deep.equal(["m1 alice 111111", "m1 alice 424242"]);
  });

  it("one is not offered to whom it does not reach, and says why", async () => {
    const { app, second } = channels();
    const nora = await signedIn(app, "nora");
    const { body } = await nora.get("/second_factor").expect(200);
    expect(body.factors.map((each: { name: string }) => each.name)).to.deep.equal(["push", "feed"]);
    expect((await nora.post("/inbox_verification/challenge")).body.code).to.equal("recipient_unreachable");
    expect(second.messages).to.deep.equal([]);
  });

  it("beforeSend is asked about each send, with the address and no calling code", async () => {
    const { app, asked } = channels();
    await (await signedIn(app)).post("/push_verification/challenge").expect(201);
    expect(asked).to.have.lengthOf(1);
    expect(asked[0]).to.include({ account: "alice", channel: "push", purpose: "login", to: "alice" });
    expect(asked[0]).not.to.have.property("calling_code");
  });
});

describe("an app without phones", () => {
  const sent = outbox();
  const onFile = (account: string) => (account === "alice" ? "alice" : undefined);
  const factors = make([chatCode(sent, { destination: chatHandles({ onFile }) })], {
    id: ({ id }: { id: string }) => id,
  });
  const app = express();
  app.use(session({ secret: "sessions", resave: false, saveUninitialized: false }));
  // Whoever is named is signed in, as far as this goes.
  app.use((req, _res, next) => {
    req.user = { id: String(req.headers["x-user"]) } as Express.User;
    Object.assign(req.session, { user: req.user });
    next();
  });
  app.use("/chat_code_verification", verification(factors, "chat-code"));
  app.use("/second_factor", secondFactor(factors));
  app.get("/inside", requireFactors(factors), (_req, res) => void res.send("in"));

  const person = (who: string) => {
    const agent = request.agent(app);
    const asked = (test: request.Test) => test.set({ Accept: "text/html", "X-User": who });
    return {
      get: (path: string) => asked(agent.get(path)),
      post: (path: string, body: object = {}) => asked(agent.post(path)).type("form").send(body),
    };
  };

  it("guards by what it has, and sends nobody to register a phone", async () => {
    const alice = person("alice");
    await alice.get("/inside").expect(303).expect("Location", "/chat_code_verification/new");
    await alice.post("/chat_code_verification/challenge").expect(303);
    await alice.post("/chat_code_verification", { chat_code: sent.code() }).expect(303);
    await alice.get("/inside").expect(200);
    const nora = person("nora");
    await nora.get("/inside").expect(303).expect("Location", "/chat_code_verification/new");
    expect((await nora.get("/second_factor/new").expect(200)).text).to.include("No other way is set up");
    await nora.post("/second_factor/start_over").expect(303);
  });
});
