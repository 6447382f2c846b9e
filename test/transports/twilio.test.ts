import { expect } from "chai";
import { twilioTransport, type DeliveryError, type Message, type TwilioOptions } from "../../lib/index.ts";
import { message as sample, signal } from "../support/message.ts";
import { garbage, hang, json, provider, reset, type Got, type Provider } from "../support/provider.ts";

const ACCOUNT = { accountSid: "AC00000000000000000000000000000001", authToken: "an-auth-token" };
const FROM = "+15550001111";

describe("the Twilio transport", () => {
  let twilio: Provider;
  let message: Message;
  beforeEach(async () => {
    message = { ...sample, expiresAt: Date.now() + 300_000 };
    twilio = await provider();
    twilio.answer(json(201, { sid: "SM1", status: "queued", price: null, price_unit: "USD" }));
  });
  afterEach(() => twilio.close());

  const make = (more: Partial<TwilioOptions> = {}) =>
    twilioTransport({ ...ACCOUNT, from: FROM, apiBaseUrl: twilio.url, ...more });
  const failure = async (run: Promise<unknown>): Promise<DeliveryError> =>
    run.then(
      () => expect.fail("it was taken"),
      (error: DeliveryError) => error,
    );
  const only = () => {
    expect(twilio.got).to.have.length(1);
    return twilio.got[0] as Got;
  };

  describe("text messages", () => {
    it("are posted to Messages with the account's password", async () => {
      expect(await make().send(message, signal)).to.deep.equal({ id: "SM1", status: "queued" });
      const { method, path, headers, form } = only();
      expect(`${method} ${path}`).to.equal(`POST /2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`);
      expect(headers.authorization).to.equal(
        `Basic ${Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString("base64")}`,
      );
      expect(form).to.deep.equal({ To: message.to, From: FROM, Body: message.text, ValidityPeriod: "300" });
    });

    it("go through a Messaging Service where one is set", async () => {
      await make({ messagingServiceSid: "MG1" }).send(message, signal);
      expect(only().form).to.include({ MessagingServiceSid: "MG1" }).and.not.have.property("From");
    });

    it("are told where to report: the app's own address, else the one that is set", async () => {
      const callbacks = { base: "https://chat.example/delivery" };
      await make().send({ ...message, callbacks }, signal);
      await make({ statusCallbackUrl: "https://other.example/cb" }).send({ ...message, callbacks }, signal);
      expect(twilio.got.map(({ form }) => form["StatusCallback"])).to.deep.equal([
        "https://chat.example/delivery/twilio",
        "https://other.example/cb",
      ]);
    });

    it("carry the price where Twilio says it", async () => {
      twilio.answer(json(201, { sid: "SM1", status: "sent", price: "-0.00750", price_unit: "usd" }));
      expect(await make().send(message, signal)).to.deep.equal({
        id: "SM1",
        status: "sent",
        price: { amount: 0.0075, currency: "USD" },
      });
    });

    it("[A4] a code that has little time left is not sent later than it lives", async () => {
      await make().send({ ...message, expiresAt: Date.now() + 1 }, signal);
      await make().send({ ...message, expiresAt: Date.now() - 5000 }, signal);
      await make().send({ ...message, expiresAt: Date.now() + 1e9 }, signal);
      expect(twilio.got.map(({ form }) => form["ValidityPeriod"])).to.deep.equal(["1", "1", "36000"]);
    });
  });

  describe("WhatsApp", () => {
    const whatsapp = { ...sample, channel: "whatsapp" };

    it("[D18] goes between whatsapp: addresses by a template whose one variable is the code", async () => {
      await make({ whatsappFrom: "+15550002222", whatsappContentSid: "HX1" }).send(whatsapp, signal);
      expect(only().form).to.deep.equal({
        To: `whatsapp:${message.to}`,
        From: "whatsapp:+15550002222",
        ContentSid: "HX1",
        ContentVariables: JSON.stringify({ "1": message.code }),
      });
    });

    it("goes as text without a template, as in the sandbox", async () => {
      await make({ whatsappFrom: "+15550002222" }).send(whatsapp, signal);
      expect(only().form).to.include({ Body: message.text });
    });
  });

  describe("calls", () => {
    const call = { ...sample, channel: "call" };

    it("[E4] [E5] take the script with them where Twilio cannot reach the app", async () => {
      await make().send(call, signal);
      const { path, form, body } = only();
      expect(path).to.equal(`/2010-04-01/Accounts/${ACCOUNT.accountSid}/Calls.json`);
      expect(form).to.include({
        To: message.to,
        From: FROM,
        Timeout: "30",
        TimeLimit: "60",
        Record: "false",
      });
      expect(form["Twiml"]?.length).to.be.lessThan(4000);
      expect(body).not.to.include("Url=").and.not.include("StatusCallback");
    });

    it("[E1] [E6] else name an address that holds no code, and ask to be told of every step", async () => {
      const callbacks = {
        base: "https://chat.example/delivery",
        voiceToken: "abc",
      };
      await make().send({ ...call, callbacks }, signal);
      const { form, body } = only();
      expect(form)
        .to.include({ Url: "https://chat.example/delivery/twilio/voice/abc", Method: "POST" })
        .and.not.have.property("Twiml");
      expect(new URLSearchParams(body).getAll("StatusCallbackEvent")).to.deep.equal([
        "initiated",
        "ringing",
        "answered",
        "completed",
      ]);
      expect(body).not.to.include(message.code);
    });
  });

  describe("Verify", () => {
    const verify = () => make({ verifyServiceSid: "VA1" });

    it("makes the code itself, in the account's language", async () => {
      twilio.answer(json(201, { sid: "VE1", status: "pending" }));
      for (const [locale, channel] of [
        ["en", "sms"],
        ["ja", "call"],
        ["zh-TW", "whatsapp"],
        ["xx", "sms"],
      ] as const)
        expect(await verify().send({ ...message, locale, channel }, signal)).to.deep.equal({
          id: "VE1",
          status: "queued",
          managed: true,
        });
      expect(twilio.got.map(({ path, form }) => [path, form])).to.deep.equal(
        [
          ["en", "sms"],
          ["ja", "call"],
          ["zh-HK", "whatsapp"],
          ["en", "sms"],
        ].map(([Locale, Channel]) => ["/v2/Services/VA1/Verifications", { To: message.to, Channel, Locale }]),
      );
      expect(JSON.stringify(twilio.got)).not.to.include(message.code);
    });

    it("judges it: approved, wrong (which is no error for Twilio), expired", async () => {
      const attempt = { id: "VE1", to: message.to, code: "123456" };
      for (const [how, verdict] of [
        [json(200, { status: "approved", valid: true }), "approved"],
        [json(200, { status: "pending", valid: false }), "wrong"],
        [json(200, { status: "canceled" }), "expired"],
        [json(200, { status: "expired" }), "expired"],
        [json(404, { code: 20404 }), "expired"],
        [json(429, { code: 60202 }), "expired"],
      ] as const) {
        twilio.answer(how);
        expect(await verify().check?.(attempt, signal)).to.equal(verdict);
      }
      expect(twilio.got[0]).to.deep.include({
        path: "/v2/Services/VA1/VerificationCheck",
        form: { VerificationSid: "VE1", Code: "123456" },
      });
      expect(twilio.got.at(-1)).to.deep.include({
        path: "/v2/Services/VA1/Verifications/VE1",
        form: { Status: "canceled" },
      });
    });

    it("an answer that is no verdict is an error, never a yes", async () => {
      const attempt = { id: "VE1", to: message.to, code: "123456" };
      for (const how of [
        json(500, {}),
        json(200, {}),
        json(200, { valid: true }),
        garbage,
        reset,
        json(401, { code: 20003 }),
      ]) {
        twilio.answer(how);
        expect((await failure(verify().check?.(attempt, signal) as Promise<unknown>)).name).to.equal(
          "DeliveryError",
        );
      }
    });
  });

  describe("[D17] what Twilio refuses", () => {
    for (const [code, status, expected] of [
      [21211, 400, { refusal: "invalid_phone_number", delivery: "permanent" }],
      [21614, 400, { refusal: "invalid_phone_number", delivery: "permanent" }],
      [60200, 400, { refusal: "invalid_phone_number", delivery: "permanent" }],
      [60205, 403, { refusal: "invalid_phone_number", delivery: "permanent" }],
      [21408, 403, { refusal: "country_not_allowed", delivery: "permanent" }],
      [21215, 400, { refusal: "country_not_allowed", delivery: "permanent" }],
      [60410, 403, { refusal: "country_not_allowed", delivery: "permanent" }],
      [60605, 403, { refusal: "country_not_allowed", delivery: "permanent" }],
      [60203, 429, { refusal: "too_many_requests", delivery: "retryable", retryAfter: 600 }],
      [60212, 429, { refusal: "too_many_requests", delivery: "retryable" }],
      [20429, 429, { refusal: "too_many_requests", delivery: "retryable" }],
      [20003, 401, { delivery: "permanent" }],
      [60223, 403, { delivery: "permanent" }],
      [20500, 500, { delivery: "ambiguous" }],
      [20503, 503, { delivery: "retryable" }],
    ] as const) {
      it(`${code}: ${Object.values(expected).join(", ")}`, async () => {
        twilio.answer(json(status, { code, status, message: `The number ${message.to} is ...` }));
        const error = await failure(make().send(message, signal));
        expect(error)
          .to.include(expected)
          .and.include({ message: `twilio: HTTP ${status}, error ${code}` });
        if (!("refusal" in expected)) expect(error).not.to.have.property("refusal");
      });
    }

    it("a yes without an id, garbage, a reset and silence are ambiguous", async () => {
      for (const how of [json(201, {}), json(200, []), garbage, reset, hang]) {
        twilio.answer(how);
        const error = await failure(make({ timeoutMs: 50 }).send(message, signal));
        expect(error.delivery).to.equal("ambiguous");
        for (const hidden of [message.to, message.code, ACCOUNT.authToken, ACCOUNT.accountSid])
          expect(error.message).not.to.include(hidden);
      }
    });
  });

  describe("at start", () => {
    const bad = (options: object) => () => twilioTransport({ ...ACCOUNT, ...options } as TwilioOptions);

    it("names what is missing", () => {
      expect(() => twilioTransport({ authToken: "t", from: FROM } as TwilioOptions)).to.throw(
        TypeError,
        "accountSid is required",
      );
      expect(() => twilioTransport({ accountSid: "AC", from: FROM } as TwilioOptions)).to.throw(
        TypeError,
        "authToken is required",
      );
      expect(bad({})).to.throw(TypeError, /from is required/);
      expect(bad({ from: FROM, channels: ["sms", "whatsapp"] })).to.throw(
        TypeError,
        /whatsappFrom or verifyServiceSid is required for the channel whatsapp/,
      );
      expect(bad({ messagingServiceSid: "MG1", channels: ["call"] })).to.throw(
        TypeError,
        /from or verifyServiceSid/,
      );
      expect(bad({ from: FROM, channels: ["pigeon"] })).to.throw(TypeError, /channels/);
      expect(bad({ from: FROM, apiBaseUrl: "nonsense" })).to.throw(TypeError, /apiBaseUrl/);
      expect(bad({ from: FROM, statusCallbackUrl: "nonsense" })).to.throw(TypeError, /statusCallbackUrl/);
    });

    it("carries the channels that its senders allow", () => {
      const channels = (options: object) => bad(options)().channels;
      expect(channels({ from: FROM })).to.deep.equal(["sms", "call"]);
      expect(channels({ messagingServiceSid: "MG1" })).to.deep.equal(["sms"]);
      expect(channels({ from: FROM, whatsappFrom: FROM })).to.deep.equal(["sms", "call", "whatsapp"]);
      expect(channels({ verifyServiceSid: "VA1" })).to.deep.equal(["sms", "call", "whatsapp"]);
      expect(channels({ from: FROM, channels: ["call"] })).to.deep.equal(["call"]);
    });
  });
});
