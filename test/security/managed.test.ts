import { expect } from "chai";
import { backupCodes, verification } from "../../lib/index.ts";
import { makeApp, versions, type AppOptions, type TestApp } from "../support/app.ts";
import { fakeTwilio, MANAGED_CODE, type FakeTwilio } from "../support/fake-twilio.ts";
import { hang, json, reset } from "../support/provider.ts";
import { visitor } from "../support/visitor.ts";

const WRONG = "111111";

for (const express of versions) {
  describe(`[T40] a verifier that makes and judges the codes itself, on Express ${express}`, () => {
    let fake: FakeTwilio;
    beforeEach(async () => void (fake = await fakeTwilio()));
    afterEach(() => fake.close());

    const make = (more: AppOptions = {}): TestApp => {
      const transport = fake.transport({ verifyServiceSid: "VA1" });
      return makeApp({ express, sms: { transport }, call: { transport }, whatsapp: { transport }, ...more });
    };
    const signedIn = async (app: TestApp, user = "alice") => {
      const me = visitor(app);
      await me.logIn(user);
      return me;
    };

    for (const channel of ["sms", "call", "whatsapp"])
      it(`is honoured at login by ${channel}`, async () => {
        const me = await signedIn(make());
        await me.post(`/${channel}_verification/challenge`).expect(201);
        expect(fake.last("Verifications").form).to.include({ Channel: channel });
        const { body } = await me.post(`/${channel}_verification`, { pin_number: WRONG }).expect(400);
        expect(body).to.include({ code: "invalid_code", attempts_remaining: 4 });
        await me.get("/chat").expect(401);
        await me.post(`/${channel}_verification`, { pin_number: MANAGED_CODE }).expect(200);
        await me.get("/chat").expect(200);
      });

    it("is honoured at registration", async () => {
      const app = make();
      const me = await signedIn(app, "nora");
      await me.register("(201) 555-0123", "US").expect(201);
      await me.verify(WRONG).expect(400);
      expect(app.users.get("nora")?.phone).to.equal(undefined);
      await me.verify(MANAGED_CODE).expect(200);
      expect(app.users.get("nora")?.phone).to.equal("+12015550123");
    });

    it("is honoured at a step-up, and by the strategy", async () => {
      const app = make();
      const me = await signedIn(app);
      await me.send().expect(201);
      await me.verify(MANAGED_CODE).expect(200);
      app.clock.advance(301_000);
      await me.get("/fresh").expect(401);
      await me.send().expect(201);
      await me.verify(WRONG).expect(400);
      await me.get("/fresh").expect(401);
      await me.post(`/code?pin_number=${MANAGED_CODE}`).expect(200);
      await me.get("/fresh").expect(200);
    });

    it("no code of our own passes, and none is sent", async () => {
      const app = make({ factors: { random: () => 730_512 } });
      const me = await signedIn(app);
      await me.send().expect(201);
      expect(JSON.stringify(fake.got)).not.to.include("730512");
      await me.verify("730512").expect(400);
      await me.get("/chat").expect(401);
    });

    it("our guesses are the limit: five, then the verifier is not asked again", async () => {
      const me = await signedIn(make());
      await me.send().expect(201);
      for (const left of [4, 3, 2, 1])
        expect((await me.verify(WRONG).expect(400)).body.attempts_remaining).to.equal(left);
      await me.verify(WRONG).expect(400);
      const asked = fake.got.length;
      expect((await me.verify(MANAGED_CODE)).status).to.be.oneOf([400, 401]);
      expect(fake.got).to.have.length(asked);
      await me.get("/chat").expect(401);
    });

    it("[T2] [T60] of 20 right answers at once, one passes, and the browser ends in its session", async () => {
      const app = make();
      const me = await signedIn(app);
      await me.send().expect(201);
      const answers = await Promise.all(
        Array.from({ length: 20 }, async () => (await me.verify(MANAGED_CODE)).status),
      );
      expect(app.events.filter(({ name }) => name === "phone_otp_verify_completed")).to.have.length(1);
      expect(answers).to.include(200);
      await me.get("/chat").expect(200);
    });

    it("[T3] of 20 wrong answers at once, no more than five reach the verifier", async () => {
      const me = await signedIn(make());
      await me.send().expect(201);
      await Promise.all(Array.from({ length: 20 }, async () => me.verify(WRONG)));
      expect(fake.got.filter(({ path }) => path.endsWith("VerificationCheck"))).to.have.length.at.most(5);
    });

    it("[T35] a verifier that is away lets nobody in: 503, and the code may be typed again", async () => {
      for (const how of [json(500, {}), reset, hang, json(200, {})]) {
        const away = await fakeTwilio();
        const transport = away.transport({
          verifyServiceSid: "VA1",
          timeoutMs: how === hang ? 1000 : 10_000,
        });
        const app = makeApp({ express, sms: { transport } });
        const me = await signedIn(app);
        await me.send().expect(201);
        away.answer(how);
        const { body, headers } = await me.verify(MANAGED_CODE).expect(503);
        expect(body.code).to.equal("verifier_unavailable");
        expect(headers["retry-after"]).to.match(/^\d+$/);
        await me.get("/chat").expect(401);
        away.answer(json(200, { status: "approved" }));
        await me.verify(MANAGED_CODE).expect(200);
        await away.close();
      }
    });

    it("while it is away nobody is locked out: not of the other factors either", async () => {
      const away = await fakeTwilio();
      const transport = away.transport({ verifyServiceSid: "VA1" });
      const app = makeApp({ express, sms: { transport, cooldownSeconds: [0] }, more: [backupCodes()] });
      const me = await signedIn(app);
      await me.send().expect(201);
      await me.verify(MANAGED_CODE).expect(200);
      const { codes } = (await me.post("/backup_codes").expect(201)).body;
      const later = await signedIn(app);
      await later.send().expect(201);
      away.answer(json(500, {}));
      for (let i = 0; i < 5; i++) await later.verify(MANAGED_CODE).expect(503);
      expect((await later.verify(MANAGED_CODE).expect(400)).body.code).to.equal("attempts_exceeded");
      expect(app.events.filter(({ name }) => name === "account_locked")).to.deep.equal([]);
      await later.post("/backup_code_verification", { backup_code: codes[0] }).expect(200);
      await away.close();
    });

    it("a lockout is told, also where the last guess met an expired code", async () => {
      const kinds: string[] = [];
      const app = make({
        sms: { transport: fake.transport({ verifyServiceSid: "VA1" }), guessesPerHour: 1 },
        call: { transport: fake.transport({ verifyServiceSid: "VA1" }), guessesPerHour: 1 },
        whatsapp: { transport: fake.transport({ verifyServiceSid: "VA1" }), guessesPerHour: 1 },
        factors: { notify: ({ kind }) => void kinds.push(kind) },
      });
      const me = await signedIn(app);
      await me.send().expect(201);
      fake.answer(json(404, { code: 20404 }));
      await me.verify(MANAGED_CODE).expect(401);
      expect(app.events.map(({ name }) => name)).to.include("account_locked");
      expect(kinds).to.deep.equal(["account_locked"]);
    });

    it("beside a channel with codes of our own, each code is judged by who made it", async () => {
      const app = make({ call: {}, whatsapp: {} });
      const me = await signedIn(app);
      await me.send().expect(201);
      await me.post("/call_verification/challenge").expect(201);
      const own = app.outbox.code();
      await me.post("/sms_verification", { pin_number: own }).expect(400);
      await me.post("/sms_verification", { pin_number: MANAGED_CODE }).expect(200);
      const other = await signedIn(app);
      app.clock.advance(60_000);
      await other.post("/call_verification/challenge").expect(201);
      await other.post("/call_verification", { pin_number: app.outbox.code() }).expect(200);
    });

    it("a resend that it refuses leaves the code that has arrived, where delivery is not strict", async () => {
      const transport = fake.transport({ verifyServiceSid: "VA1" });
      const app = makeApp({ express, sms: { transport, strict: false, cooldownSeconds: [0] } });
      const me = await signedIn(app);
      await me.send().expect(201);
      const { answer } = fake;
      const usual = fake.usual;
      answer(json(429, { code: 60203 }));
      await me.send().expect(201);
      answer(usual);
      await me.verify(MANAGED_CODE).expect(200);
    });

    it("what it has let expire is expired, and a new one may be asked for", async () => {
      const me = await signedIn(make());
      await me.send().expect(201);
      fake.answer(json(404, { code: 20404 }));
      expect((await me.verify(MANAGED_CODE).expect(401)).body.code).to.equal("code_expired");
    });

    it("a code of one session is nothing in another", async () => {
      const app = make({ routes: (on, { factors }) => on.use("/again", verification(factors, "sms")) });
      const [mine, theirs] = [await signedIn(app), await signedIn(app)];
      await mine.send().expect(201);
      await theirs.verify(MANAGED_CODE).expect(401);
      await theirs.get("/chat").expect(401);
    });

    it("what it refuses to send is told as what it is", async () => {
      for (const [code, status, told] of [
        [60200, 400, "invalid_phone_number"],
        [60605, 400, "country_not_allowed"],
        [60203, 429, "too_many_requests"],
      ] as const) {
        const app = make();
        const me = await signedIn(app, "nora");
        fake.answer(json(status, { code }));
        const { body } = await me.register("(201) 555-0123", "US").expect(status);
        expect(body.code).to.equal(told);
      }
    });
  });
}
