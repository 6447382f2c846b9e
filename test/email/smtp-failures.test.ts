import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { expect } from "chai";
import {
  fallbackTransport,
  retrying,
  smtpTransport,
  type DeliveryError,
  type Transport,
} from "../../lib/index.ts";
import { smtpFailure } from "../../lib/transports/smtp/failures.ts";
import { mailServer, type Behaviour, type MailServer, type Stage } from "../support/mail-server.ts";
import { mail, signal } from "../support/message.ts";
import { nobody } from "../support/provider.ts";

const FROM = "no-reply@chat.example";

describe("a mail server that takes no mail", () => {
  let server: MailServer;
  before(async () => void (server = await mailServer()));
  after(() => server.close());
  beforeEach(() => void (server.mails.length = 0));
  afterEach(() => server.behave());

  const make = (timeoutMs = 2000): Transport => smtpTransport({ url: server.url, from: FROM, timeoutMs });
  const failure = async (transport: Transport, message = mail, abort = signal): Promise<DeliveryError> =>
    transport.send(message, abort).then(
      () => expect.fail("it was taken"),
      (error: DeliveryError) => error,
    );

  const says: [Stage, Behaviour, string, string, string?][] = [
    [
      "to",
      "550 5.1.1 <ann@example.net>: no such user here",
      "permanent",
      "smtp: EENVELOPE 550 5.1.1",
      "email_unreachable",
    ],
    ["to", "550 No such user", "permanent", "smtp: EENVELOPE 550", "email_unreachable"],
    ["to", "552 5.2.2 Mailbox full", "permanent", "smtp: EENVELOPE 552 5.2.2", "email_unreachable"],
    ["to", "554 5.7.1 Relay access denied", "permanent", "smtp: EENVELOPE 554 5.7.1"],
    ["to", "451 4.7.1 Greylisted, try again", "retryable", "smtp: EENVELOPE 451 4.7.1"],
    ["to", "450 4.2.1 Mailbox busy", "retryable", "smtp: EENVELOPE 450 4.2.1"],
    ["from", "553 5.1.8 Sender address rejected", "permanent", "smtp: EENVELOPE 553 5.1.8"],
    ["from", "421 4.3.2 Shutting down", "retryable", "smtp: EENVELOPE 421 4.3.2"],
    ["data", "554 5.6.0 Message content rejected", "permanent", "smtp: EMESSAGE 554 5.6.0"],
    ["data", "452 4.3.1 Out of disk", "retryable", "smtp: EMESSAGE 452 4.3.1"],
    ["connect", "554 5.7.1 Not from here", "permanent", "smtp: EPROTOCOL 554"],
    ["connect", "421 4.7.0 Too many connections", "retryable", "smtp: EPROTOCOL 421"],
  ];
  for (const [stage, how, delivery, message, refusal] of says) {
    it(`[M1] with "${how}" (${stage}): ${delivery}`, async () => {
      server.behave(stage, how);
      const error = await failure(make());
      expect([error.delivery, error.refusal]).to.deep.equal([delivery, refusal]);
      expect(error.message).to.include(message);
    });
  }

  for (const how of ["silence", "break"] as const) {
    it(`[M1] [M4] with ${how}: not taken before the message is handed over, unknown after it`, async () => {
      for (const [stage, delivery] of [
        ["connect", "retryable"],
        ["from", "retryable"],
        ["to", "retryable"],
        ["data", "ambiguous"],
      ] as const) {
        server.behave(stage, how);
        const start = performance.now();
        const error = await failure(make(how === "silence" ? 400 : 2000));
        expect(error.delivery, stage).to.equal(delivery);
        expect(performance.now() - start, stage).to.be.lessThan(1900);
      }
    });
  }

  it("[M1] that is gone, or whose name is none, has taken nothing", async () => {
    const gone = (await nobody()).replace("http", "smtp");
    expect(await failure(smtpTransport({ url: gone, from: FROM }))).to.include({
      delivery: "retryable",
      message: "smtp: ESOCKET",
    });
    const unknown = smtpTransport({ url: "smtp://no.such.host.invalid", from: FROM });
    expect(await failure(unknown)).to.include({ delivery: "retryable", message: "smtp: EDNS" });
  });

  it("[M4] that drips its answers is not waited for beyond the time, nor is one that has been left", async () => {
    const dripping = createServer((socket: Socket) => {
      const drip = setInterval(() => void socket.write("220-"), 20);
      socket.on("error", () => undefined).on("close", () => clearInterval(drip));
    });
    dripping.listen(0, "127.0.0.1");
    await once(dripping, "listening");
    const url = `smtp://127.0.0.1:${(dripping.address() as AddressInfo).port}`;
    const late = await failure(smtpTransport({ url, from: FROM, timeoutMs: 300 }));
    expect(late.delivery).to.equal("retryable");
    const abort = new AbortController();
    const left = failure(smtpTransport({ url, from: FROM }), mail, abort.signal);
    abort.abort();
    expect(await left).to.include({ delivery: "retryable", message: "smtp: EABORT" });
    expect(await failure(make(), mail, AbortSignal.abort())).to.include({ delivery: "retryable" });
    dripping.close();
    await once(dripping, "close");
  });

  it("that says yes to the message and then breaks off before it is there has perhaps not taken it", async () => {
    const replies = ["250 chat", "250 from", "250 to", "354 go on"];
    const breaking = createServer((socket: Socket) => {
      let told = 0;
      socket.write("220 here\r\n");
      socket.on("error", () => undefined);
      socket.on("data", (chunk) => {
        const commands = chunk.toString().split("\r\n").length - 1;
        if (told >= replies.length) return void socket.destroy();
        for (let n = 0; n < commands && told < replies.length; n++) socket.write(`${replies[told++]}\r\n`);
      });
    });
    breaking.listen(0, "127.0.0.1");
    await once(breaking, "listening");
    const { port } = breaking.address() as AddressInfo;
    const error = await failure(smtpTransport({ url: `smtp://127.0.0.1:${port}`, from: FROM }));
    expect(error.delivery).to.equal("ambiguous");
    breaking.close();
    await once(breaking, "close");
  });

  it("[T11] its errors hold no address, code or password, nor does what caused them", async () => {
    const hidden = [mail.to, mail.code, "hunter2", "ann"];
    const echo = `<${mail.to}> ${mail.code}`;
    for (const [stage, how] of [
      ["to", `550 5.1.1 ${echo}`],
      ["data", `554 5.6.0 ${echo}`],
      ["data", "break"],
    ] as const) {
      server.behave(stage, how);
      const url = server.url.replace("//", "//ann:hunter2@");
      let error: unknown = await failure(smtpTransport({ url, from: FROM }));
      for (; error !== undefined; error = (error as Error).cause) {
        const whole = `${(error as Error).message} ${JSON.stringify(
          error,
          Object.getOwnPropertyNames(Object(error)).filter((each) => each !== "stack"),
        )}`;
        for (const each of hidden) expect(whole).not.to.include(each);
      }
    }
  });

  it("whatever a library rejects with is a delivery error, and what is not known is ambiguous", () => {
    for (const odd of [
      undefined,
      null,
      "no",
      7,
      {},
      { code: 7 },
      { code: "ann@example.net" },
      { responseCode: "550" },
      new Error(mail.to),
    ]) {
      const error = smtpFailure(odd, false);
      expect(error).to.include({ delivery: "ambiguous", message: "smtp: failed" });
      expect(error.cause).to.equal(undefined);
    }
  });
});

