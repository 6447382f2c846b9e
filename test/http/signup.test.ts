import { expect } from "chai";
import { createFactors, signup, smsApi } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { visitor, wrong } from "../support/visitor.ts";
import { readAloud } from "../support/read-aloud.ts";
import { E164, FIELDS, NUMBER, PROFILE, signupScene } from "../support/signup-scene.ts";

for (const express of versions) {
  describe(`sign-up by phone, on Express ${express}`, () => {
    const { make, begin, made } = signupScene(express);

    it("a number, its code and a profile make an account, signed in with the phone proven", async () => {
      const app = make();
      const me = visitor(app);
      expect((await me.get("/phone_signup/new").expect(200)).body.countries).to.be.an("array");
      const { body } = await me.post("/phone_signup", NUMBER).expect(201);
      expect(body).to.include({ success: true, phone_display: "***-***-0111", attempts_remaining: 5 });
      expect((await me.get("/phone_signup/challenge").expect(200)).body).to.include({
        channel: "sms",
        delivery: "sent",
      });
      expect(made(app)).to.deep.equal([]);
      const { body: done } = await me
        .post("/phone_signup/verification", { pin_number: app.outbox.code(E164), ...PROFILE })
        .expect(201);
      expect(done).to.include({ success: true, method: "sms" });
      expect(made(app).map(({ phone, profile }) => ({ phone, profile }))).to.deep.equal([
        { phone: E164, profile: PROFILE },
      ]);
      const { body: mine } = await me.get("/me");
      expect(mine).to.deep.include({ user: made(app)[0]?.id, amr: ["sms"] });
      await me.get("/chat").expect(200);
    });

    it("is pages that go from one to the next, and keep what was typed", async () => {
      const app = make();
      const me = visitor(app, "html");
      expect((await me.get("/phone_signup/new").expect(200)).text).to.include("Sign up with your phone");
      const bad = await me.post("/phone_signup", { country_code: "TW", phone_number: "12" }).expect(422);
      expect(bad.text).to.include('value="12"').and.include("aria-invalid");
      await me.post("/phone_signup", NUMBER).expect(303).expect("Location", "/phone_signup/verification/new");
      const { text } = await me.get("/phone_signup/verification/new").expect(200);
      expect(readAloud(text)).to.include("sent to +886 978 000 111 Edit");
      expect(text).to.include('name="email"').and.include(">Email</label>");
      const code = app.outbox.code(E164);
      const again = await me
        .post("/phone_signup/verification", { pin_number: code, email: "no mail", nickname: "Mia" })
        .expect(422);
      expect(again.text).to.include('value="Mia"').and.include('aria-describedby="email-error"');
      await me.post("/phone_signup/verification", { pin_number: wrong(code), ...PROFILE }).expect(422);
      await me
        .post("/phone_signup/verification", { pin_number: code, ...PROFILE })
        .expect(303)
        .expect("Location", "/");
      await me.get("/chat").expect(200);
      await visitor(app, "html")
        .get("/phone_signup/verification/new")
        .expect(303)
        .expect("Location", "/phone_signup/new");
    });

    it("[T78] a number that is posted again leads on to where its code is typed, and is sent one code", async () => {
      const app = make();
      const me = visitor(app, "html");
      for (let i = 0; i < 3; i++)
        await me
          .post("/phone_signup", NUMBER)
          .expect(303)
          .expect("Location", "/phone_signup/verification/new");
      expect(app.outbox.messages).to.have.length(1);
    });

    it("[T2] [T60] of 20 right answers at once, one makes one account, and all end signed in to it", async () => {
      const app = make();
      const me = await begin(app);
      const answer = { pin_number: app.outbox.code(E164), ...PROFILE };
      const all = await Promise.all(
        Array.from({ length: 20 }, async () => (await me.post("/phone_signup/verification", answer)).status),
      );
      expect(all).to.deep.equal(all.map(() => 201));
      expect(made(app)).to.have.length(1);
      expect(app.events.filter(({ name }) => name === "phone_registered")).to.have.length(1);
      await me.get("/chat").expect(200);
    });

    it("[T6] [T7] its code is nothing in another session, at another door, or for another purpose", async () => {
      const app = make();
      const me = await begin(app);
      const code = app.outbox.code(E164);
      await visitor(app)
        .post("/phone_signup/verification", { pin_number: code, ...PROFILE })
        .expect(401);
      const nora = visitor(app);
      await nora.logIn("nora");
      await nora.verify(code).expect(401);
      await me.post("/phone_signup/verification", { pin_number: code, ...PROFILE }).expect(201);
    });

    it("a resend repeats the code; one that comes too soon leaves the sign-up as it was", async () => {
      const app = make();
      const me = await begin(app);
      const code = app.outbox.code(E164);
      await me.post("/phone_signup/challenge").expect(429);
      await me.post("/phone_signup", NUMBER).expect(429);
      app.clock.advance(30_000);
      await me.post("/phone_signup/challenge").expect(201);
      expect(app.outbox.code(E164)).to.equal(code);
      await me.post("/phone_signup/verification", { pin_number: code, ...PROFILE }).expect(201);
    });

    it("[T39] a sending that fails deletes the pending sign-up", async () => {
      const app = make();
      app.outbox.failWith(new Error("no"));
      const me = visitor(app);
      await me.post("/phone_signup", NUMBER).expect(500);
      app.outbox.failWith(undefined);
      await me.get("/phone_signup/challenge").expect(404);
      await me.post("/phone_signup/verification", { pin_number: "123456", ...PROFILE }).expect(401);
      await me.post("/phone_signup", NUMBER).expect(201);
    });

    it("[T14] nothing is left after the code's end, nor after starting over", async () => {
      const app = make();
      const me = await begin(app);
      const code = app.outbox.code(E164);
      app.clock.advance(300_000);
      await me.post("/phone_signup/verification", { pin_number: code, ...PROFILE }).expect(401);
      app.clock.advance(15 * 60_000);
      await me.get("/phone_signup/challenge").expect(404);
      expect((await me.get("/me")).body.session.factorsSignup).to.equal(true);
      await me.post("/phone_signup", NUMBER).expect(201);
      const next = app.outbox.code(E164);
      await me.post("/phone_signup/start_over").expect(200);
      await me.post("/phone_signup/verification", { pin_number: next, ...PROFILE }).expect(401);
    });

    it("[B1] the pending sign-up is sealed: the session holds no number", async () => {
      const app = make();
      const me = await begin(app);
      const { body } = await me.get("/me");
      expect(JSON.stringify(body.session)).to.include("factorsSignup").and.not.include("978000111");
    });

    it("[T5] [C3] wrong codes are counted: five a code, ten an hour for a number", async () => {
      const app = make({ sms: { cooldownSeconds: [0] } });
      const me = await begin(app);
      const bad = wrong(app.outbox.code(E164));
      for (const left of [4, 3, 2, 1]) {
        const { body } = await me
          .post("/phone_signup/verification", { pin_number: bad, ...PROFILE })
          .expect(400);
        expect(body.attempts_remaining).to.equal(left);
      }
      await me.post("/phone_signup/verification", { pin_number: bad, ...PROFILE }).expect(400);
      await me.post("/phone_signup/challenge").expect(201);
      for (let i = 0; i < 5; i++)
        await me.post("/phone_signup/verification", { pin_number: bad, ...PROFILE });
      await me.post("/phone_signup/challenge").expect(429);
    });

    it("[L6] a profile that will not do is 400, names the field, and spends no code", async () => {
      const app = make(
        {},
        { ...FIELDS, check: ({ email }) => (email === "taken@example.com" ? "email" : undefined) },
      );
      const me = await begin(app);
      const pin_number = app.outbox.code(E164);
      for (const email of [
        undefined,
        "",
        7,
        {},
        ["a@b"],
        "no mail",
        "a@b\u0000",
        `${"a".repeat(300)}@b`,
        "taken@example.com",
      ]) {
        const { body } = await me
          .post("/phone_signup/verification", { pin_number, ...PROFILE, email })
          .expect(400);
        expect(body).to.include({ code: "invalid_request", field: "email" });
      }
      await me.post("/phone_signup/verification", { pin_number, email: "mia@example.com" }).expect(201);
      expect(made(app)[0]?.profile).to.deep.equal({ email: "mia@example.com" });
    });

    it("the notice of a lockout goes to accounts: wrong codes of a sign-up tell nobody", async () => {
      const told: unknown[] = [];
      const app = make({
        sms: { guessesPerHour: 3 },
        factors: { notify: (notice) => void told.push(notice) },
      });
      const me = await begin(app);
      for (let i = 1; i < 4; i++)
        await me
          .post("/phone_signup/verification", { pin_number: wrong(app.outbox.code(E164), i), ...PROFILE })
          .expect(400);
      expect(app.events.map(({ name }) => name)).to.include("account_locked");
      expect(told).to.deep.equal([]);
    });

    it("tells the seed's events, with the number as a fingerprint", async () => {
      const app = make();
      const me = await begin(app);
      await me
        .post("/phone_signup/verification", { pin_number: app.outbox.code(E164), ...PROFILE })
        .expect(201);
      expect(app.events.map(({ name }) => name)).to.deep.equal([
        "phone_otp_send_start",
        "phone_otp_send_delivery_completed",
        "phone_otp_verify_start",
        "phone_otp_verify_completed",
        "phone_registered",
      ]);
      expect(JSON.stringify(app.events)).not.to.include("978000111");
      expect(app.events.every(({ event }) => event.purpose === "signup")).to.equal(true);
    });
  });
}

