import { expect } from "chai";
import { smtpTransport, type SmtpTransportOptions } from "../../lib/index.ts";
import { codeMail, linkMail } from "../../lib/email/mail.ts";
import { localhostCertificate } from "../support/localhost-certificate.ts";
import { mailServer, type CaughtMail, type MailServer } from "../support/mail-server.ts";
import { mail, signal } from "../support/message.ts";

const FROM = "no-reply@chat.example";

describe("a mail by SMTP", () => {
  let server: MailServer;
  before(async () => void (server = await mailServer()));
  after(() => server.close());
  beforeEach(() => void (server.mails.length = 0));

  const make = (more: Partial<SmtpTransportOptions> = {}) =>
    smtpTransport({ url: server.url, from: FROM, ...more });
  async function sent(message = mail, more: Partial<SmtpTransportOptions> = {}): Promise<CaughtMail> {
    await make(more).send(message, signal);
    return server.mails.at(-1) as CaughtMail;
  }

  it("[M1] arrives with its subject, its text and its page, under the app's name", async () => {
    const receipt = await make().send(mail, signal);
    const { parsed, to, from } = server.mails[0] as CaughtMail;
    expect({ from, to }).to.deep.equal({ from: FROM, to: ["ann@example.net"] });
    expect(parsed.subject).to.equal(mail.subject);
    expect(parsed.text).to.equal(mail.text);
    expect(parsed.html).to.equal(mail.html);
    expect(parsed.from?.value).to.deep.equal([{ address: FROM, name: "Chat" }]);
    expect(receipt).to.deep.equal({ status: "sent", id: parsed.messageId });
  });

  it("[M1] keeps every letter of every language, in the subject too", async () => {
    const [subject, text] = ["Chatの認証コード（K7Q2）", "你好，Ça va ? Übergrößenträger 🔑\n"];
    const { parsed, head } = await sent({
      ...mail,
      appName: "チャット & Co",
      subject,
      text,
      html: `<p>${text}</p>`,
    });
    expect([parsed.subject, parsed.text]).to.deep.equal([subject, text]);
    expect(parsed.from?.value[0]?.name).to.equal("チャット & Co");
    expect(head).to.match(/^[\x20-\x7E\r\n]*$/);
  });

  it("[M2] goes to the one address that it is given, and whatever could be another is not sent at all", async () => {
    for (const to of [
      "ann@example.net, evil@x.test",
      "ann@example.net\r\nBcc: evil@x.test",
      "x:ann@example.net,evil@x.test;",
      '"ann@example.net" <evil@x.test>',
      "Ann <ann@example.net>",
      "ann@example.net evil@x.test",
      "",
      ["ann@example.net", "evil@x.test"] as unknown as string,
      { address: "ann@example.net" } as unknown as string,
    ]) {
      const error = await make()
        .send({ ...mail, to }, signal)
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      expect(error, JSON.stringify(to)).to.include({
        delivery: "permanent",
        message: "smtp: to is not one email address",
      });
    }
    expect(server.mails).to.deep.equal([]);
    for (const to of ["o'hara+a=b@example.net", "a%b!c@example.net"])
      expect((await sent({ ...mail, to })).to).to.deep.equal([to]);
  });

  it("[M2] cannot be given more headers or recipients by any of its texts", async () => {
    const evil = "Hello\r\nBcc: evil@x.test\r\n\r\nBody";
    const { head, to } = await sent({
      ...mail,
      subject: evil,
      appName: `${evil}" <evil@x.test>, "`,
      locale: evil,
    });
    expect(to).to.deep.equal(["ann@example.net"]);
    expect(head).not.to.match(/^(Bcc|Body)/im);
    expect(head.match(/^From: .*(\r\n\s.*)*/m)?.[0]).to.match(/<no-reply@chat\.example>$/);
  });

  it("[M3] says that a machine wrote it, and has a Message-ID under the sender's domain that repetitions share", async () => {
    const { head, parsed } = await sent();
    expect(head)
      .to.match(/^Auto-Submitted: auto-generated$/m)
      .and.match(/^X-Auto-Response-Suppress: All$/m);
    expect(head)
      .to.match(/^Date: /m)
      .and.match(/^MIME-Version: 1.0$/m);
    expect(head).to.match(/^Content-Language: en$/m);
    expect(head).not.to.match(/^(List-|X-Mailer|Precedence|Reply-To|Bcc)/m);
    expect(parsed.messageId).to.match(/^<[0-9a-f]{32}@chat\.example>$/);
    expect((await sent()).parsed.messageId).to.equal(parsed.messageId);
    expect((await sent({ ...mail, id: "another" })).parsed.messageId).not.to.equal(parsed.messageId);
  });

  it("[M3] is text first, then the same as a page, with nothing to load and nothing attached", async () => {
    const { parsed, source } = await sent();
    expect(source).to.match(/Content-Type: multipart\/alternative/);
    expect(source.indexOf("text/plain")).to.be.lessThan(source.indexOf("text/html"));
    expect(parsed.attachments).to.deep.equal([]);
    expect(parsed.html).not.to.match(/<(img|script|link|iframe)|url\(|src=/);
  });

  it("[M3] comes back, where it cannot be delivered, to the address that takes bounces", async () => {
    const { from, parsed } = await sent(mail, { bounces: "bounces@Mail.chat.example" });
    expect(from).to.equal("bounces@mail.chat.example");
    expect(parsed.from?.value[0]?.address).to.equal(FROM);
  });

  it("has the sender's own name where one is given", async () => {
    const { parsed } = await sent(mail, { from: { name: "Chat, Inc.", address: FROM } });
    expect(parsed.from?.value).to.deep.equal([{ address: FROM, name: "Chat, Inc." }]);
  });

  it("[M5] goes to the address with its own letters, a domain of another script in its ASCII form", async () => {
    const { head } = await sent({ ...mail, to: "Ann.Lee@Bücher.example" });
    expect(head).to.match(/^To: Ann\.Lee@xn--bcher-kva\.example$/m);
  });

  it("[M6] with a code has nothing to follow: a scanner of links finds none", async () => {
    const { source } = await sent({ ...mail, ...codeMail({ ...mail, purpose: "enrol", minutes: 10 }) });
    expect(source).not.to.match(/href|https?:/i);
  });

  it("[M7] with a link brings it whole, its fragment too, as text and as a page", async () => {
    const url = `https://chat.example/recover?flow=a=b&c=%20#${"Zk3v-X9_".repeat(20)}`;
    const { parsed } = await sent({
      ...mail,
      ...linkMail({ ...mail, purpose: "recovery", minutes: 15, url }),
    });
    expect(parsed.text?.split("\n")).to.include(url);
    expect(parsed.html).to.include(`href="${url.replace("&", "&amp;")}"`);
  });

  it("is plain text alone where a message has no page", async () => {
    const { html: _html, subject: _subject, ...plain } = mail;
    const { parsed, source } = await sent(plain);
    expect([parsed.html, parsed.subject]).to.deep.equal([false, "Chat"]);
    expect(source).to.match(/^Content-Type: text\/plain; charset=utf-8/m);
  });
});

describe("[M4] a mail server with TLS and a password", () => {
  const { cert, key } = localhostCertificate;
  const servers: MailServer[] = [];
  const start = async (options: Parameters<typeof mailServer>[0]) => {
    const server = await mailServer({ cert, key, ...options });
    servers.push(server);
    return server;
  };
  after(() => Promise.all(servers.map((server) => server.close())));

  const failure = async (options: SmtpTransportOptions): Promise<unknown> =>
    smtpTransport(options)
      .send(mail, signal)
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );

  it("is spoken to in TLS from the first byte, or after STARTTLS", async () => {
    const [first, after] = [await start({ secure: true }), await start({ disabledCommands: [] })];
    const tls = { ca: cert };
    for (const [{ port, mails }, secure] of [
      [first, true],
      [after, false],
    ] as const) {
      const options = { host: "localhost", port, secure, requireTLS: true, tls };
      await smtpTransport({ options, from: FROM }).send(mail, signal);
      expect(mails.map((each) => each.secure)).to.deep.equal([true]);
    }
  });

  it("is told nothing where its certificate is nobody's that is known, or it has no TLS and should", async () => {
    const [unknown, plain] = [await start({ secure: true }), await mailServer()];
    servers.push(plain);
    expect(await failure({ url: `smtps://localhost:${unknown.port}`, from: FROM })).to.include({
      delivery: "retryable",
    });
    const options = { host: "localhost", port: plain.port, requireTLS: true };
    expect(await failure({ options, from: FROM })).to.include({
      delivery: "retryable",
      message: "smtp: ETLS",
    });
    expect([...unknown.mails, ...plain.mails]).to.deep.equal([]);
  });

  it("takes mails from who has the password, of a URL too, and from nobody else", async () => {
    const server = await start({
      secure: true,
      authOptional: false,
      onAuth: ({ username, password }, _session, done) =>
        username === "ann@chat" && password === "p:ss/w@rd"
          ? done(null, { user: "ann" })
          : done(new Error("no")),
    });
    const place = `localhost:${server.port}`;
    const options = { host: "localhost", port: server.port, secure: true, tls: { ca: cert } };
    const auth = (pass: string) => ({
      options: { ...options, auth: { user: "ann@chat", pass } },
      from: FROM,
    });
    await smtpTransport(auth("p:ss/w@rd")).send(mail, signal);
    expect(server.mails).to.have.length(1);
    expect(await failure(auth("hunter2"))).to.include({ delivery: "permanent", message: "smtp: EAUTH 535" });
    const url = `smtps://ann%40chat:p%3Ass%2Fw%40rd@${place}`;
    // The certificate is not known there, so this is as far as a URL gets on this machine.
    expect(await failure({ url, from: FROM })).to.include({ delivery: "retryable" });
    expect(server.mails).to.have.length(1);
  });
});
