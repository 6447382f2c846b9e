import { expect } from "chai";
import { mailTransportFromEnv } from "../../lib/index.ts";
import { mailServer } from "../support/mail-server.ts";
import { mail, signal } from "../support/message.ts";

describe("what carries mails, as the environment has it", () => {
  const SMTP_FROM = "no-reply@chat.example";

  it("is the server of SMTP_URL, under a prefix where there is one", async () => {
    const server = await mailServer();
    const env = {
      SMTP_URL: server.url,
      SMTP_FROM,
      SMTP_BOUNCES: "bounces@chat.example",
      SMTP_TIMEOUT_MS: "700",
    };
    const transport = mailTransportFromEnv(env);
    expect(transport).to.include({ name: "smtp", timeoutMs: 700 });
    await transport.send(mail, signal);
    expect(server.mails.map(({ from, to }) => [from, to])).to.deep.equal([
      ["bounces@chat.example", [mail.to]],
    ]);
    const prefixed = { ACME_SMTP_URL: server.url, ACME_SMTP_FROM: SMTP_FROM };
    expect(mailTransportFromEnv(prefixed, { prefix: "ACME_" }).name).to.equal("smtp");
    await server.close();
  });

  it("[T12] is the terminal without it, but in production", () => {
    expect(mailTransportFromEnv({}).name).to.equal("console");
    expect(mailTransportFromEnv({ SMTP_URL: " ", SMTP_FROM }).name).to.equal("console");
    expect(() => mailTransportFromEnv({ NODE_ENV: "production" })).to.throw(
      TypeError,
      /^SMTP_URL is required/,
    );
  });

  it("names the variable that is wrong, and not its value", () => {
    const SMTP_URL = "smtp://ann:hunter2@mail.example";
    for (const [env, says] of [
      [{ SMTP_URL }, "SMTP_FROM is required, as SMTP_URL is set"],
      [{ SMTP_URL: `${SMTP_URL}?debug=1`, SMTP_FROM }, "SMTP_URL must end with its host and port"],
      [{ SMTP_URL: "mail.example", SMTP_FROM }, "SMTP_URL must be an smtp:// or smtps:// address"],
      [{ SMTP_URL, SMTP_FROM: "Chat <a@x.test>" }, "SMTP_FROM must be one email address"],
      [{ SMTP_URL, SMTP_FROM, SMTP_BOUNCES: "a, b" }, "SMTP_BOUNCES must be one email address"],
      [{ SMTP_URL, SMTP_FROM, SMTP_TIMEOUT_MS: "soon" }, "SMTP_TIMEOUT_MS must be an integer"],
    ] as const) {
      expect(() => mailTransportFromEnv(env), says).to.throw(TypeError, says);
      expect(() => mailTransportFromEnv(env)).not.to.throw(/hunter2/);
    }
    expect(() => mailTransportFromEnv({}, { prefx: "" } as object)).to.throw(
      TypeError,
      /unknown option "prefx"/,
    );
  });
});
