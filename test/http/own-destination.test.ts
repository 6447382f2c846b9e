import { expect } from "chai";
import { deliveryError, factorSettings, FactorStrategy, verification } from "../../lib/index.ts";
import { versions } from "../support/app.ts";
import { chatCode } from "../support/own-destinations.ts";
import { wrong } from "../support/visitor.ts";
import { readAloud } from "../support/read-aloud.ts";
import { chatCodeScene, DOOR, names, send, signedIn, type } from "../support/chat-code-scene.ts";

const HOUR = 3_600_000;

for (const express of versions) {
  describe(`codes to a destination of one's own, on Express ${express}`, () => {
    const scene = chatCodeScene(express);
    const { make } = scene;

    it("are sent, shown masked, judged and told of by the factor's name", async () => {
      const app = await make();
      const me = await signedIn(app);
      const sent = await send(me).expect(201);
      expect(sent.body).to.include({ success: true, display: "@a***", attempts_remaining: 5 });
      expect(sent.body).not.to.have.property("phone_display");
      expect(scene.chats.last()).to.deep.include({ channel: "chat-code", to: "alice", purpose: "login" });
      expect(scene.chats.last().text).to.include(scene.chats.code()).and.not.include("@chat.example");
      const { body } = await me.get(`${DOOR}/challenge`).expect(200);
      expect(body).to.include({ channel: "chat-code", display: "@a***", delivery: "sent" });
      await type(me, wrong(scene.chats.code())).expect(400);
      await me.get("/chat").expect(401);
      const passed = await type(me, scene.chats.code()).expect(200);
      expect(passed.body).to.deep.include({ method: "chat-code", amr: ["otp"] });
      await me.get("/chat").expect(200);
      expect(names(app)).to.deep.equal(["factor_begun", "factor_failed", "factor_passed"]);
      expect(app.events[0]?.event).to.include({
        factor: "chat-code",
        channel: "chat-code",
        purpose: "login",
      });
      const told = JSON.stringify(app.events);
      expect(told).not.to.include("phone").and.not.include("calling_code");
      expect(app.events[0]?.event.address).to.be.a("string").and.not.include("alice");
    });

    it("have a page in the factor's words, which are escaped", async () => {
      const app = await make();
      const me = await signedIn(app, "alice", "html");
      const choices = await me.get("/second_factor/new").expect(200);
      expect(readAloud(choices.text)).to.include("Message @a***").and.include("Text ***-***-5678");
      const before = await me.get(`${DOOR}/new`).expect(200);
      expect(before.text).to.include("Send &lt;me&gt; a message");
      await me.post("/second_factor", { factor: "chat-code" }).expect(303).expect("Location", `${DOOR}/new`);
      const page = await me.get(`${DOOR}/new`).expect(200);
      expect(readAloud(page.text)).to.include("6-digit code sent to @a***");
      expect(page.text).to.include(">Code from the chat</label>");
      expect(page.text).to.match(/<input id="chat_code"[^>]* name="chat_code"/);
      expect(page.text, "a text message that came meanwhile is not typed here").not.to.include("data-otp");
      const again = await type(me, wrong(scene.chats.code())).expect(422);
      expect(again.text).to.include("Invalid verification code").and.include('aria-invalid="true"');
      await type(me, scene.chats.code()).expect(303);
    });

    it("are judged by a strategy too", async () => {
      const app = await make();
      const me = await signedIn(app);
      await send(me).expect(201);
      await me.post(`/by-strategy?chat_code=${wrong(scene.chats.code())}`).expect(400);
      const { body } = await me.post(`/by-strategy?code=${scene.chats.code()}`).expect(200);
      expect(body).to.deep.equal({ method: "chat-code", amr: ["otp"] });
    });

    it("[T6] and codes to a phone wait side by side: neither replaces, passes, spends or burns the other", async () => {
      const app = await make();
      const me = await signedIn(app);
      await me.send().expect(201);
      await send(me).expect(201);
      const [texted, chatted] = [app.outbox.code(), scene.chats.code()];
      expect((await me.get("/sms_verification/challenge").expect(200)).body.channel).to.equal("sms");
      for (let i = 1; i <= 5; i++) await type(me, wrong(chatted, i)).expect(400);
      await type(me, chatted).expect(400);
      if (texted !== chatted) await me.verify(chatted).expect(400);
      await me.verify(texted).expect(200);
    });

    it("[T31] are limited by their own address: cooldown, guesses, and the account's one lockout", async () => {
      const app = await make({}, ["alice", "nora"]);
      const me = await signedIn(app);
      await send(me).expect(201);
      const soon = await send(me).expect(429);
      expect(Number(soon.headers["retry-after"])).to.equal(30);
      // The phone of the account has sends of its own.
      await me.send().expect(201);
      await send(await signedIn(app, "nora")).expect(201);
      for (let sends = 0; sends < 2; sends++) {
        for (let i = 1; i <= 5; i++) await type(me, wrong(scene.chats.code("alice"), i)).expect(400);
        app.clock.advance(60_000);
        if (sends === 0) await send(me).expect(201);
      }
      await send(me).expect(429);
      await me.verify(app.outbox.code()).expect(429);
      expect(names(app)).to.include("account_locked");
      app.clock.advance(HOUR);
      const later = await signedIn(app);
      await send(later).expect(201);
      await type(later, scene.chats.code("alice")).expect(200);
    });

    it("turn off after too many wrong ones in a row, and leave the phone on; a pass by phone does not forgive them", async () => {
      const limits = { guessesPerHour: 100, guessesInARow: 5 };
      const factor = chatCode(
        scene.chats,
        { rules: { guessesPerCode: 10, cooldownSeconds: [0] } },
        { limits },
      );
      const app = await make({
        more: [factor],
        sms: { guessesPerHour: 100, cooldownSeconds: [0] },
        factors: { deviceCookie: false },
      });
      const me = await signedIn(app);
      await send(me).expect(201);
      for (let i = 1; i <= 4; i++) await type(me, wrong(scene.chats.code(), i)).expect(400);
      await me.send().expect(201);
      await me.verify(app.outbox.code()).expect(200);
      const other = await signedIn(app);
      await send(other).expect(201);
      await type(other, wrong(scene.chats.code())).expect(400);
      expect((await send(other).expect(403)).body.code).to.equal("factor_disabled");
      await other.send().expect(201);
      await app.factors.rebound("alice", "chat-code");
      await send(other).expect(201);
      await type(other, scene.chats.code()).expect(200);
    });

    it("[T39] that could not be sent are no codes, say so, and cost no guess", async () => {
      const app = await make();
      const me = await signedIn(app);
      scene.chats.failWith(deliveryError("retryable", "the service is away"));
      expect((await send(me).expect(500)).body.code).to.equal("delivery_failed");
      expect(names(app)).to.deep.equal(["factor_delivery_failed"]);
      scene.chats.failWith(undefined);
      await send(me).expect(201);
      await type(me, scene.chats.code()).expect(200);
    });

    it("are called on file as on their button, without the place for an address", async () => {
      const app = await make();
      app.app.use("/security", factorSettings(app.factors));
      const me = await signedIn(app);
      await send(me).expect(201);
      await type(me, scene.chats.code()).expect(200);
      const { factors } = (await me.get("/security").expect(200)).body;
      expect(factors[1]).to.deep.include({ factor: "chat-code", label: "Message", display: "@a***" });
    });

    it("are for who has an address: nobody else is offered them, or begins", async () => {
      const app = await make({}, []);
      const me = await signedIn(app);
      const { body } = await me.get("/second_factor").expect(200);
      expect(body.factors.map((each: { name: string }) => each.name)).to.deep.equal(["sms"]);
      expect((await send(me)).body.code).to.equal("not_enrolled");
      expect((await type(me, "123456")).body.code).to.equal("code_expired");
      expect(scene.chats.messages).to.deep.equal([]);
    });

    it("of a factor that is for recovery only are neither offered, sent nor taken at a login, and shut nobody out", async () => {
      const recovers = chatCode(scene.chats, {}, { uses: ["recovery"] });
      const app = await make({ more: [recovers] }, ["nora"]);
      expect(() => verification(app.factors, "chat-code")).to.throw(TypeError, /no second factor/);
      const nora = await signedIn(app, "nora");
      expect((await nora.get("/second_factor")).body.factors).to.deep.equal([]);
      expect((await nora.post("/begin")).body.code).to.equal("not_enrolled");
      expect((await nora.post("/verify")).body.code).to.equal("not_enrolled");
      expect(scene.chats.messages).to.deep.equal([]);
      expect(() => new FactorStrategy("chat-code", app.factors)).to.throw(TypeError, "is no second factor");
      // Nothing is on file that nora could prove with first.
      await nora.register("(201) 555-0123", "US").expect(201);
    });
  });
}
