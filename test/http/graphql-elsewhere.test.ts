import type { AddressInfo } from "node:net";
import { Client, fetchExchange, gql } from "@urql/core";
import { expect } from "chai";
import { createSchema, createYoga } from "graphql-yoga";
import { graphql, resolvers, typeDefs } from "../../lib/graphql/graphql.ts";
import { makeApp } from "../support/app.ts";
import { visitor, wrong } from "../support/visitor.ts";

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

describe("GraphQL elsewhere", () => {
  it("is spoken by urql, a public client", async () => {
    const app = makeApp({ routes: (on, { factors }) => void on.use("/graphql", graphql(factors)) });
    const url = `http://localhost:${(app.server.address() as AddressInfo).port}/graphql`;
    const cookies: string[] = [];
    const withCookies: typeof fetch = async (input, init) => {
      const headers = { ...(init?.headers as Record<string, string>), cookie: cookies.join("; ") };
      const answer = await fetch(input, { ...init, headers });
      for (const each of answer.headers.getSetCookie()) cookies.unshift(each.split(";")[0] as string);
      return answer;
    };
    const client = new Client({
      url,
      exchanges: [fetchExchange],
      fetch: withCookies,
      preferGetMethod: false,
    });
    const { phoneNumber } = MIA;
    const sent = await client.mutation(
      gql`mutation ($input: SignupPhoneInput!) { signupSendOtp(input: $input) }`,
      { input: { phoneNumber } },
    );
    expect(sent.data).to.deep.equal({ signupSendOtp: true });
    const document = gql`mutation ($input: VerifySignupInput!) { signupVerify(input: $input) { user { id } } }`;
    const bad = await client.mutation(document, { input: { ...MIA, code: wrong(app.outbox.code()) } });
    expect(bad.error?.graphQLErrors[0]?.extensions).to.include({
      code: "invalid_code",
      attemptsRemaining: 4,
    });
    await client.mutation(document, { input: { ...MIA, code: app.outbox.code() } });
    const { data } = await client.query(gql`{ me { phoneDisplay phoneVerified factors } }`, {});
    expect(data.me).to.deep.include({ phoneDisplay: "***-***-0111", phoneVerified: true, factors: ["sms"] });
  });

  it("is merged into an existing Yoga server, beside its own types", async () => {
    const app = makeApp({
      routes: (on, { factors }) => {
        const schema = createSchema({
          typeDefs: [typeDefs, "extend type Query { hello: String! }"],
          resolvers: [resolvers(factors) as never, { Query: { hello: () => "world" } }],
        });
        const yoga = createYoga({ schema, logging: false, graphqlEndpoint: "/api" });
        on.use("/api", yoga as never);
      },
    });
    const me = visitor(app);
    await me.logIn("nora");
    const ask = async (query: string) => (await me.agent.post("/api").send({ query })).body as Answer;
    expect((await ask("{ hello me { id } }")).data).to.deep.equal({ hello: "world", me: { id: "nora" } });
    expect((await ask(`mutation { sendPhoneOtp(phoneNumber: "${E164}") }`)).data).to.deep.equal({
      sendPhoneOtp: true,
    });
    expect(
      (await ask(`mutation { sendPhoneOtp(phoneNumber: "${E164}") }`)).errors?.[0]?.extensions,
    ).to.include({
      code: "too_many_requests",
      retryAfter: 30,
    });
    const foreign = await me.agent
      .post("/api")
      .set("Sec-Fetch-Site", "cross-site")
      .send({ query: `mutation { verifyPhoneOtp(code: "${app.outbox.code()}") }` });
    expect(JSON.stringify(foreign.body)).to.include("cross_origin");
    expect((await ask(`mutation { verifyPhoneOtp(code: "${app.outbox.code()}") }`)).data).to.deep.equal({
      verifyPhoneOtp: true,
    });
  });
});
