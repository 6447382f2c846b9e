import { expect } from "chai";
import { isFactorError, type DeliveryError } from "../../lib/index.ts";
import { message, signal } from "../support/message.ts";
import { makeApp, type AppOptions, type TestApp } from "../support/app.ts";
import { fakeTwilio, type FakeTwilio } from "../support/fake-twilio.ts";
import { json } from "../support/provider.ts";
import { deliveryStatus, signup } from "../../lib/index.ts";
import { visitor } from "../support/visitor.ts";

/** Twilio's codes by what they mean to the person; the first of each row is tried at the doors too. */
const TABLE: Record<string, { status: number; codes: readonly number[] }> = {
  invalid_phone_number: {
    status: 400,
    codes: [
      21211, 21214, 21217, 21265, 21614, 21635, 13223, 13224, 13226, 60200, 60205, 63003, 63024, 21202, 21266,
      21268,
    ],
  },
  recipient_stopped: { status: 400, codes: [21610] },
  recipient_unreachable: {
    status: 400,
    codes: [30003, 21612, 21216, 13225, 30004, 30005, 30006, 63014, 63032, 63033],
  },
  country_not_allowed: {
    status: 400,
    codes: [21408, 21215, 13227, 32224, 30450, 60220, 60238, 60410, 60600, 60605, 60610],
  },
  send_refused: { status: 403, codes: [60412] },
  too_many_requests: {
    status: 429,
    codes: [20429, 10004, 14107, 21611, 30001, 30022, 60202, 60203, 60207, 60212, 60626, 63017, 63018],
  },
  // Account, sender, template, carrier filter: the app's own affair.
  delivery_failed: {
    status: 500,
    codes: [
      30007, 20003, 10001, 21606, 21608, 21603, 30002, 30008, 30032, 30034, 60217, 60223, 63007, 63016, 63038,
    ],
  },
};
const WORDS: Record<string, RegExp> = {
  invalid_phone_number: /not a phone number that can receive a code/,
  recipient_stopped: /asked us to stop.*START/,
  recipient_unreachable: /do not reach this number/,
  country_not_allowed: /of this country are not supported/,
  send_refused: /No code can be sent/,
  too_many_requests: /Too many/i,
  delivery_failed: /could not be sent/,
};

