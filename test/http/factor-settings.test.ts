import { rejects } from "node:assert/strict";
import { expect } from "chai";
import { backupCodes, createFactors, sms, totp } from "../../lib/index.ts";
import { accountsIn, SECRET, versions } from "../support/app.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { STEP, totpApp, withTotp, type TotpApp, login, totpApps } from "../support/totp-scene.ts";
import { passed, visitor, type Visitor } from "../support/visitor.ts";

const MINUTE = 60_000;

for (const express of versions) {
  describe(`the settings of factors, on Express ${express}`, () => {
    // Express 4 in memory, Express 5 on Redis.
    const make = totpApps(express, express === 5);
    const begin = async (me: Visitor) =>
      (await me.post("/security/totp").expect(201)).body as Record<"secret" | "id" | "uri" | "qr", string>;
    const confirm = (me: Visitor, code: string, more: object = {}) =>
      me.post("/security/totp/confirm", { code, ...more });

    it("show a secret once, as base32, URI and QR code, and put it on file by its first code", async () => {
      const app = make({ totp: { label: (account) => `${account}@chat.example` } });
      const me = await login(app);
      expect((await me.get("/security").expect(200)).body).to.deep.equal({
        factors: [],
        can_add: [{ factor: "totp", label: "Authenticator app" }],
        warnings: ["no_factor"],
      });
      const answer = await me.post("/security/totp").expect(201);
      const { secret, uri, qr, id, expires_in_seconds } = answer.body as Record<string, string>;
      expect(answer.headers["cache-control"]).to.equal("no-store");
      expect(secret).to.match(/^[A-Z2-7]{32}$/);
      expect(uri).to.equal(`otpauth://totp/Chat:nora%40chat.example?secret=${secret}&issuer=Chat`);
      expect(qr).to.match(/^<svg .*role="img"/);
      expect(expires_in_seconds).to.equal(600);
      await confirm(me, app.codeOf(secret as string)).expect(200);
      const security = (await me.get("/security").expect(200)).body;
      expect(security).to.deep.equal({
        factors: [
          {
            factor: "totp",
            id,
            label: "Authenticator app",
            added_at: new Date(app.clock()).toISOString(),
            last_used_at: null,
          },
        ],
        can_add: [],
        warnings: [],
      });
      // Who has just proven it is not asked for it again.
      await me.get("/chat").expect(200);
      expect(app.named("factor_added")[0]?.event).to.include({ account: "nora", factor: "totp" });
      expect(app.notices.map(({ kind }) => kind)).to.deep.equal(["factor_added"]);
    });

    it("[G2] need a factor of the last ten minutes where any is on file, to the millisecond, for every change", async () => {
      const app = make();
      const alice = await login(app, "alice");
      for (const path of ["/security/totp", "/security/totp/confirm", "/security/totp/remove"])
        expect((await alice.post(path, { code: "123456", id: "x" }).expect(401)).body.code, path).to.equal(
          "factor_required",
        );
      await alice.get("/security").expect(401);
      const me = await passed(app);
      app.clock.advance(10 * MINUTE - 1);
      const { secret } = await begin(me);
      app.clock.advance(1);
      await confirm(me, app.codeOf(secret)).expect(401);
      await me.post("/security/totp").expect(401);
      await me.post("/security/totp/remove", { id: "x" }).expect(401);
      await me.get("/security").expect(200);
    });

    it("a password alone, begun before there was a factor, confirms nothing once there is one", async () => {
      const app = make();
      const thief = await login(app);
      const { secret } = await begin(thief);
      const { secret: owners } = await withTotp(app);
      await confirm(thief, app.codeOf(secret)).expect(401);
      await (await login(app)).post("/totp_verification", { code: app.codeOf(owners) }).expect(200);
    });

    it("[T18] keep the old app until the new one is proven; then what other sessions have passed is over", async () => {
      const app = make();
      const { me, secret: old } = await withTotp(app);
      const other = await login(app);
      await other.post("/totp_verification", { code: app.codeOf(old) }).expect(200);
      await other.get("/chat").expect(200);
      const { secret } = await begin(me);
      app.clock.advance(STEP);
      await confirm(me, app.codeOf(old)).expect(400);
      await (await login(app)).post("/totp_verification", { code: app.codeOf(old) }).expect(200);
      await confirm(me, app.codeOf(secret)).expect(200);
      await me.get("/chat").expect(200);
      await other.get("/chat").expect(401);
      app.clock.advance(STEP);
      await (await login(app)).post("/totp_verification", { code: app.codeOf(old) }).expect(400);
      await (await login(app)).post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
    });

    it("what is begun is over after ten minutes, when it is begun anew, and elsewhere", async () => {
      const app = make();
      const me = await login(app);
      const first = await begin(me);
      const second = await begin(me);
      await confirm(me, app.codeOf(first.secret)).expect(400);
      for (const { secret, id } of [first, { ...first, secret: second.secret }])
        expect((await confirm(me, app.codeOf(secret), { id }).expect(401)).body.code).to.equal(
          "code_expired",
        );
      expect((await me.get("/security/totp").expect(200)).body).to.include(second);
      const elsewhere = await login(app);
      expect((await confirm(elsewhere, app.codeOf(second.secret)).expect(401)).body.code).to.equal(
        "code_expired",
      );
      await elsewhere.get("/security/totp").expect(401);
      app.clock.advance(10 * MINUTE - 1);
      await me.get("/security/totp").expect(200);
      app.clock.advance(1);
      await me.get("/security/totp").expect(401);
    });

    it("what is begun may be confirmed up to its last millisecond", async () => {
      const app = make();
      // A session that has passed nothing ends after ten minutes too, counted from its login.
      const me = await login(app);
      const { secret } = await begin(me);
      app.clock.advance(9.9 * MINUTE);
      await confirm(me, app.codeOf(secret)).expect(200);
    });

    it("[T60] the same confirmation twice is answered alike, also by a browser that still has its old cookie", async () => {
      const app = make();
      const me = await login(app);
      const { secret, id } = await begin(me);
      const twice = await Promise.all([1, 2].map(() => confirm(me, app.codeOf(secret), { id })));
      expect(twice.map(({ status }) => status)).to.deep.equal([200, 200]);
      expect(app.named("factor_added")).to.have.length(1);
      await me.get("/chat").expect(200);
    });

    it("[T17] of 50 confirmations at once, one puts it on file", async () => {
      const app = make({ factors: { limits: { guessesPerIp: 100_000 } } });
      const me = await login(app);
      const { secret } = await begin(me);
      await Promise.all(Array.from({ length: 50 }, () => confirm(me, app.codeOf(secret))));
      expect(app.named("factor_added")).to.have.length(1);
    });

    it("wrong first codes are limited, and lock nobody out of what is on file", async () => {
      const app = make();
      const { me, secret } = await withTotp(app);
      const next = await begin(me);
      const wrong = app.codeOf(next.secret) === "000000" ? "000001" : "000000";
      for (let i = 0; i < 10; i++) await confirm(me, wrong).expect(400);
      await confirm(me, app.codeOf(next.secret)).expect(429);
      expect(app.named("account_locked")).to.have.length(0);
      await (await login(app)).post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
    });

    it("[G7] take an app off file by its id: its codes count no more, nor does what they opened elsewhere", async () => {
      const app = make({ more: [backupCodes()] });
      const { me, secret, id } = await enrolledAlice(app);
      const other = await login(app, "alice");
      await other.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
      for (const wrong of [undefined, "", 7, {}, ["x"]])
        expect((await me.post("/security/totp/remove", { id: wrong }).expect(400)).body).to.include({
          code: "invalid_request",
        });
      expect((await me.post("/security/totp/remove", { id: "another" }).expect(400)).body.code).to.equal(
        "not_enrolled",
      );
      expect((await me.get("/security").expect(200)).body.warnings).to.deep.equal(["no_backup_codes"]);
      await me.post("/security/totp/remove", { id }).expect(200);
      expect((await me.get("/security").expect(200)).body).to.deep.include({
        can_add: [
          { factor: "totp", label: "Authenticator app" },
          { factor: "backup-code", label: "Backup codes" },
        ],
        warnings: ["only_phone", "no_backup_codes"],
      });
      await other.get("/chat").expect(401);
      app.clock.advance(STEP);
      await (await login(app, "alice")).post("/totp_verification", { code: app.codeOf(secret) }).expect(400);
      expect(app.named("factor_removed")).to.have.length(1);
      expect(app.notices.map(({ kind }) => kind)).to.include("factor_removed");
    });

    async function enrolledAlice(app: TotpApp) {
      const me = await passed(app);
      const { secret, id } = await begin(me);
      await confirm(me, app.codeOf(secret)).expect(200);
      app.clock.advance(STEP);
      return { me, secret, id };
    }

    it("as a page, say what is missing, in the person's language, and lead to where it is made", async () => {
      const app = make({ more: [backupCodes()] });
      const nora = await login(app, "nora", "html");
      const { text } = await nora.get("/security").set("Accept-Language", "fr").expect(200);
      expect(text)
        .to.include("Configurer : Application d’authentification")
        .and.include("/sms_registration/new");
      expect(text).not.to.include("/backup_codes/new");
      await nora.post("/security/totp").expect(303).expect("Location", "/security/totp");
      const page = (await nora.get("/security/totp").expect(200)).text;
      const secret = (/<code translate="no">([A-Z2-7 ]+)</.exec(page) as RegExpExecArray)[1] as string;
      const again = await nora.post("/security/totp/confirm", { totp_code: "12" }).expect(422);
      expect(again.text).to.include(secret).and.include('aria-invalid="true"');
      await nora
        .post("/security/totp/confirm", { totp_code: app.codeOf(secret) })
        .expect(303)
        .expect("Location", "/security");
      const after = (await nora.get("/security").expect(200)).text;
      expect(after).to.include("/backup_codes/new").and.include('action="/security/totp/remove"');
      app.clock.advance(11 * MINUTE);
      await nora.post("/security/totp").expect(303).expect("Location", "/second_factor/new");
    });

    it("a page that is opened again once it is over begins at the beginning", async () => {
      const me = await login(make(), "nora", "html");
      await me.get("/security/totp").expect(303).expect("Location", "/security");
    });

    it("[T15] take no other type for a code or an id", async () => {
      const app = make();
      const me = await login(app);
      const { secret } = await begin(me);
      for (const code of [undefined, null, 123456, [], {}, "12345", "x".repeat(10_000)])
        await me.post("/security/totp/confirm", { code }).expect(400);
      for (const id of [7, {}, ["x"], ""]) await confirm(me, app.codeOf(secret), { id }).expect(401);
      await me.post("/security/constructor").expect(404);
      await confirm(me, app.codeOf(secret)).expect(200);
    });

    it("secrets of another system open the door from the first login on", async () => {
      const app = make();
      const secret = "JBSWY3DPEHPK3PXP";
      expect(await app.factors.importTotp("nora", "jbsw y3dp-ehpk 3pxp")).to.equal(true);
      expect(await app.factors.importTotp("nora", "GEZDGNBVGY3TQOJQ")).to.equal(false);
      await rejects(app.factors.importTotp("alice", "no base32!"), /importTotp: secret must be in base32/);
      await rejects(app.factors.importTotp("", secret), /account/);
      const me = await login(app);
      await me.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
    });
  });
}