describe("sign-up by phone", () => {
  it("[J1] asks the app's check for pending sign-ups only, and counts each answer for the address", async () => {
    let asked = 0;
    const check = () => {
      asked += 1;
      return "email";
    };
    const app = makeApp({
      factors: { limits: { guessesPerIp: 5 } },
      routes: (on, { factors }) => void on.use("/phone_signup", signup(factors, { ...FIELDS, check })),
    });
    const me = visitor(app);
    const tried = () => me.post("/phone_signup/verification", { ...PROFILE, pin_number: "1" });
    await tried().expect(401);
    expect(asked).to.equal(0);
    await me.post("/phone_signup", NUMBER).expect(201);
    for (let i = 0; i < 5; i++) await tried().expect(400);
    await tried().expect(429);
    expect(asked).to.equal(5);
  });

  it("refuses at start accounts that cannot be made or found", () => {
    const { accounts } = {
      accounts: { id: () => "ada", phone: () => null, phoneTaken: () => false, setPhone: () => true },
    };
    const factors = createFactors({ secret: "s".repeat(32), accounts });
    expect(() => signup(factors)).to.throw(TypeError, /createFromPhone and byPhone/);
    const clients = [{ tenant_id: "acme", client_id: "web", secrets: ["x".repeat(40)] }];
    expect(() => smsApi(factors, { clients })).to.throw(TypeError, /byEmail/);
  });

  it("refuses at start fields that cannot be", () => {
    const { factors } = makeApp();
    for (const [field, words] of [
      [{ name: "pin_number", label: "x" }, /fields\[0\]: name/],
      [{ name: "a b", label: "x" }, /name/],
      [{ name: "__proto__", label: "x" }, /name/],
      [{ name: "email", label: { de: "x" } }, /label/],
      [{ name: "email" }, /label/],
    ] as const)
      expect(() => signup(factors, { fields: [field as never] })).to.throw(TypeError, words);
  });
});