describe("[T81] what Twilio refuses for good", () => {
  let twilio: FakeTwilio;
  beforeEach(async () => void (twilio = await fakeTwilio()));
  afterEach(() => twilio.close());
  const make = (more: AppOptions = {}): TestApp =>
    makeApp({ sms: { transport: twilio.transport() }, call: { transport: twilio.transport() }, ...more });
  const failure = async (): Promise<DeliveryError> =>
    twilio
      .transport()
      .send(message, signal)
      .then(
        () => expect.fail("it was taken"),
        (error: DeliveryError) => error,
      );

  it("is told by its meaning, each code of the table; the rest is told to nobody but the app", async () => {
    for (const [meaning, { codes }] of Object.entries(TABLE)) {
      for (const code of codes) {
        twilio.answer(json(400, { code, status: 400, message: `${message.to} is ...` }));
        const error = await failure();
        expect(error.refusal ?? "delivery_failed", String(code)).to.equal(meaning);
        expect(error.delivery, String(code)).to.equal(
          meaning === "too_many_requests" ? "retryable" : "permanent",
        );
        expect(error.message).to.equal(`twilio: HTTP 400, error ${code}`);
      }
    }
  });

  it("has waits of its own where Twilio names none", async () => {
    for (const [code, seconds] of [
      [60203, 600],
      [60202, 600],
      [14107, 30],
      [20429, undefined],
    ] as const) {
      twilio.answer(json(429, { code }));
      expect((await failure()).retryAfter, String(code)).to.equal(seconds);
    }
  });

  it("reaches the person at every door, in words, and the app by onError; the code is gone, the cooldown too", async () => {
    for (const [meaning, { status, codes }] of Object.entries(TABLE)) {
      const app = make();
      const me = visitor(app);
      await me.logIn("alice");
      twilio.answer(json(400, { code: codes[0], status: 400 }));
      const { body } = await me.send().expect(status);
      expect(body.code).to.equal(meaning);
      expect(body.message).to.match(WORDS[meaning] as RegExp);
      expect(isFactorError(app.told[0]) && (app.told[0].details.cause as Error).message).to.equal(
        `twilio: HTTP 400, error ${codes[0]}`,
      );
      await me.get("/sms_verification/challenge").expect(404);
      twilio.answer(twilio.usual);
      await me.send().expect(201);
    }
  });

  it("keeps a browser where it can take another way: the form, the code's page, the choice of factors, the sign-up", async () => {
    for (const [meaning, code] of [
      ["recipient_stopped", 21610],
      ["recipient_unreachable", 30003],
    ] as const) {
      const app = make({ routes: (own, { factors }) => void own.use("/phone_signup", signup(factors)) });
      twilio.answer(json(400, { code, status: 400 }));
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      const nora = visitor(app, "html");
      await nora.logIn("nora");
      const pages = [
        await nora.register("0978 000 111").expect(422),
        await alice.send().expect(422),
        await alice.post("/second_factor", { factor: "call" }).expect(422),
        await visitor(app, "html")
          .post("/phone_signup", { country_code: "TW", phone_number: "0978 000 112" })
          .expect(422),
      ];
      for (const { text } of pages) {
        expect(text).to.match(WORDS[meaning] as RegExp);
        expect(text).to.include("<form");
      }
    }
  });

  it("is a refusal also as a 201 that says it has failed, for messages, calls and Verify", async () => {
    for (const [status, error_code, refusal] of [
      ["failed", 21610, "recipient_stopped"],
      ["undelivered", 30006, "recipient_unreachable"],
      ["canceled", null, undefined],
      ["failed", 30007, undefined],
    ] as const) {
      for (const [channel, more] of [
        ["sms", {}],
        ["call", {}],
        ["whatsapp", {}],
        ["sms", { verifyServiceSid: "VA1" }],
      ] as const) {
        twilio.answer(json(201, { sid: "SM1", status, error_code, error_message: "..." }));
        const error = await twilio
          .transport(more)
          .send({ ...message, channel }, signal)
          .then(
            () => expect.fail("it was taken"),
            (thrown: DeliveryError) => thrown,
          );
        expect(error.refusal, `${status} ${error_code}`).to.equal(refusal);
        expect(error.delivery).to.equal("permanent");
      }
    }
  });

  it("is told on the page and as JSON where Twilio reports it later, with the reason in the event", async () => {
    const routes: AppOptions["routes"] = (own, { factors }) =>
      void own.use("/delivery", deliveryStatus(factors));
    for (const [code, reason, words] of [
      ["21610", "recipient_stopped", WORDS["recipient_stopped"]],
      ["30005", "recipient_unreachable", WORDS["recipient_unreachable"]],
      ["30006", "recipient_unreachable", WORDS["recipient_unreachable"]],
      ["30007", undefined, /could not be sent/],
      ["nonsense", undefined, /could not be sent/],
    ] as const) {
      const app = make({ routes });
      const me = visitor(app);
      await me.logIn("alice");
      await me.send().expect(201);
      const form = { MessageSid: twilio.sid, MessageStatus: "undelivered", ErrorCode: code };
      await twilio.report(app, form).expect(204);
      const { body } = await me.get("/sms_verification/challenge").expect(200);
      expect([body.delivery, body.delivery_reason], code).to.deep.equal(["failed", reason]);
      const page = await me.get("/sms_verification/new").set("Accept", "text/html").expect(200);
      expect(/<p[^>]* id="pin_number-hint"[^>]*>(.*?)<\/p>/.exec(page.text)?.[1], code).to.match(
        words as RegExp,
      );
      const told = app.events.find(({ name }) => name === "phone_otp_delivery_reported");
      expect(told?.event.reason, code).to.equal(reason);
    }
  });
});