describe("totp", () => {
  it("names the option that is out of range", () => {
    for (const [options, what] of [
      [{ issuer: "Chat: beta" }, /totp: issuer must be .*":"/],
      [{ issuer: "" }, /totp: issuer/],
      [{ window: 3 }, /totp: window must be an integer from 0 to 2/],
      [{ window: -1 }, /totp: window/],
      [{ label: "x" }, /totp: label must be a function/],
      [{ guessesPerHour: 0 }, /totp: guessesPerHour/],
      [{ isuer: "Chat" }, /totp: unknown option "isuer".*did you mean issuer/],
    ] as const)
      expect(() => totp(options as object), JSON.stringify(options)).to.throw(TypeError, what);
    expect(() => totp({ window: 0, guessesInARow: 1 })).not.to.throw();
  });

  it("must agree with the other factors on the guesses of an hour", () => {
    const list = [sms({ transport: outbox() }), totp({ guessesPerHour: 5 })];
    expect(() =>
      createFactors({ secret: SECRET, accounts: accountsIn(new Map()) as never, factors: list }),
    ).to.throw(/share one lockout/);
  });

  it("[T15b] with a window of 0 takes the code of now and no other", async () => {
    const app = totpApp({ totp: { window: 0 } });
    const { secret } = await withTotp(app);
    const me = visitor(app);
    await me.logIn("nora");
    for (const steps of [-1, 1])
      await me.post("/totp_verification", { code: app.codeOf(secret, steps) }).expect(400);
    await me.post("/totp_verification", { code: app.codeOf(secret) }).expect(200);
  });
});
