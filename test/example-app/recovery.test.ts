import { expect } from "chai";
import { join, open, PASSWORD, type Agent, type Setting } from "./harness.ts";

const NEW_PASSWORD = "seven quiet lanterns";

async function step(agent: Agent, view: { gen: number }, input: string, more: object = {}) {
  const { body } = await agent
    .post("/recovery/step")
    .accept("json")
    .send({ gen: view.gen, input, ...more })
    .expect(200);
  return body as { state: string; factor?: string; gen: number; proofs: unknown[] };
}

/** As far as this way is asked about. */
async function upTo(agent: Agent, way: string, identifier = "ann@example.org") {
  const { body } = await agent.post("/recovery").accept("json").send({ identifier }).expect(201);
  let view = body as Awaited<ReturnType<typeof step>>;
  while (view.factor !== way) view = await step(agent, view, "no");
  return view;
}

/** The address of a sign-up counts only once it is confirmed. */
async function confirmEmail(setting: Setting, agent: Agent): Promise<void> {
  await agent.post("/security/email").accept("json").send({ address: "ann@example.org" }).expect(201);
  await agent.post("/security/email/confirm").accept("json").send({ code: setting.mails.code() }).expect(200);
}

describe("the chat, where somebody has forgotten the password", () => {
  let setting: Setting;
  beforeEach(async () => (setting = await open()));
  afterEach(() => setting.close());

  it("says so on the login page", async () => {
    const { text } = await setting.agent().get("/login").expect(200);
    expect(text).to.include('href="/recovery"').and.include("Forgot your password?");
    await setting.agent().get("/recovery").expect(200);
  });

  it("leads over mail and phone to a new password, which ends every session", async () => {
    const agent = setting.agent();
    await join(setting, agent);
    await confirmEmail(setting, agent);
    await agent.get("/me").expect(200);
    const other = setting.agent();
    // As people type it.
    let view = await upTo(other, "email", " ANN@Example.org ");
    view = await step(other, view, "choose", { choice: "code" });
    view = await step(other, view, "respond", { response: setting.mails.code() });
    expect(view.state).to.equal("more");
    setting.clock.advance(60_000);
    view = await step(other, view, "pick", { factor: "phone" });
    view = await step(other, view, "yes");
    view = await step(other, view, "respond", { response: setting.messages.code() });
    expect(view.state).to.equal("reset");
    const write = (password: string) =>
      other.post("/recovery/password").accept("json").send({ gen: view.gen, password });
    await write(PASSWORD).expect(422);
    await write("ann@example.org 1").expect(422);
    await write(NEW_PASSWORD).expect(200);
    await agent.get("/me").expect(401);
    await other.get("/me").expect(401);
    const login = (password: string) =>
      setting.agent().post("/login").accept("json").send({ email: "ann@example.org", password });
    await login(PASSWORD).expect(401);
    await login(NEW_PASSWORD).expect(200);
    expect(setting.mails.messages.map(({ text }) => text).join()).to.include("was changed after a recovery");
    expect(setting.errors).to.deep.equal([]);
  });

  it("sends no mail to an address that nobody has confirmed", async () => {
    const agent = setting.agent();
    await join(setting, agent);
    const before = setting.mails.messages.length;
    const view = await upTo(setting.agent(), "email");
    expect(view.state).to.equal("choose");
    const other = setting.agent();
    await step(other, await upTo(other, "email"), "choose", { choice: "link" });
    expect(setting.mails.messages).to.have.length(before);
  });

  it("begins with a mail where RECOVERY_REVEAL says so, and names people and questions where it may wait", async () => {
    const mailed = await open({
      recoveryReveal: "mailed",
      recoveryHoldHours: 24,
      fido2Mode: "exclusive",
      knowledgeFactors: true,
    });
    try {
      const agent = mailed.agent();
      await join(mailed, agent);
      await confirmEmail(mailed, agent);
      const { body } = await agent.get("/security").accept("json").expect(200);
      const available = JSON.stringify(body);
      for (const name of ["delegate", "secret-questions"]) expect(available).to.include(name);
      const before = mailed.mails.messages.length;
      const other = mailed.agent();
      const asked = await other.post("/recovery").accept("json").send({ identifier: "ann@example.org" });
      expect(asked.body).to.deep.include({ state: "wait", factor: "email" });
      expect(mailed.mails.messages).to.have.length(before + 1);
      const link = /https?:\S+#\S+/.exec((mailed.mails.last() as { text?: string }).text ?? "")?.[0];
      const { body: view } = await other
        .post("/recovery/link")
        .accept("json")
        .send({ token: link })
        .expect(200);
      expect(view.state).to.equal("more");
      expect(mailed.errors).to.deep.equal([]);
    } finally {
      await mailed.close();
    }
  });
});
