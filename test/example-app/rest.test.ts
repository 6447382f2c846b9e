import { expect } from "chai";
import { openBrowser } from "../support/browser.ts";
import { join, listen, open, PHONE } from "./harness.ts";

const smsApiClients = [
  { tenant_id: "chat", client_id: "web", secrets: ["a-secret-of-the-web-client-long-enough"] },
];
const ANN = { tenant_id: "chat", client_id: "web", email: "ann@example.org" };

describe("example app: the REST API", () => {
  it("lets a registered client ask for a code of a member, and nobody else", async () => {
    const chat = await open({ smsApiClients });
    await join(chat, chat.agent());
    const post = (name: string, body: object, secret: string) =>
      chat.agent().post(`/webauthn/sms/${name}`).set("Authorization", `Bearer ${secret}`).send(body);
    const secret = smsApiClients[0]?.secrets[0] as string;
    await post("requestCode", ANN, "wrong").expect(401);
    await post("requestCode", ANN, secret).expect(200);
    const { body } = await post("verify", { ...ANN, code: chat.messages.code() }, secret).expect(200);
    expect(body).to.include({ method: "sms", email: ANN.email });
    await chat.close();
  });

  it("has the same operations in GraphQL", async () => {
    const chat = await open();
    const agent = chat.agent();
    const ask = (query: string) => agent.post("/graphql").send({ query });
    const phoneNumber = "+886978000111";
    await ask(`mutation { signupSendOtp(input: { phoneNumber: "${phoneNumber}" }) }`).expect(200);
    const input = `{ phoneNumber: "${phoneNumber}", code: "${chat.messages.code()}", email: "mia@example.org", password: "correct horse", name: "Mia" }`;
    const { body } = await ask(
      `mutation { signupVerify(input: ${input}) { user { phoneDisplay factors } } }`,
    ).expect(200);
    expect(body.data.signupVerify.user).to.deep.equal({ phoneDisplay: "***-***-0111", factors: ["sms"] });
    await agent.get("/chat").expect(200, /The room/);
    await chat.close();
  });

  it("is not there without clients", async () => {
    const chat = await open();
    await chat
      .agent()
      .post("/webauthn/sms/requestCode")
      .accept("json")
      .send({ ...ANN, ...PHONE })
      .expect(404);
    await chat.close();
  });

  it("shows its description as a page, from its own server alone", async function () {
    this.timeout(30_000);
    const chat = await open();
    const { server, url } = await listen(chat.app);
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).origin));
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      await page.goto(`${url}/api-docs`);
      await page.getByText("/requestCode").waitFor();
      expect(problems).to.deep.equal([]);
      expect(new Set(asked.filter((origin) => origin.startsWith("http")))).to.deep.equal(new Set([url]));
    } finally {
      await browser.close();
      server.closeAllConnections();
      server.close();
      await chat.close();
    }
  });
});
