import { expect } from "chai";
import { disabledTransport, requireFactors } from "../../lib/index.ts";
import { makeApp, versions, type AppOptions } from "../support/app.ts";
import { passed, visitor, withCode, wrong } from "../support/visitor.ts";

const BOTH: AppOptions = { call: {}, whatsapp: {} };

for (const express of versions) {
  describe(`one code in several channels, on Express ${express}`, () => {
    const both = (more: AppOptions = {}) => makeApp({ express, ...BOTH, ...more });

    it("[D7] a call repeats the code of the text message, extends nothing, and either door takes it", async () => {
      const app = both();
      const { me, code } = await withCode(app);
      app.clock.advance(20_000);
      const { body } = await me.post("/call_verification/challenge").expect(201);
      expect(app.outbox.last()).to.include({ channel: "call", code });
      expect(body).to.include({ expires_in_minutes: 5, attempts_remaining: 5 });
      expect((await me.get("/call_verification/challenge").expect(200)).body).to.include({
        channel: "call",
        expires_in_seconds: 280,
      });
      const { body: passed } = await me.post("/sms_verification", { pin_number: code }).expect(200);
      expect(passed).to.include({ method: "sms" });
    });

    it("a called code passes at its door as the factor call, with the amr value tel", async () => {
      const app = both();
      const me = visitor(app);
      await me.logIn("alice");
      await me.post("/call_verification/challenge").expect(201);
      const { text, code } = app.outbox.last();
      expect(text).to.include(Array.from(code).join(", "));
      const { body } = await me.post("/call_verification", { pin_number: code }).expect(200);
      expect(body).to.deep.include({ method: "call", amr: ["tel"] });
      expect((await me.get("/me")).body.amr).to.deep.equal(["pwd", "tel", "mfa"]);
      await me.get("/chat").expect(200);
    });

    it("a code is not typed at the door of a channel that it was never sent by", async () => {
      const app = both();
      const { me, code } = await withCode(app);
      expect((await me.post("/call_verification", { pin_number: code }).expect(401)).body.code).to.equal(
        "code_expired",
      );
      await me.verify(code).expect(200);
    });

    it("[C8] wrong guesses at both doors are one budget of the code", async () => {
      const app = both();
      const { me, code } = await withCode(app);
      await me.post("/call_verification/challenge").expect(201);
      for (const [i, path] of ["/sms_verification", "/call_verification", "/sms_verification"].entries()) {
        const { body } = await me.post(path, { pin_number: wrong(code) }).expect(400);
        expect(body.attempts_remaining).to.equal(4 - i);
      }
      await me.post("/call_verification", { pin_number: wrong(code) }).expect(400);
      const { body } = await me.post("/sms_verification", { pin_number: wrong(code) }).expect(400);
      expect(body.code).to.equal("attempts_exceeded");
    });

    it("[E7] calls have a cooldown of 60 s and three an hour of their own", async () => {
      const app = both();
      const { me } = await withCode(app);
      const call = () => me.post("/call_verification/challenge");
      await call().expect(201);
      expect((await call().expect(429)).body.retry_after).to.equal(60);
      app.clock.advance(30_000);
      await me.send().expect(201);
      for (let i = 0; i < 2; i++) {
        app.clock.advance(60_000);
        await call().expect(201);
      }
      app.clock.advance(60_000);
      expect((await call().expect(429)).body.retry_after).to.be.greaterThan(3000);
    });

    it("[E7] calls have a country list of their own; a number outside it is not offered and not called", async () => {
      const app = both({ call: { countries: { allow: ["US"] } } });
      const me = visitor(app);
      await me.logIn("alice");
      const { body } = await me.get("/second_factor").expect(200);
      expect(body.factors.map(({ name }: { name: string }) => name)).to.deep.equal(["sms", "whatsapp"]);
      expect((await me.post("/call_verification/challenge").expect(400)).body.code).to.equal(
        "country_not_allowed",
      );
      expect(app.outbox.messages).to.deep.equal([]);
    });

    it("delivery that is switched off is told as such, over the address's limit too, and ends no process", async () => {
      const app = makeApp({
        express,
        sms: { transport: disabledTransport() },
        factors: { limits: { sendsPerIp: 2 } },
      });
      const me = visitor(app);
      await me.logIn("alice");
      for (const status of [503, 503, 429, 429]) {
        const { body } = await me.send().expect(status);
        expect(body.code).to.equal(status === 503 ? "delivery_disabled" : "too_many_requests");
      }
      const page = visitor(app, "html");
      await page.logIn("alice");
      await page.get("/sms_verification/new").expect(503, /switched off/);
    });

    it("a channel that is not in the list has no door", async () => {
      const app = makeApp({ express });
      const me = visitor(app);
      await me.logIn("alice");
      await me.post("/call_verification/challenge").expect(404);
    });

    it("[E9] [G4] a text and a call to one number are one factor: they register, reset and disable together", async () => {
      const app = both({
        sms: { guessesInARow: 2 },
        call: { guessesInARow: 2 },
        whatsapp: { guessesInARow: 2 },
      });
      const { me, code } = await withCode(app);
      await me.verify(wrong(code)).expect(400);
      await me.post("/call_verification/challenge").expect(201);
      await me.post("/call_verification", { pin_number: wrong(code) }).expect(400);
      expect((await me.verify(code).expect(403)).body.code).to.equal("factor_disabled");
    });

    it("the strategy call judges the called code", async () => {
      const app = both({
        routes: (on, { passport }) =>
          on.post("/call", passport.authenticate("call") as never, (req, res) => res.json(req.authInfo)),
      });
      const me = visitor(app);
      await me.logIn("alice");
      await me.post("/call_verification/challenge").expect(201);
      const { body } = await me.post(`/call?pin_number=${app.outbox.code()}`).expect(200);
      expect(body).to.deep.include({ amr: ["tel"], method: "call" });
    });

    it("a route may ask for one of them by name", async () => {
      const app = both({
        routes: (on, { factors }) =>
          on.get("/by-call", requireFactors(factors, { factors: ["call"] }), (_req, res) => res.json({})),
      });
      const me = await passed(app);
      await me.get("/chat").expect(200);
      await me.get("/by-call").expect(401);
    });
  });
}

describe("channels that share a code", () => {
  it("must agree on what a code is, by the option's name", () => {
    expect(() => makeApp({ call: { codeLength: 8 } })).to.throw(/sms and call share their code.*codeLength/);
    expect(() => makeApp({ call: { ttlSeconds: 60 } })).to.throw(/ttlSeconds/);
    expect(() => makeApp({ call: { guessesPerCode: 3 } })).to.throw(/guessesPerCode/);
  });

  it("registration goes by the first that sends, and the page of that factor follows", async () => {
    const app = makeApp(BOTH);
    const nora = visitor(app, "html");
    await nora.logIn("nora");
    const { headers } = await nora.register("0978 000 111").expect(303);
    expect(headers["location"]).to.equal("/sms_verification/new");
    expect(app.outbox.last()).to.include({ channel: "sms", to: "+886978000111" });
  });
});
