import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Transport } from "passport-factors";
import { smtpTransport, type SmtpTransportOptions } from "../../lib/index.ts";
import { smtpSettings } from "../../lib/transports/smtp/options.ts";
import { mail, signal } from "../support/message.ts";

const FROM = "no-reply@chat.example";
const url = "smtp://mail.example:587";
const make = (options: object) => () => smtpTransport(options as SmtpTransportOptions);

describe("the SMTP transport", () => {
  it("carries mails and nothing else", () => {
    expect(smtpTransport({ url, from: FROM })).to.include({ name: "smtp", timeoutMs: 10_000 });
    expect(smtpTransport({ url, from: FROM }).channels).to.deep.equal(["email"]);
    expect(smtpTransport({ url, from: FROM, timeoutMs: 700 }).timeoutMs).to.equal(700);
  });

  it("refuses at start what cannot work, and names the option without its value", () => {
    const bad: [object, RegExp][] = [
      [{}, /url or options is required/],
      [{ url, options: { host: "mail.example" } }, /url or options is required, one of them/],
      [{ url: "http://mail.example" }, /url must be an smtp/],
      [{ url: "mail.example" }, /url must be an smtp/],
      [{ url: "smtp://" }, /url must be an smtp/],
      [{ url: 7 }, /url must be a text/],
      [{ url: `${url}/path` }, /url must end with its host and port/],
      [{ url: `${url}?tls.rejectUnauthorized=false` }, /url must end with its host and port/],
      [{ url: `${url}?logger=true` }, /url must end with its host and port/],
      [{ url: "smtp://ann:hunter2%@mail.example" }, /percent-encoded/],
      [{ options: {} }, /options.host is required/],
      [{ options: "mail.example" }, /options must be an object/],
      [{ options: { host: "mail.example", logger: true } }, /options.logger: unknown/],
      [{ options: { host: "mail.example", ignoreTLS: true } }, /options.ignoreTLS: unknown/],
      [{ options: { host: "mail.example", port: 0 } }, /options.port must be an integer/],
      [{ options: { host: "mail.example", secure: "yes" } }, /options.secure must be true or false/],
      [{ options: { host: "mail.example", auth: "hunter2" } }, /options.auth must be an object/],
      [{ options: { host: "mail.example", tls: { rejectUnauthorized: false } } }, /certificate checked/],
      [
        { options: { host: "mail.example", tls: { checkServerIdentity: () => undefined } } },
        /certificate checked/,
      ],
      [{ options: { host: "mail.example", name: "a\r\nb" } }, /options.name must be a text/],
      [{ url, from: undefined }, /from must be an email address/],
      [{ url, from: "Chat <no-reply@chat.example>" }, /from must be one email address/],
      [{ url, from: { name: "Chat" } }, /from.address must be one email address/],
      [{ url, from: { name: "Chat\r\nBcc: x", address: FROM } }, /from.name must be a text/],
      [{ url, from: { address: FROM, replyTo: FROM } }, /from.replyTo: unknown/],
      [{ url, bounces: "a@x.test, b@x.test" }, /bounces must be one email address/],
      [{ url, timeoutMs: 0 }, /timeoutMs must be an integer/],
      [{ url, timeoutMs: 30_001 }, /timeoutMs must be an integer/],
      [{ url, tiemoutMs: 1 }, /unknown option "tiemoutMs".*did you mean timeoutMs/],
    ];
    for (const [options, says] of bad) {
      expect(make({ from: FROM, ...options }), JSON.stringify(options)).to.throw(TypeError, says);
      expect(make({ from: FROM, ...options })).not.to.throw(/hunter2/);
    }
  });

  it("reads the server out of its URL: TLS, port, user and password, IPv6", () => {
    const server = (of: string) => smtpSettings({ url: of, from: FROM }).server;
    expect(server("smtps://mail.example")).to.include({ host: "mail.example", secure: true });
    expect(server("smtps://mail.example")).not.to.have.any.keys("port", "auth");
    expect(server("smtp://mail.example:465")).to.include({ secure: true, port: 465 });
    expect(server("smtp://mail.example:2525/")).to.include({ secure: false, port: 2525 });
    expect(server("smtp://[::1]:25").host).to.equal("::1");
    expect(server("smtp://ann%40chat:p%3Ass@mail.example").auth).to.deep.equal({
      user: "ann@chat",
      pass: "p:ss",
    });
  });

  it("[M4] in production sends nothing without TLS, but to the machine itself, unless told so", () => {
    const before = process.env["NODE_ENV"];
    const requires = (options: object) => smtpSettings({ from: FROM, ...options }).server.requireTLS;
    try {
      process.env["NODE_ENV"] = "production";
      expect(requires({ url })).to.equal(true);
      expect(requires({ options: { host: "mail.example" } })).to.equal(true);
      expect(requires({ options: { host: "mail.example", requireTLS: false } })).to.equal(false);
      for (const here of ["smtp://localhost", "smtp://127.0.0.1:25", "smtp://[::1]"])
        expect(requires({ url: here }), here).to.equal(false);
      process.env["NODE_ENV"] = "development";
      expect(requires({ url })).to.equal(false);
    } finally {
      if (before === undefined) delete process.env["NODE_ENV"];
      else process.env["NODE_ENV"] = before;
    }
  });
});

describe("an app without nodemailer", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "factors-no-nodemailer-"));
    await cp(join(import.meta.dirname, "../../dist"), folder, { recursive: true });
    // Every package beside it but this one.
    const packages = join(import.meta.dirname, "../../node_modules");
    await mkdir(join(folder, "node_modules"));
    for (const name of await readdir(packages))
      if (name !== "nodemailer") await symlink(join(packages, name), join(folder, "node_modules", name));
  });
  after(() => rm(folder, { recursive: true }));

  for (const way of ["import", "require"] as const) {
    it(`is told what to install when the first mail is to go out (${way})`, async () => {
      const file = join(folder, "lib", way === "import" ? "index.mjs" : "index.js");
      const loaded = (
        way === "import" ? await import(pathToFileURL(file).href) : createRequire(file)(file)
      ) as {
        smtpTransport(options: SmtpTransportOptions): Transport;
      };
      const transport = loaded.smtpTransport({ url, from: FROM });
      for (const time of ["first", "second"]) {
        const error = await transport.send(mail, signal).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(error, time).to.include({ delivery: "permanent" });
        expect(error).to.match(/smtp: nodemailer is not installed here: npm install nodemailer@10/);
      }
    });
  }
});
