import { expect } from "chai";
import supertest from "supertest";
import { versions, type TestApp } from "../support/app.ts";
import type { FakeTwilio } from "../support/fake-twilio.ts";
import { deliveryScene } from "../support/delivery-scene.ts";

for (const express of versions) {
  describe(`what became of a call, on Express ${express}`, () => {
    const { twilio: fakeOf, make, sent, deliveryOf } = deliveryScene(express);
    let fake: FakeTwilio;
    beforeEach(() => void (fake = fakeOf()));
    const voiceOf = () => fake.last("Calls").form["Url"] as string;
    const answers = (app: TestApp, url: string, form: Record<string, string> = {}) =>
      fake.report(app, { CallSid: fake.sid, CallStatus: "in-progress", ...form }, { url });

    it("[E3] rings, is answered, is told as such", async () => {
      const app = make();
      const me = await sent(app, "call");
      for (const [CallStatus, shown] of [
        ["initiated", "queued"],
        ["ringing", "ringing"],
        ["in-progress", "answered"],
        ["completed", "answered"],
      ] as const) {
        await fake.report(app, { CallSid: fake.sid, CallStatus }).expect(204);
        expect(await deliveryOf(me, "call"), CallStatus).to.equal(shown);
      }
    });

    for (const CallStatus of ["busy", "no-answer", "canceled"])
      it(`[E3] that ends as ${CallStatus} was missed, and may be tried again`, async () => {
        const app = make();
        const me = await sent(app, "call");
        await fake.report(app, { CallSid: fake.sid, CallStatus: "ringing" }).expect(204);
        await fake.report(app, { CallSid: fake.sid, CallStatus }).expect(204);
        expect(await deliveryOf(me, "call")).to.equal("missed");
        app.clock.advance(60_000);
        await me.post("/call_verification/challenge").expect(201);
        expect(await deliveryOf(me, "call")).to.equal("queued");
      });

    it("[E1] [E6] asks for a key, then reads the code, once; no address holds it", async () => {
      const app = make();
      await sent(app, "call");
      const url = voiceOf();
      expect(url).to.match(/^https:\/\/chat\.example\/delivery\/twilio\/voice\/[\w-]{22}$/);
      const asked = await answers(app, url)
        .expect(200)
        .expect("Content-Type", /text\/xml/);
      const action = /action="([^"]+)"/.exec(asked.text)?.[1] as string;
      expect(asked.text.replace(/"[^"]*"/g, "")).not.to.match(/\d/);
      const read = await answers(app, action, { Digits: "1" }).expect(200);
      const digits = [...read.text.matchAll(/>(\d)</g)].map(([, digit]) => digit).join("");
      expect(digits).to.match(/^(\d{6})\1$/);
      const again = await answers(app, action, { Digits: "1" }).expect(404);
      expect(again.text).to.include("<Hangup/>");
      expect(JSON.stringify(fake.got)).not.to.include(digits.slice(0, 6));
    });

    it("[E1] without a key nobody was there: no code is said, and the call was missed", async () => {
      const app = make();
      const me = await sent(app, "call");
      await answers(app, `${voiceOf()}/code`, { Digits: "" }).expect(200, /<Hangup\/>/);
      expect(await deliveryOf(me, "call")).to.equal("missed");
      await fake.report(app, { CallSid: fake.sid, CallStatus: "completed" }).expect(204);
      expect(await deliveryOf(me, "call")).to.equal("missed");
    });

    it("[T42] its script is for Twilio alone", async () => {
      const app = make();
      await sent(app, "call");
      const url = voiceOf();
      for (const each of [url, `${url}/code`]) {
        await fake
          .report(app, { CallSid: fake.sid, Digits: "1" }, { url: each, token: "guessed" })
          .expect(403);
        await supertest(app.server).get(new URL(each).pathname).expect(405);
      }
      await answers(app, url.replace(/.{4}$/, "AAAA")).expect(404, /<Hangup\/>/);
    });

    it("its script dies with the code", async () => {
      const app = make();
      await sent(app, "call");
      app.clock.advance(300_000);
      await answers(app, voiceOf()).expect(404);
      await answers(app, `${voiceOf()}/code`, { Digits: "1" }).expect(404);
    });
  });
}
