import { expect } from "chai";
import { makeApp, versions } from "../support/app.ts";
import { visitor, withCode, wrong } from "../support/visitor.ts";
import { readAloud } from "../support/read-aloud.ts";

const PENDING = {
  channel: "sms",
  phone_display: "***-***-5678",
  expires_in_seconds: 300,
  attempts_remaining: 5,
  resend_after_seconds: 30,
  delivery: "sent",
};

for (const express of versions) {
  describe(`verifying by text message, on Express ${express}`, () => {
    it("[T47] a GET never sends and never consumes", async () => {
      const app = makeApp({ express });
      const { me, code } = await withCode(app);
      for (const path of [
        "/sms_verification/new",
        "/sms_verification/challenge",
        `/sms_verification?pin_number=${code}`,
      ]) {
        await me.get(path);
        await me.agent.head(path);
      }
      expect(app.outbox.messages).to.have.length(1);
      await me.verify(code).expect(200);
    });

    it("answers what is pending, as the table says, at /challenge and at /new", async () => {
      const app = makeApp({ express });
      const { me } = await withCode(app);
      for (const path of ["/sms_verification/challenge", "/sms_verification/new"]) {
        const { body, headers } = await me.get(path).expect(200);
        const { reference, ...rest } = body as Record<string, unknown>;
        expect(rest).to.deep.equal(PENDING);
        expect(app.outbox.last().text).to.include(`(${String(reference)})`);
        expect(headers["cache-control"]).to.equal("no-store");
      }
      app.clock.advance(10_500);
      const { body } = await me.get("/sms_verification/challenge").expect(200);
      expect(body).to.include({ expires_in_seconds: 290, resend_after_seconds: 20 });
    });

    it("answers 404 no_challenge when nothing is pending", async () => {
      const alice = visitor(makeApp({ express }));
      await alice.logIn("alice");
      const { body } = await alice.get("/sms_verification/challenge").expect(404);
      expect(body).to.include({ code: "no_challenge", status: 404, error: "Not Found" });
    });

    it("[K5] [K8] shows a page with the number's last digits, the attempts left, resend and start over", async () => {
      const app = makeApp({ express });
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      await alice.post("/sms_verification/challenge").expect(303).expect("Location", "/sms_verification/new");
      const { text } = await alice
        .get("/sms_verification/new")
        .expect(200)
        .expect("Cache-Control", "no-store");
      expect(readAloud(text))
        .to.include("Enter the 6-digit code sent to ***-***-5678")
        .and.include("Attempts left: 5");
      expect(text)
        .to.include('action="/sms_verification/challenge"')
        .and.include('action="/sms_verification/start_over"');
      expect(text)
        .to.match(/<input[^>]*name="pin_number"/)
        .and.match(/inputmode="numeric"/)
        .and.match(/autocomplete="one-time-code"/);
      expect(text).not.to.include(app.outbox.code());
      expect(text).not.to.include("+886912345678");
    });

    it("offers a button, and sends nothing, before a code was asked for; without a phone goes to registration", async () => {
      const app = makeApp({ express });
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      const { text } = await alice.get("/sms_verification/new").expect(200);
      expect(text)
        .to.include('action="/sms_verification/challenge"')
        .and.not.match(/name="pin_number"/);
      const nora = visitor(app, "html");
      await nora.logIn("nora");
      await nora.get("/sms_verification/new").expect(303).expect("Location", "/sms_registration/new");
      await nora.send().expect(303).expect("Location", "/sms_registration/new");
      expect(app.outbox.messages).to.have.length(0);
    });

    it("answers a send with 201, and one in the cooldown with 429 and the right wait", async () => {
      const app = makeApp({ express });
      const { me } = await withCode(app);
      app.clock.advance(28_600);
      const { body, headers } = await me.send().expect(429);
      expect(body).to.include({ code: "too_many_requests", retry_after: 2 });
      expect(headers["retry-after"]).to.equal("2");
      app.clock.advance(1400);
      const { body: sent } = await me.send().expect(201);
      expect(sent).to.include({ success: true, phone_display: "***-***-5678", resend_after_seconds: 60 });
    });

    it("shows a browser in the cooldown the page again, with 429 and Retry-After", async () => {
      const app = makeApp({ express });
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      await alice.send().expect(303);
      const page = await alice
        .send()
        .expect(429)
        .expect("Content-Type", /^text\/html/)
        .expect("Retry-After", "30");
      expect(page.text).to.match(/name="pin_number"/);
    });

    it("answers the right code with 200 and the amr, and a browser with 303 to the success page", async () => {
      const app = makeApp({ express, factors: { paths: { success: "/home" } } });
      const { me, code } = await withCode(app);
      const { body, headers } = await me.verify(code).expect(200);
      expect(body).to.deep.equal({
        success: true,
        message: "Verification successful",
        method: "sms",
        amr: ["sms"],
      });
      expect(headers["cache-control"]).to.equal("no-store");
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      await alice.send().expect(303);
      await alice.verify(app.outbox.code()).expect(303).expect("Location", "/home");
    });

    it("takes the code as pin_number and as code, flat and nested, urlencoded and JSON, spaced, dashed and full-width", async () => {
      const shapes: ((code: string) => [string, object | string])[] = [
        (code) => ["json", { pin_number: code }],
        (code) => ["json", { code }],
        (code) => ["json", { sms_verification: { pin_number: code } }],
        (code) => ["form", `pin_number=${code}`],
        (code) => ["form", `sms_verification%5Bpin_number%5D=${code}`],
        (code) => ["json", { pin_number: ` ${code.slice(0, 3)} ${code.slice(3)} ` }],
        (code) => ["json", { pin_number: `${code.slice(0, 3)}-${code.slice(3)}` }],
        (code) => [
          "json",
          { pin_number: code.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))) },
        ],
      ];
      for (const shape of shapes) {
        const { me, code } = await withCode(makeApp({ express }));
        const [type, body] = shape(code);
        await me.agent
          .post("/sms_verification")
          .set("Accept", "application/json")
          .type(type)
          .send(body)
          .expect(200);
      }
    });

    it("[C3] counts wrong codes down to attempts_exceeded, after which the right one is refused", async () => {
      const { me, code } = await withCode(makeApp({ express }));
      for (const left of [4, 3, 2, 1]) {
        const { body } = await me.verify(wrong(code)).expect(400);
        expect(body).to.include({
          code: "invalid_code",
          message: "Invalid verification code",
          attempts_remaining: left,
        });
      }
      for (const typed of [wrong(code), code]) {
        const { body } = await me.verify(typed).expect(400);
        expect(body).to.include({
          code: "attempts_exceeded",
          message: "Maximum verification attempts exceeded",
          attempts_remaining: 0,
        });
      }
      await me.get("/chat").expect(401);
    });

    it("shows a browser the page again with 422, the error tied to the field, the attempts left", async () => {
      const app = makeApp({ express });
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      await alice.send();
      const { text, headers } = await alice.verify(wrong(app.outbox.code())).expect(422);
      expect(text).to.include("Invalid verification code").and.include("Attempts left: 4");
      expect(text).to.match(/<input[^>]*name="pin_number"[^>]*aria-invalid="true"/);
      expect(headers["cache-control"]).to.equal("no-store");
      expect(headers["www-authenticate"]).to.equal(undefined);
    });

    it("answers an expired code with 401 code_expired; a browser gets 422 and a way to a new code", async () => {
      const app = makeApp({ express });
      const { me, code } = await withCode(app);
      app.clock.advance(300_000);
      const { body } = await me.verify(code).expect(401);
      expect(body).to.include({ code: "code_expired", message: "Verification code has expired" });
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      const { text } = await alice.verify("123456").expect(422);
      expect(text)
        .to.include("Verification code has expired")
        .and.include('action="/sms_verification/challenge"');
    });

    it("[K6] a browser whose code expired while registering gets the page again, and a new code with one action", async () => {
      const app = makeApp({ express });
      const nora = visitor(app, "html");
      await nora.logIn("nora");
      await nora.register("0978 000 111").expect(303);
      app.clock.advance(300_000);
      const { text } = await nora.verify(app.outbox.code()).expect(422);
      expect(text)
        .to.include("Verification code has expired")
        .and.include('action="/sms_verification/challenge"');
      await nora.send().expect(303).expect("Location", "/sms_verification/new");
      await nora.verify(app.outbox.code()).expect(303);
      expect(app.users.get("nora")?.phone).to.equal("+886978000111");
    });

    it("start over forgets the code and the number that was being registered", async () => {
      const app = makeApp({ express });
      const { me, code } = await withCode(app, "nora");
      await me.post("/sms_verification/start_over").expect(200);
      await me.get("/sms_verification/challenge").expect(404);
      await me.verify(code).expect(401);
      expect(app.users.get("nora")?.phone).to.equal(undefined);
      const browser = visitor(app, "html");
      await browser.logIn("nora");
      await browser
        .post("/sms_verification/start_over")
        .expect(303)
        .expect("Location", "/sms_registration/new");
    });

    it("[A11] refuses what cannot be a code before it costs a guess", async () => {
      const { me, code } = await withCode(makeApp({ express }));
      for (const typed of [
        123456,
        [code],
        { $gt: "" },
        null,
        true,
        "",
        "12345",
        "1234567",
        "12345a",
        `${code}\0`,
        "1".repeat(10_000),
      ]) {
        const { body } = await me.verify(typed).expect(400);
        expect(body.code, JSON.stringify(typed)).to.equal("invalid_code");
      }
      const { body } = await me.get("/sms_verification/challenge").expect(200);
      expect(body.attempts_remaining).to.equal(5);
      await me.verify(code).expect(200);
    });

    it("[K12] speaks the account's language before the browser's", async () => {
      const app = makeApp({ express });
      const ja = visitor(app, "json", { "Accept-Language": "ja" });
      await ja.logIn("alice");
      const { body } = await ja.send().expect(201);
      expect(body.message).not.to.equal("Verification code sent");
      expect(app.outbox.last().locale).to.equal("ja");
      (app.users.get("nora") as { locale?: string }).locale = "de";
      const nora = visitor(app, "json", { "Accept-Language": "ja" });
      await nora.logIn("nora");
      await nora.register("0978000111").expect(201);
      expect(app.outbox.last().locale).to.equal("de");
    });
  });
}
