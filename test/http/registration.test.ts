import { expect } from "chai";
import { ALICE, makeApp, versions } from "../support/app.ts";
import { passed, visitor } from "../support/visitor.ts";

for (const express of versions) {
  describe(`registering a phone, on Express ${express}`, () => {
    it("lists the countries by name with their calling codes", async () => {
      const nora = visitor(makeApp({ express }));
      await nora.logIn("nora");
      const { body, headers } = await nora.get("/sms_registration/new").expect(200);
      expect(headers["cache-control"]).to.equal("no-store");
      expect(body.countries).to.deep.include({ country_code: "TW", calling_code: "886", name: "Taiwan" });
      expect(body.countries.length).to.be.greaterThan(200);
    });

    it("[G1] shows a form with the browser's country chosen, and what codes by phone risk", async () => {
      const nora = visitor(makeApp({ express }), "html", { "Accept-Language": "en-JP" });
      await nora.logIn("nora");
      const page = await nora
        .get("/sms_registration/new")
        .expect(200)
        .expect("Content-Type", /^text\/html/);
      expect(page.text)
        .to.match(/<option[^>]*value="JP"[^>]* selected/)
        .and.match(/autocomplete="tel/)
        .and.include("can be intercepted")
        .and.include("Use a stronger method");
    });

    it("[I9] [I10] sends its pages with no-store and a strict policy", async () => {
      const nora = visitor(makeApp({ express }), "html");
      await nora.logIn("nora");
      const { headers } = await nora.get("/sms_registration/new").expect(200);
      expect(headers["cache-control"]).to.equal("no-store");
      expect(headers["content-security-policy"])
        .to.include("default-src 'self'")
        .and.include("frame-ancestors 'none'");
      expect(headers["x-content-type-options"]).to.equal("nosniff");
      expect(headers["referrer-policy"]).to.equal("same-origin");
    });

    it("sends a code and answers 201 with what the caller needs next", async () => {
      const app = makeApp({ express });
      const nora = visitor(app);
      await nora.logIn("nora");
      const { body, headers } = await nora.register("0978 000 111", "TW").expect(201);
      const { reference, ...rest } = body as Record<string, unknown>;
      expect(reference).to.equal(app.outbox.last().reference);
      expect(rest).to.deep.equal({
        success: true,
        message: "Verification code sent",
        phone_display: "***-***-0111",
        expires_in_minutes: 5,
        attempts_remaining: 5,
        resend_after_seconds: 30,
      });
      expect(headers["cache-control"]).to.equal("no-store");
      expect(app.outbox.last().to).to.equal("+886978000111");
    });

    it("sends a browser on to the verification page with 303", async () => {
      const app = makeApp({ express });
      const nora = visitor(app, "html");
      await nora.logIn("nora");
      await nora.register("0978 000 111").expect(303).expect("Location", "/sms_verification/new");
    });

    it("takes country and number flat and nested, urlencoded and JSON, by ISO code and calling code", async () => {
      const bodies: [string, object | string][] = [
        ["json", { country_code: "TW", phone_number: "0978000111" }],
        ["json", { country_code: "+886", phone_number: "0978 000 111" }],
        ["json", { country_code: "886", phone_number: "+886 978 000 111" }],
        ["json", { sms_registration: { country_code: "tw", phone_number: "978-000-111" } }],
        ["form", "country_code=TW&phone_number=0978000111"],
        ["form", "sms_registration%5Bcountry_code%5D=TW&sms_registration%5Bphone_number%5D=0978000111"],
      ];
      for (const [type, body] of bodies) {
        const app = makeApp({ express });
        const nora = visitor(app);
        await nora.logIn("nora");
        await nora.agent
          .post("/sms_registration")
          .set("Accept", "application/json")
          .type(type)
          .send(body)
          .expect(201);
        expect(app.outbox.last().to, JSON.stringify(body)).to.equal("+886978000111");
      }
    });

    it("refuses what is no phone number, naming the field", async () => {
      const nora = visitor(makeApp({ express }));
      await nora.logIn("nora");
      const table: [string, string, string][] = [
        ["TW", "123", "phone_number"],
        ["TW", "", "phone_number"],
        ["US", "+886 978 000 111", "phone_number"],
        ["XX", "0978000111", "country_code"],
        ["", "0978000111", "country_code"],
      ];
      for (const [country, number, field] of table) {
        const { body } = await nora
          .register(number, country)
          .expect(400)
          .expect("Content-Type", /^application\/problem\+json/);
        expect(body).to.include({ code: "invalid_phone_number", field, status: 400, success: false });
      }
    });

    it("shows the form again with 422, the typed values and the error tied to its field", async () => {
      const app = makeApp({ express });
      const nora = visitor(app, "html");
      await nora.logIn("nora");
      const page = await nora
        .register(`12"><script>`, "JP")
        .expect(422)
        .expect("Content-Type", /^text\/html/);
      expect(page.text).to.match(/<option[^>]*value="JP"[^>]* selected/);
      expect(page.text).to.include("12&quot;&gt;&lt;script&gt;").and.not.include('><script>"');
      expect(page.text).to.match(/<input[^>]*name="phone_number"[^>]*aria-invalid="true"/);
      const described =
        /<input[^>]*name="phone_number"[^>]*aria-describedby="([^"]+)"/.exec(page.text)?.[1] ?? "";
      expect(
        described
          .split(" ")
          .some((id) => new RegExp(`id="${id}"[^>]*>(?:(?!</p>).)*not a phone number`).test(page.text)),
      ).to.equal(true);
      expect(app.outbox.messages).to.have.length(0);
    });

    it("[O3] refuses countries that the app does not serve", async () => {
      const app = makeApp({ express, sms: { countries: { allow: ["TW"] } } });
      const nora = visitor(app);
      await nora.logIn("nora");
      const { body } = await nora.register("(201) 555-0123", "US").expect(400);
      expect(body).to.include({ code: "country_not_allowed", field: "country_code" });
      const { body: list } = await nora.get("/sms_registration/new");
      expect(list.countries).to.deep.equal([{ country_code: "TW", calling_code: "886", name: "Taiwan" }]);
    });

    it("[G6] says that a number is registered already, to a signed-in user only", async () => {
      const app = makeApp({ express });
      const nora = visitor(app);
      await nora.register().expect(401);
      await nora.logIn("nora");
      const { body } = await nora.register(ALICE, "TW").expect(400);
      expect(body).to.include({
        code: "phone_taken",
        message: "Phone number already registered",
        field: "phone_number",
      });
      expect(app.outbox.messages).to.have.length(0);
    });

    it("asks a stranger to sign in: 401 for JSON, 303 for a browser", async () => {
      const app = makeApp({ express });
      const { body } = await visitor(app).get("/sms_registration/new").expect(401);
      expect(body).to.include({ code: "login_required", error: "Unauthorized" });
      await visitor(app, "html").get("/sms_registration/new").expect(303).expect("Location", "/login");
    });

    it("puts the number on file only when its code was typed, and ties the session to it", async () => {
      const app = makeApp({ express });
      const nora = visitor(app);
      await nora.logIn("nora");
      await nora.register("0978 000 111").expect(201);
      expect(app.users.get("nora")?.phone).to.equal(undefined);
      await nora.get("/chat").expect(401);
      const { body } = await nora.verify(app.outbox.code()).expect(200);
      expect(body).to.deep.equal({
        success: true,
        message: "Verification successful",
        method: "sms",
        amr: ["sms"],
      });
      expect(app.users.get("nora")?.phone).to.equal("+886978000111");
      await nora.get("/chat").expect(200);
      expect(app.events.map((each) => each.name)).to.include("phone_registered");
    });

    it("[L6] ignores fields that it does not know, prototype keys too", async () => {
      const app = makeApp({ express });
      const nora = visitor(app);
      await nora.logIn("nora");
      const json = `{"country_code":"TW","phone_number":"0978000111","isAdmin":true,"__proto__":{"isAdmin":true},"user":"alice","account":"alice"}`;
      await nora.agent
        .post("/sms_registration")
        .set("Accept", "application/json")
        .type("json")
        .send(json)
        .expect(201);
      expect(({} as { isAdmin?: boolean }).isAdmin).to.equal(undefined);
      expect(app.users.get("nora")).to.deep.equal({ id: "nora", phone: undefined });
      await nora.verify(app.outbox.code()).expect(200);
      expect(app.users.get("nora")?.phone).to.equal("+886978000111");
      expect(app.users.get("alice")?.phone).to.equal(ALICE);
    });

    it("sends the code after a signed-in sign-up and at once again at the next login: a passed code lifts the cooldown", async () => {
      const app = makeApp({ express });
      await passed(app, "nora");
      const again = visitor(app);
      await again.logIn("nora");
      await again.send().expect(201);
    });
  });
}
