import { expect } from "chai";
import { smtpTransport, type EmailOptions } from "../../lib/index.ts";
import { emailApp, NORAS, type EmailApp } from "../support/email-scene.ts";
import { mailServer, type Behaviour, type MailServer, type Stage } from "../support/mail-server.ts";
import { nobody } from "../support/provider.ts";
import { readAloud } from "../support/read-aloud.ts";
import { visitor, type Visitor } from "../support/visitor.ts";

describe("[D4] a code by mail, and the server that carries it", () => {
  let server: MailServer;
  before(async () => void (server = await mailServer()));
  after(() => server.close());
  beforeEach(() => void (server.mails.length = 0));
  afterEach(() => server.behave());

  const open = async (
    settings: Partial<EmailOptions> = {},
    { url = server.url, timeoutMs = 2000 } = {},
  ): Promise<{ app: EmailApp; me: Visitor }> => {
    const transport = smtpTransport({ url, from: "no-reply@chat.example", timeoutMs });
    const app = emailApp({ email: { transport, ...settings } });
    const me = visitor(app);
    await me.logIn("nora");
    return { app, me };
  };
  const code = () => server.mails.at(-1)?.parsed.text?.match(/^\d{6}$/m)?.[0];

  it("arrives as text and as a page, in the reader's language, with the reference that the page shows", async () => {
    const { me } = await open();
    const { body } = await me
      .post("/security/email", { address: NORAS })
      .set("Accept-Language", "de")
      .expect(201);
    const [mail] = server.mails;
    expect(mail?.to).to.deep.equal([NORAS]);
    expect(mail?.parsed.subject).to.equal(`Ihr Code für Chat (${body.reference})`);
    expect(mail?.parsed.text).to.include("dass diese Adresse Ihnen gehört").and.include("10 Min.");
    expect(mail?.parsed.html).to.include(code());
    await me.post("/security/email/confirm", { code: code() }).expect(200);
  });

  const failures: [string, Stage, Behaviour, number, string][] = [
    [
      "refused for want of a mailbox",
      "to",
      "550 5.1.1 <nora@example.net>: no such user",
      400,
      "email_unreachable",
    ],
    ["refused by policy", "to", "554 5.7.1 Relay access denied", 500, "delivery_failed"],
    ["greylisted", "to", "451 4.7.1 Greylisted, come back later", 500, "delivery_failed"],
    ["silent before the message", "connect", "silence", 500, "delivery_failed"],
    ["silent after the message", "data", "silence", 500, "delivery_failed"],
    ["broken off", "from", "break", 500, "delivery_failed"],
  ];
  for (const [name, stage, how, status, answer] of failures) {
    it(`[T39] ${name}: says so, keeps no code, spends nothing, and the next send goes at once`, async () => {
      const { app, me } = await open({}, { timeoutMs: how === "silence" ? 300 : 2000 });
      server.behave(stage, how);
      const { body } = await me.post("/security/email", { address: NORAS }).expect(status);
      expect(body.code).to.equal(answer);
      await me.get("/security/email").expect(404);
      expect(app.named("factor_delivery_failed").map(({ event }) => event["delivery"])).to.have.length(1);
      // What an operator is told holds no address.
      expect(app.told.map(String).join()).to.include(answer).and.not.include("nora@");
      expect(JSON.stringify(app.told.map((error) => String((error as Error).cause)))).not.to.include("nora@");
      server.behave();
      const { body: sent } = await me.post("/security/email", { address: NORAS }).expect(201);
      expect(sent.attempts_remaining).to.equal(5);
      await me.post("/security/email/confirm", { code: code() }).expect(200);
    });
  }

  it("[T39] dead: the same", async () => {
    const { me } = await open({}, { url: (await nobody()).replace("http", "smtp") });
    expect((await me.post("/security/email", { address: NORAS }).expect(500)).body.code).to.equal(
      "delivery_failed",
    );
    await me.get("/security/email").expect(404);
  });

  it("that was repeated and failed leaves the code alive that has arrived", async () => {
    const { app, me } = await open();
    await me.post("/security/email", { address: NORAS }).expect(201);
    const first = code();
    app.clock.advance(31_000);
    server.behave("to", "451 4.7.1 Greylisted");
    await me.post("/security/email/challenge").expect(500);
    await me.post("/security/email/confirm", { code: first }).expect(200);
  });

  it("not strict: the flow goes on, and the page says that it was not sent", async () => {
    const { app, me } = await open({ strict: false });
    server.behave("to", "451 4.7.1 Greylisted");
    await me.post("/security/email", { address: NORAS }).expect(201);
    expect((await me.get("/security/email").expect(200)).body.delivery).to.equal("failed");
    expect(app.named("factor_delivery_failed")).to.have.length(1);
    const page = await me.get("/security/email").set("Accept", "text/html").expect(200);
    expect(readAloud(page.text)).to.include("The code could not be sent to nora@example.net.");
  });

  it("on the page, an address that no mail reaches is said beside its field", async () => {
    const { app } = await open();
    const me = visitor(app, "html");
    await me.logIn("nora");
    server.behave("to", "550 5.1.1 No such user");
    const { text } = await me.post("/security/email", { address: NORAS }).expect(422);
    expect(text).to.include("Mails do not reach this address").and.include(`value="${NORAS}"`);
  });
});