describe("mails through transports around transports", () => {
  let server: MailServer;
  before(async () => void (server = await mailServer()));
  after(() => server.close());

  it("are tried again where they were surely not taken, under the same Message-ID", async () => {
    server.behave("to", "451 4.7.1 Greylisted");
    const one = smtpTransport({ url: server.url, from: FROM });
    const taking: Transport = {
      ...one,
      async send(message, abort) {
        try {
          return await one.send(message, abort);
        } finally {
          server.behave();
        }
      },
    };
    const receipt = await retrying(taking, { waitMs: 0 }).send(mail, signal);
    expect(server.mails.map(({ parsed }) => parsed.messageId)).to.deep.equal([receipt.id]);
  });

  it("go by the second where the first is gone, and only by one that carries mails", async () => {
    server.mails.length = 0;
    const gone = smtpTransport({ url: (await nobody()).replace("http", "smtp"), from: FROM });
    const second = smtpTransport({ url: server.url, from: FROM });
    const texts: Transport = {
      name: "texts",
      channels: ["sms"],
      send: () => expect.fail("it carries no mails"),
    };
    expect(await fallbackTransport(gone, second).send(mail, signal)).to.include({ provider: "smtp" });
    expect(await fallbackTransport(texts, second).send(mail, signal)).to.include({ provider: "smtp" });
    expect(server.mails.map(({ parsed }) => parsed.html)).to.deep.equal([mail.html, mail.html]);
  });
});
