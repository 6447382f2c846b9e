import { expect } from "chai";
import supertest from "supertest";
import twilio from "twilio";
import { fallbackTransport, type Transport } from "../../lib/index.ts";
import { versions } from "../support/app.ts";
import { AUTH_TOKEN, type FakeTwilio } from "../support/fake-twilio.ts";
import { json } from "../support/provider.ts";
import { visitor } from "../support/visitor.ts";
import { readAloud } from "../support/read-aloud.ts";
import { deliveryScene } from "../support/delivery-scene.ts";

for (const express of versions) {
  describe(`what became of a message, on Express ${express}`, () => {
    const { twilio: fakeOf, make, sent, deliveryOf } = deliveryScene(express);
    let fake: FakeTwilio;
    beforeEach(() => void (fake = fakeOf()));

    it("is told where the app is: the provider gets the address of the router", async () => {
      const app = make();
      await sent(app);
      expect(fake.last("Messages").form["StatusCallback"]).to.equal("https://chat.example/delivery/twilio");
    });

    it("is not asked for where the router is not mounted, or the app has no address", async () => {
      const without = { publicUrl: undefined as never };
      for (const more of [{ routes: () => undefined }, { factors: without }]) {
        const app = make(more);
        await sent(app, "call");
        expect(fake.last("Calls").form).to.have.property("Twiml");
        expect(fake.last("Calls").form).not.to.have.any.keys("StatusCallback", "Url");
      }
    });

    it("[D8] moves from queued over sent to delivered as Twilio reports", async () => {
      const app = make();
      const me = await sent(app);
      expect(await deliveryOf(me)).to.equal("queued");
      for (const status of ["sent", "delivered"]) {
        await fake.report(app, { MessageSid: fake.sid, MessageStatus: status }).expect(204);
        expect(await deliveryOf(me)).to.equal(status);
      }
    });

    it("[D11] never moves back: late, repeated and out-of-order reports change nothing and tell nothing", async () => {
      const app = make();
      const me = await sent(app);
      for (const status of ["delivered", "sent", "queued", "delivered", "failed", "sending"])
        await fake.report(app, { MessageSid: fake.sid, MessageStatus: status }).expect(204);
      expect(await deliveryOf(me)).to.equal("delivered");
      const told = app.events.filter(({ name }) => name === "phone_otp_delivery_reported");
      expect(told.map(({ event }) => event.delivery)).to.deep.equal(["delivered"]);
    });

    it("[D11] 20 reports of one status at once are one event", async () => {
      const app = make();
      await sent(app);
      await Promise.all(
        Array.from({ length: 20 }, () =>
          fake.report(app, { MessageSid: fake.sid, MessageStatus: "delivered" }).expect(204),
        ),
      );
      expect(app.events.filter(({ name }) => name === "phone_otp_delivery_reported")).to.have.length(1);
    });

    it("a report for one message moves no other", async () => {
      const app = make();
      const me = await sent(app);
      const other = visitor(app);
      await other.logIn("nora");
      await other.register("(201) 555-0123", "US").expect(201);
      await fake.report(app, { MessageSid: fake.sid, MessageStatus: "failed" }).expect(204);
      expect([await deliveryOf(me), await deliveryOf(other)]).to.deep.equal(["queued", "failed"]);
    });

    it("[T42] [D9] what Twilio did not sign is 403 and changes nothing", async () => {
      const app = make();
      const me = await sent(app);
      const form = { MessageSid: fake.sid, MessageStatus: "delivered" };
      const other = twilio.getExpectedTwilioSignature(AUTH_TOKEN, "https://chat.example/delivery/twilio", {
        ...form,
        MessageStatus: "sent",
      });
      for (const how of [
        { signature: undefined },
        { signature: "" },
        { signature: other },
        { token: "guessed" },
        { url: "https://evil.example/delivery/twilio" },
      ])
        await fake.report(app, form, how).expect(403);
      await fake.report(app, form, { url: "https://chat.example/delivery/vonage" }).expect(403);
      expect(await deliveryOf(me)).to.equal("queued");
    });

    it("[T42] is understood behind a proxy that changes host, scheme and port", async () => {
      const app = make();
      const me = await sent(app);
      const headers = {
        Host: "10.0.0.7:8080",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
      };
      await fake.report(app, { MessageSid: fake.sid, MessageStatus: "sent" }, { headers }).expect(204);
      expect(await deliveryOf(me)).to.equal("sent");
      await fake
        .report(
          app,
          { MessageSid: fake.sid, MessageStatus: "delivered" },
          { url: "https://chat.example:443/delivery/twilio" },
        )
        .expect(204);
      expect(await deliveryOf(me)).to.equal("delivered");
    });

    it("[D9] a JSON report is covered by the hash of its bytes", async () => {
      const app = make();
      const me = await sent(app);
      const body = JSON.stringify({ MessageSid: fake.sid, MessageStatus: "delivered" });
      const hash = twilio.getExpectedBodyHash(body);
      const path = `/delivery/twilio?bodySHA256=${hash}`;
      const signature = twilio.getExpectedTwilioSignature(AUTH_TOKEN, `https://chat.example${path}`, {});
      const post = (bytes: string) =>
        supertest(app.server).post(path).type("json").set("X-Twilio-Signature", signature).send(bytes);
      await post(body.replace("delivered", "failed")).expect(403);
      await post(body).type('application/json; charset="utf-8"; v=1').expect(204);
      await post(body).expect(204);
      expect(await deliveryOf(me)).to.equal("delivered");
    });

    it("a signed report that means nothing to us is taken and forgotten", async () => {
      const app = make();
      for (const form of [{}, { MessageSid: "SM9" }, { SmsSid: "x", MessageStatus: "dancing" }])
        await fake.report(app, form as Record<string, string>).expect(204);
      await fake.report(app, { MessageSid: "SM-not-ours", MessageStatus: "delivered" }).expect(204);
    });

    it("[L6] a JSON body of any shape is 403, not a crash", async () => {
      const app = make();
      const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
      for (const body of [
        '{"a":{"toString":1}}',
        '{"a":[{}]}',
        '{"a":null}',
        `{"a":${deep}}`,
        "[]",
        '{"__proto__":{"a":1}}',
      ])
        await supertest(app.server)
          .post("/delivery/twilio")
          .set("Content-Type", "application/json")
          .set("X-Twilio-Signature", "x")
          .send(body)
          .expect(403);
      expect(app.told).to.deep.equal([]);
    });

    it("[D8] what was sent at once is not queued again by a late report", async () => {
      const app = make();
      fake.answer(json(201, { sid: "SM77", status: "sent" }));
      const me = await sent(app);
      await fake.report(app, { MessageSid: "SM77", MessageStatus: "queued" }).expect(204);
      expect(await deliveryOf(me)).to.equal("sent");
    });

    it("behind another provider with reports of its own, Twilio still gets its own addresses", async () => {
      const own: Transport = {
        name: "own",
        callbacks: [{ path: "own", isAuthentic: () => false, read: () => undefined }],
        send: () => Promise.reject(new Error("not today")),
      };
      const app = make({ call: { transport: fallbackTransport(own, fake.transport()) } });
      await sent(app, "call");
      const { Url: url, StatusCallback: status } = fake.last("Calls").form;
      expect(url).to.match(/^https:\/\/chat\.example\/delivery\/twilio\/voice\//);
      expect(status).to.equal("https://chat.example/delivery/twilio");
      await fake.report(app, { CallSid: fake.sid }, { url: url as string }).expect(200);
    });

    it("a body that is none is no crash", async () => {
      const app = make();
      const post = (type: string, body: string) =>
        supertest(app.server).post("/delivery/twilio").set("Content-Type", type).send(body);
      await post("application/json", "{").expect(400);
      await post("application/x-www-form-urlencoded", "a".repeat(20_000)).expect(400);
      await post("text/plain", "hello").expect(403);
    });

    it("a resent code shows the new message's fate, not the old one's", async () => {
      const app = make();
      const me = await sent(app);
      const first = fake.sid;
      await fake.report(app, { MessageSid: first, MessageStatus: "failed" }).expect(204);
      app.clock.advance(30_000);
      await me.send().expect(201);
      expect(await deliveryOf(me)).to.equal("queued");
      await fake.report(app, { MessageSid: first, MessageStatus: "delivered" }).expect(204);
      expect(await deliveryOf(me)).to.equal("queued");
    });

    it("the page says what happened, on reload", async () => {
      const app = make();
      const me = await sent(app, "sms", "html");
      const page = async () => (await me.get("/sms_verification/new").expect(200)).text;
      expect(await page())
        .to.include("The message is on its way.")
        .and.include("data-follow");
      await fake.report(app, { MessageSid: fake.sid, MessageStatus: "undelivered" }).expect(204);
      expect(readAloud(await page()))
        .to.include("You need a new code")
        .and.include("The message to ***-***-5678 could not be sent.");
    });

    it("[D12] page, JSON and message show the same reference", async () => {
      const app = make();
      const me = await sent(app);
      const { reference } = (await me.get("/sms_verification/challenge")).body;
      expect(reference).to.match(/^[A-Z2-9]{4}$/);
      expect(fake.last("Messages").form["Body"]).to.include(`(${reference})`);
    });
  });
}
