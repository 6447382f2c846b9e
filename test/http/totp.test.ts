import { expect } from "chai";
import { backupCodes } from "../../lib/index.ts";
import { versions } from "../support/app.ts";
import { STEP, withTotp, login, totpApps } from "../support/totp-scene.ts";
import { visitor } from "../support/visitor.ts";

for (const express of versions) {
  describe(`logins with an authenticator app, on Express ${express}`, () => {
    // Express 4 on Redis, Express 5 in memory.
    const make = totpApps(express, express === 4);

    it("are offered by name, and pass by the code that the app shows", async () => {
      const app = make();
      const { secret } = await withTotp(app);
      const me = await login(app);
      expect((await me.get("/second_factor").expect(200)).body.factors).to.deep.equal([
        {
          name: "totp",
          label: "Use your authenticator app",
          verify: "/totp_verification",
          field: "totp_code",
        },
      ]);
      await me.get("/chat").expect(401);
      const { body } = await me.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
      expect(body).to.deep.include({ success: true, method: "totp", amr: ["otp"] });
      await me.get("/chat").expect(200);
      expect((await me.get("/me")).body.amr).to.deep.equal(["pwd", "otp", "mfa"]);
      expect(app.named("factor_passed").at(-1)?.event).to.include({ factor: "totp", account: "nora" });
    });

    it("are not offered to who has none, whose codes are refused", async () => {
      const app = make();
      await withTotp(app);
      const me = await login(app, "alice");
      const { body } = await me.get("/second_factor").expect(200);
      expect(body.factors.map(({ name }: { name: string }) => name)).to.deep.equal(["sms"]);
      await me.get("/totp_verification/new").expect(400);
      expect((await me.post("/totp_verification", { code: "123456" }).expect(400)).body.code).to.equal(
        "not_enrolled",
      );
    });

    it("[P3][T17] one code of 200 at once, from as many sessions, one success", async () => {
      const app = make({ factors: { limits: { guessesPerIp: 100_000 } }, totp: { guessesPerHour: 10 } });
      const { secret } = await withTotp(app);
      const people = await Promise.all(Array.from({ length: 20 }, () => login(app)));
      const code = app.codeOf(secret);
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, i) => people[i % 20]!.post("/totp_verification", { code })),
      );
      const inside = await Promise.all(people.map(async (me) => (await me.get("/chat")).status));
      expect(inside.filter((status) => status === 200)).to.have.length(1);
      expect(answers.filter(({ status }) => ![200, 400, 401, 429].includes(status))).to.deep.equal([]);
    });

    it("[T17] pass once across doors, and not by the code of the enrolment", async () => {
      const app = make();
      const one = visitor(app);
      await one.logIn("nora");
      const { secret } = (await one.post("/security/totp").expect(201)).body as { secret: string };
      const code = app.codeOf(secret);
      await one.post("/security/totp/confirm", { code }).expect(200);
      const two = await login(app);
      expect((await two.post("/totp_verification", { code }).expect(400)).body.code).to.equal("invalid_code");
      const next = app.codeOf(secret, 1);
      await two.get(`/login/totp?code=${next}`).expect(200);
      const three = await login(app);
      await three.post("/totp_verification", { totp_code: next }).expect(400);
      await three.get(`/login/totp?totp_code=${next}`).expect(400);
      await three.get("/chat").expect(401);
    });

    it("[P4][P2] pass a step early and a step late, and not a millisecond beyond, whatever time a client claims", async () => {
      const app = make();
      const { secret } = await withTotp(app);
      for (const [moved, status] of [
        [-STEP - 1, 400],
        [2 * STEP, 400],
        [2 * STEP - 1, 200],
      ] as const) {
        app.clock.advance(3 * STEP);
        const now = app.clock();
        const code = app.codeOf(secret);
        app.clock.set(now + moved);
        const claimed = { time: now, timestamp: now, clock: now };
        await (await login(app)).post("/totp_verification", { code, ...claimed }).expect(status);
        app.clock.set(now);
      }
      app.clock.advance(3 * STEP);
      await (await login(app)).post("/totp_verification", { code: app.codeOf(secret, 1) }).expect(200);
    });

    it("[T15] take what is no code without counting it, whatever its type", async () => {
      const app = make();
      const { secret } = await withTotp(app);
      const me = await login(app);
      for (const code of [
        undefined,
        null,
        123456,
        ["123456"],
        { a: 1 },
        true,
        "",
        "12345",
        "1234567",
        "abcdef",
      ])
        expect((await me.post("/totp_verification", { code }).expect(400)).body).to.include({
          code: "invalid_code",
        });
      for (let i = 0; i < 10; i++)
        await me.post("/totp_verification", { code: { __proto__: "x" } }).expect(400);
      const typed = ` ${app.codeOf(secret).slice(0, 3)} ${app.codeOf(secret).slice(3)} `;
      await me.post("/totp_verification", { code: typed }).expect(200);
    });

    it("[P5][T5] lock after ten wrong codes, with the account's other factors, and say so", async () => {
      const app = make({ more: [backupCodes()] });
      const { secret } = await withTotp(app);
      const me = await login(app);
      const wrong = app.codeOf(secret) === "000000" ? "000001" : "000000";
      for (let left = 9; left >= 0; left--) {
        const { body } = await me.post("/totp_verification", { code: wrong }).expect(400);
        expect(body).to.deep.include({ code: "invalid_code", attempts_remaining: left });
      }
      const locked = await me.post("/totp_verification", { code: app.codeOf(secret) }).expect(429);
      expect(Number(locked.headers["retry-after"])).to.be.within(3500, 3600);
      expect(app.named("account_locked")).to.have.length(1);
      expect(app.named("factor_failed")).to.have.length(10);
      expect(app.notices.map(({ kind }) => kind)).to.include("account_locked");
      app.clock.advance(3_600_000);
      await (await login(app)).post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
    });

    it("[T60] the same form once more is answered like the first", async () => {
      const app = make();
      const { secret } = await withTotp(app);
      const me = await login(app);
      const code = app.codeOf(secret);
      const answers = await Promise.all([1, 2].map(() => me.post("/totp_verification", { code })));
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
    });

    it("[T11] no code and no secret in what is told", async () => {
      const app = make();
      const { me, secret } = await withTotp(app);
      await me.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
      await me.post("/totp_verification", { code: "000000" });
      const told = JSON.stringify([app.events, app.notices, app.told.map(String)]);
      expect(told).not.to.include(secret);
      expect(told).not.to.include(app.codeOf(secret));
    });

    it("the page: in the person's language, one field for digits, and the error beside it", async () => {
      const app = make();
      await withTotp(app);
      const me = await login(app, "nora", "html");
      const { text } = await me.get("/totp_verification/new").set("Accept-Language", "de").expect(200);
      expect(text).to.include("Authenticator-App verwenden").and.include('inputmode="numeric"');
      const again = await me.post("/totp_verification", { totp_code: "000000" }).expect(422);
      expect(again.text).to.include('aria-invalid="true"');
    });
  });
}
