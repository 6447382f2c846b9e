import { expect } from "chai";
import { transportFromEnv } from "../../lib/index.ts";
import { message, signal } from "../support/message.ts";
import { hang, json, provider } from "../support/provider.ts";

const P = "MAILZEN_SMS_";
const TWILIO = {
  PROVIDER: "TWILIO",
  TWILIO_ACCOUNT_SID: "AC1",
  TWILIO_AUTH_TOKEN: "hunter2-token",
  TWILIO_FROM_NUMBER: "+15550001111",
};
const WEBHOOK = { PROVIDER: "WEBHOOK", WEBHOOK_URL: "https://hook.example/sms" };

const env = (variables: Record<string, string | undefined>, prefix = P) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [`${prefix}${name}`, value]));
const from = (variables: Record<string, string | undefined>, more: Record<string, string> = {}) =>
  transportFromEnv({ ...env(variables), ...more });
const refused = (
  variables: Record<string, string | undefined>,
  named: string,
  more: Record<string, string> = {},
) => expect(() => from(variables, more), JSON.stringify(variables)).to.throw(TypeError, `${P}${named}`);
const PRODUCTION = { NODE_ENV: "production" };

describe("the transport of the environment", () => {
  it("is the console where nothing is set, for text messages, not strict", () => {
    const transport = transportFromEnv({});
    expect(transport).to.include({ name: "console", strict: false });
    expect(transport.channels).to.deep.equal(["sms"]);
  });

  it("is what PROVIDER says, in either case", () => {
    expect(from({ PROVIDER: "DISABLED" })).to.include({ name: "disabled", off: true });
    expect(from(WEBHOOK).name).to.equal("webhook");
    expect(from(TWILIO).name).to.equal("twilio");
    expect(from({ ...TWILIO, PROVIDER: " twilio " }).name).to.equal("twilio");
    expect(
      from({ ...TWILIO, PROVIDER: "WEBHOOK", WEBHOOK_URL: WEBHOOK.WEBHOOK_URL, FALLBACK_PROVIDER: "TWILIO" })
        .name,
    ).to.equal("webhook or twilio");
  });

  it("reads another prefix", () => {
    const transport = transportFromEnv(env({ ...WEBHOOK, CHANNELS: "sms,call" }, "ACME_"), {
      prefix: "ACME_",
    });
    expect(transport.name).to.equal("webhook");
    expect(() => transportFromEnv(env({ PROVIDER: "WEBHOOK" }, "ACME_"), { prefix: "ACME_" })).to.throw(
      "ACME_WEBHOOK_URL",
    );
  });

  it("is strict in production unless told otherwise", () => {
    expect(from(WEBHOOK, PRODUCTION).strict).to.equal(true);
    expect(from({ ...WEBHOOK, STRICT_DELIVERY: "false" }, PRODUCTION).strict).to.equal(false);
    expect(from({ ...WEBHOOK, STRICT_DELIVERY: "true" }).strict).to.equal(true);
  });

  it("[T12] [D15] refuses the console in production, named or not, as a fallback too", () => {
    refused({}, "PROVIDER", PRODUCTION);
    refused({ PROVIDER: "CONSOLE" }, "PROVIDER", PRODUCTION);
    refused({ ...WEBHOOK, FALLBACK_PROVIDER: "CONSOLE" }, "FALLBACK_PROVIDER", PRODUCTION);
  });

  it("names the variable that is missing", () => {
    refused({ PROVIDER: "WEBHOOK" }, "WEBHOOK_URL is required");
    refused({ PROVIDER: "WEBHOOK", WEBHOOK_URL: "  " }, "WEBHOOK_URL is required");
    for (const name of ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM_NUMBER"])
      refused({ ...TWILIO, [name]: undefined }, `${name} is required`);
    refused({ ...WEBHOOK, FALLBACK_PROVIDER: "TWILIO" }, "TWILIO_ACCOUNT_SID is required");
    refused({ ...TWILIO, CHANNELS: "sms,whatsapp" }, "TWILIO_WHATSAPP_FROM is required");
    refused(
      { ...TWILIO, TWILIO_FROM_NUMBER: "", TWILIO_MESSAGING_SERVICE_SID: "MG1", CHANNELS: "sms,call" },
      "TWILIO_FROM_NUMBER is required",
    );
  });

  it("needs no sender where another one does its work", () => {
    const { TWILIO_FROM_NUMBER: _none, ...bare } = TWILIO;
    expect(from({ ...bare, TWILIO_MESSAGING_SERVICE_SID: "MG1" }).channels).to.deep.equal(["sms"]);
    const verify = from({ ...bare, TWILIO_VERIFY_SERVICE_SID: "VA1", CHANNELS: "sms, call ,whatsapp,sms" });
    expect(verify.channels).to.deep.equal(["sms", "call", "whatsapp"]);
    expect(verify.check).to.be.a("function");
    expect(
      from({ ...bare, TWILIO_WHATSAPP_FROM: "+15550002222", CHANNELS: "whatsapp" }).channels,
    ).to.deep.equal(["whatsapp"]);
  });

  it("names the variable whose value is not known, and shows none", () => {
    refused({ PROVIDER: "CARRIER_PIGEON" }, "PROVIDER must be one of CONSOLE, WEBHOOK, TWILIO, DISABLED");
    refused({ ...WEBHOOK, FALLBACK_PROVIDER: "SMOKE" }, "FALLBACK_PROVIDER must be one of");
    refused({ STRICT_DELIVERY: "yes" }, "STRICT_DELIVERY must be true or false");
    refused({ CHANNELS: "sms,telegraph" }, "CHANNELS must be a list");
    refused({ CHANNELS: "," }, "CHANNELS must be a list");
    refused({ ...WEBHOOK, WEBHOOK_URL: "hook.example" }, "WEBHOOK_URL must be an http");
    refused({ ...WEBHOOK, WEBHOOK_TIMEOUT_MS: "5s" }, "WEBHOOK_TIMEOUT_MS must be an integer");
    refused({ ...WEBHOOK, WEBHOOK_TIMEOUT_MS: "0" }, "WEBHOOK_TIMEOUT_MS must be an integer from 1");
    refused({ ...WEBHOOK, WEBHOOK_SIGNING_KEY: "whsec_" }, "WEBHOOK_SIGNING_KEY holds no bytes");
    refused({ ...TWILIO, TWILIO_TIMEOUT_MS: "99999" }, "TWILIO_TIMEOUT_MS must be an integer from 1");
    refused({ ...TWILIO, TWILIO_API_BASE_URL: "nonsense" }, "TWILIO_API_BASE_URL must be an http");
    refused(
      { ...TWILIO, TWILIO_STATUS_CALLBACK_URL: "nonsense" },
      "TWILIO_STATUS_CALLBACK_URL must be an http",
    );
    for (const [name, value] of [
      ["WEBHOOK_URL", "https://user:hunter2@hook.example"],
      ["WEBHOOK_TOKEN", "hunter2\nx"],
      ["WEBHOOK_TIMEOUT_MS", "hunter2"],
    ] as const)
      expect(() => from({ ...WEBHOOK, [name]: value })).to.throw(
        TypeError,
        new RegExp(`^(?!.*hunter2).*${name}`, "s"),
      );
  });

  it("refuses a fallback that is none", () => {
    refused({ ...WEBHOOK, FALLBACK_PROVIDER: "WEBHOOK" }, "FALLBACK_PROVIDER");
    refused({ ...WEBHOOK, FALLBACK_PROVIDER: "DISABLED" }, "FALLBACK_PROVIDER");
    refused(
      { PROVIDER: "DISABLED", FALLBACK_PROVIDER: "TWILIO", TWILIO_ACCOUNT_SID: "AC1" },
      "FALLBACK_PROVIDER",
    );
  });

  it("every variable reaches the wire", async () => {
    const [hook, api] = [await provider(), await provider()];
    hook.answer(json(500, {}));
    api.answer(json(201, { sid: "SM1", status: "queued" }));
    const transport = from({
      ...TWILIO,
      ...WEBHOOK,
      WEBHOOK_URL: hook.url,
      WEBHOOK_TOKEN: "a-token",
      WEBHOOK_SIGNING_KEY: "a-key",
      FALLBACK_PROVIDER: "TWILIO",
      TWILIO_API_BASE_URL: `${api.url}/`,
      TWILIO_STATUS_CALLBACK_URL: "https://chat.example/cb",
    });
    expect(await transport.send(message, signal)).to.include({ provider: "twilio", id: "SM1" });
    expect(hook.got[0]?.headers)
      .to.include({ authorization: "Bearer a-token" })
      .and.include.keys("webhook-signature");
    expect(api.got[0]?.path).to.equal("/2010-04-01/Accounts/AC1/Messages.json");
    expect(api.got[0]?.form).to.include({
      From: TWILIO.TWILIO_FROM_NUMBER,
      StatusCallback: "https://chat.example/cb",
    });
    hook.answer(hang);
    await from({ ...WEBHOOK, WEBHOOK_URL: hook.url, WEBHOOK_TIMEOUT_MS: "20" })
      .send(message, signal)
      .then(
        () => expect.fail("it was taken"),
        (error: Error) => expect(error.message).to.equal("webhook: no answer in time"),
      );
    await Promise.all([hook.close(), api.close()]);
  });
});
