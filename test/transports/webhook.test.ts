import { expect } from "chai";
import { Webhook } from "standardwebhooks";
import { webhookTransport, type DeliveryError, type WebhookOptions } from "../../lib/index.ts";
import { mail, message, signal } from "../support/message.ts";
import {
  endless,
  garbage,
  hang,
  json,
  nobody,
  noise,
  provider,
  reset,
  stall,
  type Provider,
} from "../support/provider.ts";

describe("[D10] the webhook transport", () => {
  let receiver: Provider;
  beforeEach(async () => void (receiver = await provider()));
  afterEach(() => receiver.close());

  const make = (more: Partial<WebhookOptions> = {}) =>
    webhookTransport({ url: `${receiver.url}/sms`, ...more });
  const failure = async (run: Promise<unknown>): Promise<DeliveryError> =>
    run.then(
      () => expect.fail("it was taken"),
      (error: DeliveryError) => error,
    );

  it("posts the message as JSON, with a bearer token", async () => {
    receiver.answer(json(200, {}));
    expect(await make({ token: "a-token" }).send(message, signal)).to.deep.equal({ status: "sent" });
    const [{ method, path, headers, body }] = receiver.got as [Provider["got"][0]];
    expect({ method, path }).to.deep.equal({ method: "POST", path: "/sms" });
    expect(headers).to.include({ "content-type": "application/json", authorization: "Bearer a-token" });
    expect(JSON.parse(body)).to.deep.equal({
      id: message.id,
      channel: "sms",
      to: message.to,
      text: message.text,
      code: message.code,
      purpose: "login",
      locale: "en",
      expires_at: "2026-01-01T00:00:00.000Z",
    });
  });

  it("posts a mail with its subject and its page", async () => {
    await make().send(mail, signal);
    expect(JSON.parse(receiver.got[0]?.body ?? "")).to.deep.include({
      channel: "email",
      to: "ann@example.net",
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
    });
  });

  it("sends neither token nor signature where none is set", async () => {
    await make().send(message, signal);
    expect(Object.keys(receiver.got[0]?.headers ?? {})).not.to.include.members(["authorization"]);
    expect(
      Object.keys(receiver.got[0]?.headers ?? {}).filter((each) => each.startsWith("webhook-")),
    ).to.deep.equal([]);
  });

  for (const [name, signingKey, judge] of [
    ["a whsec_ key", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", (key: string) => new Webhook(key)],
    ["a raw key", "a key of plain letters", (key: string) => new Webhook(key, { format: "raw" })],
  ] as const) {
    it(`[T42] signs with ${name} as the public standardwebhooks package verifies`, async () => {
      await make({ signingKey }).send(message, signal);
      const { body, headers } = receiver.got[0] as Provider["got"][0];
      const signed = headers as Record<string, string>;
      expect(judge(signingKey).verify(body, signed)).to.deep.include({ code: message.code });
      expect(headers["webhook-id"]).to.equal(message.id);
      expect(() => judge(signingKey).verify(`${body} `, signed)).to.throw();
      expect(() =>
        judge(signingKey).verify(body, { ...signed, "webhook-timestamp": "1700000000" }),
      ).to.throw();
    });
  }

  it("[T81] says what the receiver's no means to the person, by one of our codes and no other word", async () => {
    const told = async (status: number, body: object) => {
      receiver.answer(json(status, body));
      const { refusal, delivery } = await failure(make().send(message, signal));
      return [refusal, delivery];
    };
    for (const code of [
      "invalid_phone_number",
      "country_not_allowed",
      "recipient_stopped",
      "recipient_unreachable",
      "email_unreachable",
      "send_refused",
    ])
      expect(await told(422, { code })).to.deep.equal([code, "permanent"]);
    expect(await told(400, { code: "too_many_requests" })).to.deep.equal(["too_many_requests", "retryable"]);
    expect(await told(200, { status: "failed", code: "recipient_stopped" })).to.deep.equal([
      "recipient_stopped",
      "permanent",
    ]);
    expect(await told(202, { id: "m-1", status: "undelivered" })).to.deep.equal([undefined, "permanent"]);
    for (const code of ["factor_disabled", "login_required", "__proto__", 21610, null, ["recipient_stopped"]])
      expect(await told(422, { code })).to.deep.equal([undefined, "permanent"]);
  });

  it("takes an id, a wait and a price from the answer, and nothing that is none", async () => {
    receiver.answer(json(202, { id: "m-1", price: { amount: 0.04, currency: "EUR" } }));
    expect(await make().send(message, signal)).to.deep.equal({
      id: "m-1",
      status: "queued",
      price: { amount: 0.04, currency: "EUR" },
    });
    for (const odd of [
      { id: 7, price: "free" },
      { id: "", price: { amount: "1", currency: "EUR" } },
      { price: { amount: -1, currency: "EUR" } },
      [],
      null,
      "text",
    ]) {
      receiver.answer(json(200, odd));
      expect(await make().send(message, signal)).to.deep.equal({ status: "sent" });
    }
    receiver.answer(garbage);
    expect(await make().send(message, signal)).to.deep.equal({ status: "sent" });
    receiver.answer(endless);
    expect(await make().send(message, signal)).to.deep.equal({ status: "sent" });
  });

  for (const [status, kind] of [
    [400, "permanent"],
    [401, "permanent"],
    [404, "permanent"],
    [408, "ambiguous"],
    [409, "ambiguous"],
    [429, "retryable"],
    [500, "ambiguous"],
    [502, "ambiguous"],
    [503, "retryable"],
    [504, "ambiguous"],
  ] as const) {
    it(`a ${status} is a ${kind} failure`, async () => {
      receiver.answer(json(status, { message: "+886912345678 is bad" }, { "retry-after": "7" }));
      const error = await failure(make().send(message, signal));
      expect(error).to.include({ delivery: kind, retryAfter: 7, message: `webhook: HTTP ${status}` });
    });
  }

  it("follows no redirect: the code goes to nobody else", async () => {
    const other = await provider();
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.answer(json(status, {}, { location: other.url }));
      expect(await failure(make().send(message, signal))).to.include({ delivery: "permanent" });
    }
    expect(other.got).to.deep.equal([]);
    await other.close();
  });

  it("an answer that does not come, or breaks off, is ambiguous; a server that is not there is retryable", async () => {
    for (const how of [hang, reset, noise]) {
      receiver.answer(how);
      expect(await failure(make({ timeoutMs: 50 }).send(message, signal))).to.include({
        delivery: "ambiguous",
      });
    }
    const refused = await failure(webhookTransport({ url: await nobody() }).send(message, signal));
    expect(refused).to.include({ delivery: "retryable", message: "webhook: ECONNREFUSED" });
    const unknown = await failure(
      webhookTransport({ url: "http://no.such.host.invalid" }).send(message, signal),
    );
    expect(unknown.delivery).to.equal("retryable");
  });

  it("an answer that stalls after its status was still a yes", async () => {
    receiver.answer(stall);
    expect(await make({ timeoutMs: 50 }).send(message, signal)).to.deep.equal({ status: "sent" });
  });

  it("ends when it is told to", async () => {
    receiver.answer(hang);
    const abort = new AbortController();
    const sending = failure(make().send(message, abort.signal));
    abort.abort();
    expect(await sending).to.include({ delivery: "ambiguous" });
  });

  it("[T11] its errors hold no address, token, number or code", async () => {
    const secret = "s3cr3t-token";
    const path = "/hook/with-secret-path";
    for (const how of [json(400, { to: message.to, code: message.code }), hang, reset]) {
      receiver.answer(how);
      const error = await failure(
        webhookTransport({ url: receiver.url + path, token: secret, signingKey: secret, timeoutMs: 50 }).send(
          message,
          signal,
        ),
      );
      for (const hidden of [secret, path, message.to, message.code])
        expect(error.message).not.to.include(hidden);
      const cause = JSON.stringify(error.cause, Object.getOwnPropertyNames(Object(error.cause)));
      for (const hidden of [secret, message.to, message.code]) expect(String(cause)).not.to.include(hidden);
    }
  });

  it("refuses at start what cannot work, and names the option without its value", () => {
    const bad = (options: object) => () =>
      webhookTransport({ url: "https://a.example", ...options } as WebhookOptions);
    expect(bad({ url: undefined })).to.throw(TypeError, "webhook: url is required");
    expect(bad({ url: "ftp://a.example" })).to.throw(TypeError, /webhook: url must be an http/);
    expect(bad({ url: "https://user:hunter2@a.example" })).to.throw(
      TypeError,
      /^(?!.*hunter2).*url must hold no user/,
    );
    for (const token of ["line\nbreak", "töken", "a b"]) expect(bad({ token })).to.throw(TypeError, /token/);
    expect(bad({ signingKey: "" })).to.throw(TypeError, /signingKey/);
    expect(bad({ signingKey: "whsec_" })).to.throw(TypeError, /signingKey holds no bytes/);
    for (const timeoutMs of [0, -1, 1.5, 30_001, "5", NaN])
      expect(bad({ timeoutMs })).to.throw(TypeError, /timeoutMs/);
  });

  it("wants https in production, except on the machine itself", () => {
    const before = process.env["NODE_ENV"];
    process.env["NODE_ENV"] = "production";
    try {
      expect(() => webhookTransport({ url: "http://a.example" })).to.throw(TypeError, /https/);
      for (const url of ["https://a.example", "http://127.0.0.1:1", "http://localhost"])
        expect(() => webhookTransport({ url })).not.to.throw();
    } finally {
      if (before === undefined) delete process.env["NODE_ENV"];
      else process.env["NODE_ENV"] = before;
    }
  });
});
