import { expect } from "chai";
import { getIntrospectionQuery } from "graphql";
import { graphql, type GraphQLOptions } from "../../lib/graphql/graphql.ts";
import { ALICE, makeApp, versions, type AppOptions, type TestApp } from "../support/app.ts";
import { visitor, wrong, type Visitor } from "../support/visitor.ts";

const E164 = "+12015550123";
const MIA = {
  phoneNumber: "+886978000111",
  email: "mia@example.com",
  password: "correct horse",
  name: "Mia",
};

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: Record<string, unknown> }[];
}

for (const express of versions) {
  describe(`GraphQL, on Express ${express}`, () => {
    const make = (more: AppOptions = {}, options: GraphQLOptions = {}): TestApp =>
      makeApp({
        express,
        routes: (app, { factors }) => void app.use("/graphql", graphql(factors, options)),
        ...more,
      });
    const ask = async (me: Visitor, query: string, variables: object = {}): Promise<Answer> =>
      (await me.post("/graphql", { query, variables })).body as Answer;
    const refusal = ({ errors = [] }: Answer) => errors[0]?.extensions ?? {};
    const signedIn = async (app: TestApp, user: string) => {
      const me = visitor(app);
      await me.logIn(user);
      return me;
    };
    const SEND = "mutation ($phone: String!) { sendPhoneOtp(phoneNumber: $phone) }";
    const VERIFY = "mutation ($code: String!) { verifyPhoneOtp(code: $code) }";
    const ME = "{ me { id phoneDisplay phoneVerified factors } }";

    it("a signed-in account verifies its phone", async () => {
      const app = make();
      const me = await signedIn(app, "nora");
      expect((await ask(me, ME)).data).to.deep.equal({
        me: { id: "nora", phoneDisplay: null, phoneVerified: false, factors: [] },
      });
      expect((await ask(me, SEND, { phone: E164 })).data).to.deep.equal({ sendPhoneOtp: true });
      const code = app.outbox.code(E164);
      expect(refusal(await ask(me, VERIFY, { code: wrong(code) }))).to.include({
        code: "invalid_code",
        attemptsRemaining: 4,
        field: "code",
      });
      expect((await ask(me, VERIFY, { code })).data).to.deep.equal({ verifyPhoneOtp: true });
      expect((await ask(me, ME)).data).to.deep.equal({
        me: { id: "nora", phoneDisplay: "***-***-0123", phoneVerified: true, factors: ["sms"] },
      });
      await me.get("/chat").expect(200);
    });

    it("proves the number on file again, and moves it after that only", async () => {
      const app = make();
      const me = await signedIn(app, "alice");
      expect(refusal(await ask(me, SEND, { phone: E164 }))).to.include({ code: "factor_required" });
      await ask(me, SEND, { phone: "+886 912 345 678" });
      await ask(me, VERIFY, { code: app.outbox.code() });
      expect((await ask(me, SEND, { phone: E164 })).data).to.deep.equal({ sendPhoneOtp: true });
    });

    it("somebody signs up by phone: the account is made, the cookie is set", async () => {
      const app = make();
      const me = visitor(app);
      expect((await ask(me, ME)).data).to.deep.equal({ me: null });
      const { phoneNumber } = MIA;
      const sent = await ask(me, "mutation ($input: SignupPhoneInput!) { signupSendOtp(input: $input) }", {
        input: { phoneNumber },
      });
      expect(sent.data).to.deep.equal({ signupSendOtp: true });
      const made = await ask(
        me,
        "mutation ($input: VerifySignupInput!) { signupVerify(input: $input) { user { id phoneDisplay phoneVerified } } }",
        { input: { ...MIA, code: app.outbox.code() } },
      );
      expect(made.data).to.deep.equal({
        signupVerify: { user: { id: "new2", phoneDisplay: "***-***-0111", phoneVerified: true } },
      });
      expect(app.users.get("new2")?.profile).to.deep.equal({
        email: MIA.email,
        password: MIA.password,
        name: MIA.name,
      });
      await me.get("/chat").expect(200);
    });

    it("[T38] a number that has an account is answered alike, and nobody is made", async () => {
      const app = make();
      const me = visitor(app);
      const { data } = await ask(
        me,
        "mutation ($input: SignupPhoneInput!) { signupSendOtp(input: $input) }",
        {
          input: { phoneNumber: "+886912345678" },
        },
      );
      expect(data).to.deep.equal({ signupSendOtp: true });
      expect(app.outbox.last().code).to.equal("");
    });

    it("refuses who is signed out with our codes, and tells when to come back", async () => {
      const app = make();
      expect(refusal(await ask(visitor(app), SEND, { phone: E164 }))).to.deep.equal({
        code: "login_required",
      });
      const me = await signedIn(app, "nora");
      await ask(me, SEND, { phone: E164 });
      expect(refusal(await ask(me, SEND, { phone: E164 }))).to.deep.equal({
        code: "too_many_requests",
        retryAfter: 30,
      });
      expect(refusal(await ask(me, SEND, { phone: "12" }))).to.deep.equal({
        code: "invalid_phone_number",
        field: "phoneNumber",
      });
    });

    it("[T34] [C9] aliases are counted one by one: 20 in one request are 20 guesses, shared with every door", async () => {
      const app = make();
      const me = await signedIn(app, "alice");
      await me.send().expect(201);
      const code = app.outbox.code();
      const guesses = Array.from(
        { length: 20 },
        (_, n) => `a${n}: verifyPhoneOtp(code: "${wrong(code, n + 1)}")`,
      );
      const { errors = [] } = await ask(me, `mutation { ${guesses.join(" ")} }`);
      // A guess that fails a non-null field ends the rest of the operation: fewer, never more.
      expect(errors.length).to.be.within(1, 5);
      for (let i = 0; i < 10; i++) await ask(me, VERIFY, { code: wrong(code) });
      await me.verify(code).expect((res) => expect(res.status).to.be.oneOf([400, 401, 429]));
      await me.get("/chat").expect(401);
    });

    it("[T34] [C9] aliased sends are sends: the second is too soon", async () => {
      const app = make();
      const me = await signedIn(app, "nora");
      const sends = ["a", "b", "c"].map((name) => `${name}: sendPhoneOtp(phoneNumber: "${E164}")`);
      const { errors = [] } = await ask(me, `mutation { ${sends.join(" ")} }`);
      expect(errors[0]?.extensions).to.include({ code: "too_many_requests" });
      expect(app.outbox.messages).to.have.length(1);
    });

    it("[T34] refuses batches, mutations by GET, other content types, and other origins", async () => {
      const app = make();
      const me = await signedIn(app, "nora");
      const mutation = `mutation { sendPhoneOtp(phoneNumber: "${E164}") }`;
      await me.agent
        .post("/graphql")
        .send([{ query: ME }, { query: ME }])
        .expect(400);
      await me.agent.get("/graphql").query({ query: mutation }).expect(405);
      await me.agent.post("/graphql").type("form").send({ query: mutation }).expect(415);
      await me.agent
        .post("/graphql")
        .set("Sec-Fetch-Site", "cross-site")
        .send({ query: mutation })
        .expect(403);
      await me.agent
        .post("/graphql")
        .set("Origin", "https://evil.example")
        .send({ query: mutation })
        .expect(403);
      expect(app.outbox.messages).to.deep.equal([]);
      const { body } = await me.agent.get("/graphql").query({ query: "{ me { id } }" }).expect(200);
      expect(body.data).to.deep.equal({ me: { id: "nora" } });
    });

    it("[L9] limits tokens and depth, and hides the schema where it is told to", async () => {
      const app = make({}, { introspection: false, maxDepth: 2, maxTokens: 60 });
      const me = visitor(app);
      const post = (query: string) =>
        me.agent.post("/graphql").set("Accept", "application/graphql-response+json").send({ query });
      await post(getIntrospectionQuery()).expect(400);
      await post("{ __schema { types { name } } }").expect(400);
      await post(`{ ${"a: me { id } ".repeat(20)} }`).expect(400, /token/i);
      await post("mutation { signupVerify(input: {}) { user { id } } }").expect(400);
      await post("query A { ...F } fragment F on Query { ...F }").expect(400);
      const open = make({}, { introspection: true });
      const { body } = await visitor(open)
        .agent.post("/graphql")
        .send({ query: "{ __schema { types { name } } }" })
        .expect(200);
      expect(JSON.stringify(body)).to.include("AuthPayload");
    });

    it("[L9] measures fragments once: a chain of doubled spreads is answered like any other query", async () => {
      const chain = Array.from(
        { length: 40 },
        (_, i) => `fragment F${i} on Query{...F${i + 1} ...F${i + 1}}`,
      );
      const query = `{...F0} ${chain.join(" ")} fragment F40 on Query{me{id}}`;
      const me = visitor(make());
      await me.agent
        .post("/graphql")
        .send({ query })
        .expect(200, { data: { me: null } });
      const shallow = visitor(make({}, { maxDepth: 1, introspection: false }));
      const { body } = await shallow.agent.post("/graphql").send({ query });
      expect(refusal(body as Answer)).to.include({ code: "invalid_request" });
    });

    it("[T8] the number on file is proven by a code to it, also after a setup that was begun and left", async () => {
      const app = make();
      const me = await signedIn(app, "alice");
      await ask(me, SEND, { phone: ALICE });
      await ask(me, VERIFY, { code: app.outbox.code() });
      await ask(me, SEND, { phone: E164 });
      expect(app.outbox.messages.at(-1)?.to).to.equal(E164);
      app.clock.advance(61_000);
      expect((await ask(me, SEND, { phone: ALICE })).data).to.deep.equal({ sendPhoneOtp: true });
      expect(app.outbox.messages.at(-1)?.to).to.equal(ALICE);
    });

    it("[L6] a profile that will not do names the field and spends no code; the app's check has its say", async () => {
      const asked: unknown[] = [];
      const check = (profile: object) => {
        asked.push(profile);
        return (profile as { name: string }).name === "Eve" ? "name" : undefined;
      };
      const app = make({}, { signup: { check } });
      const me = visitor(app);
      const signUp = "mutation ($input: VerifySignupInput!) { signupVerify(input: $input) { user { id } } }";
      const tried = async (change: object) =>
        refusal(await ask(me, signUp, { input: { ...MIA, code: "000000", ...change } }));
      expect(await tried({})).to.include({ code: "code_expired" });
      expect(asked).to.deep.equal([]);
      await ask(me, "mutation ($input: SignupPhoneInput!) { signupSendOtp(input: $input) }", {
        input: { phoneNumber: MIA.phoneNumber },
      });
      const code = app.outbox.code();
      const bad = { email: ["no mail", "", "a\n@b"], password: ["", "x".repeat(201)], name: ["", "Eve"] };
      for (const [field, values] of Object.entries(bad)) {
        for (const value of values)
          expect(await tried({ code, [field]: value })).to.include({ code: "invalid_request", field });
      }
      const { data } = await ask(me, signUp, { input: { ...MIA, code } });
      expect(data?.["signupVerify"]).to.have.nested.property("user.id");
    });

    it("[L5] what nobody expected is masked, and told to onError", async () => {
      const app = make();
      const me = await signedIn(app, "nora");
      app.factors.store.issue = () => Promise.reject(new Error("secret detail"));
      const answer = await ask(me, SEND, { phone: E164 });
      expect(refusal(answer)).to.deep.equal({ code: "internal_error" });
      expect(JSON.stringify(answer)).not.to.include("secret detail");
      expect(app.told.map(String)).to.deep.equal(["Error: secret detail"]);
    });

    it("[L6] bodies of odd shapes are no crash", async () => {
      const me = visitor(make());
      for (const body of [
        "{",
        "null",
        "7",
        "[]",
        '{"query":7}',
        '{"query":"{"}',
        '{"query":"{ me }"}',
        '{"query":"{ nope }","variables":[]}',
      ]) {
        const { status, body: answer } = await me.agent
          .post("/graphql")
          .set("Content-Type", "application/json")
          .send(body);
        expect(status, body).to.be.within(200, 499);
        if (status === 200) expect(answer.errors, body).not.to.equal(undefined);
      }
    });
  });
}
