import type { Server } from "node:http";
import { expect } from "chai";
import express from "express";
import { E164, listen, open, PHONE, signUp, type Agent, type Setting } from "./harness.ts";

interface Provider {
  url: string;
  server: Server;
  profile: Record<string, unknown>;
  /** What the app asked with. */
  asked: Record<string, unknown>[];
  broken: boolean;
}

/** A provider that lets everybody in as `profile`. */
async function startProvider(): Promise<Provider> {
  const app = express();
  app.use(express.urlencoded({ extended: false }));
  const { server, url } = await listen(app);
  const provider: Provider = { url, server, profile: {}, asked: [], broken: false };
  app.post("/token", (req, res) => {
    provider.asked.push(req.body as Record<string, unknown>);
    if (provider.broken) res.status(400).json({ error: "invalid_grant" });
    else res.json({ access_token: "token-of-ann", token_type: "Bearer" });
  });
  app.get("/userinfo", (req, res) => {
    if (req.headers.authorization === "Bearer token-of-ann") res.json(provider.profile);
    else res.sendStatus(401);
  });
  return provider;
}

describe("example app: the OAuth door", () => {
  let chat: Setting;
  let provider: Provider;
  beforeEach(async () => {
    provider = await startProvider();
    provider.profile = { sub: "42", email: "Ann@example.org", name: "Ann Lee" };
    const { url } = provider;
    const urls = {
      authorizationUrl: `${url}/authorize`,
      tokenUrl: `${url}/token`,
      userinfoUrl: `${url}/userinfo`,
    };
    chat = await open({ oauth: { ...urls, clientId: "chat", clientSecret: "secret" } });
  });
  afterEach(async () => {
    provider.server.close();
    provider.server.closeAllConnections();
    await chat.close();
  });

  async function authorize(agent: Agent): Promise<URL> {
    const { headers } = await agent.get("/auth/oauth").expect(302);
    return new URL(headers["location"] as string);
  }
  async function enter(agent: Agent) {
    const state = (await authorize(agent)).searchParams.get("state") as string;
    return agent.get("/auth/oauth/callback").query({ code: "c", state });
  }

  it("asks the provider with state and PKCE, and comes back to the public address", async () => {
    const { searchParams } = await authorize(chat.agent());
    expect(searchParams.get("redirect_uri")).to.equal("http://localhost:3000/auth/oauth/callback");
    expect(searchParams.get("state")).to.have.length.above(15);
    expect(searchParams.get("code_challenge_method")).to.equal("S256");
    await chat
      .agent()
      .get("/login")
      .expect(200, /\/auth\/oauth/);
  });

  it("[T27] [G5] asks for the second factor as after a password, and sends nothing on its own", async () => {
    const ann = chat.agent();
    await ann.get("/chat?from=mail").accept("html").expect(303);
    expect((await enter(ann)).headers["location"]).to.equal("/sms_auth_term");
    await ann.get("/chat").accept("json").expect(401);
    await ann.post("/sms_registration").accept("json").send(PHONE).expect(201);
    await ann
      .post("/sms_verification")
      .accept("html")
      .type("form")
      .send({ pin_number: chat.messages.code(E164) })
      .expect(303)
      .expect("Location", "/backup_codes/new");
    await ann.post("/backup_codes/continue").expect(303).expect("Location", "/chat?from=mail");

    const again = chat.agent();
    chat.messages.clear();
    expect((await enter(again)).headers["location"]).to.equal("/sms_verification/new");
    expect(chat.messages.messages).to.have.length(0);
    await again.get("/chat").accept("json").expect(401);
    await again.post("/sms_verification/challenge").accept("json").expect(201);
    await again
      .post("/sms_verification")
      .accept("json")
      .send({ pin_number: chat.messages.code() })
      .expect(200);
    const { body } = await again.get("/me").expect(200);
    expect(body).to.deep.include({
      email: "ann@example.org",
      nickname: "Ann Lee",
      amr: ["fed", "sms", "mfa"],
    });
  });

  it("hands nobody an account that has a password", async () => {
    await signUp(chat.agent(), "ann@example.org");
    const answer = await enter(chat.agent());
    expect(answer.status).to.equal(400);
    expect(answer.text).to.include("sign in with its password");
  });

  it("refuses a foreign state, a refused grant, a profile without a confirmed email, and an answer without a code", async () => {
    const ann = chat.agent();
    await authorize(ann);
    const back = (query: object) => ann.get("/auth/oauth/callback").query(query).accept("json");
    await back({ code: "c", state: "foreign" }).expect(401);
    await back({}).expect(401);
    await back({ error: "access_denied" }).expect(401);
    await back({ error: "server_error", error_description: "<b>x</b>" }).expect(401);
    for (const profile of [{}, { sub: "1" }, { sub: "1", email: "a@example.org", email_verified: false }]) {
      provider.profile = profile;
      expect((await enter(ann)).status).to.equal(401);
    }
    provider.broken = true;
    expect((await enter(ann)).status).to.equal(401);
    expect(chat.errors).to.deep.equal([]);
  });
});
