import { expect } from "chai";
import { makeApp, versions, type AppOptions } from "../support/app.ts";
import { visitor } from "../support/visitor.ts";
import { readAloud } from "../support/read-aloud.ts";

const CHOICES: AppOptions = { call: {}, whatsapp: {} };

for (const express of versions) {
  describe(`choosing a factor, on Express ${express}`, () => {
    const make = (more: AppOptions = {}) => makeApp({ express, ...CHOICES, ...more });

    it("lists the factors on file as JSON, with where to begin and to verify each", async () => {
      const me = visitor(make());
      await me.logIn("alice");
      const { body, headers } = await me.get("/second_factor").expect(200);
      expect(body.factors).to.deep.equal(
        ["sms", "call", "whatsapp"].map((name) => ({
          name,
          phone_display: "***-***-5678",
          begin: `/${name}_verification/challenge`,
          verify: `/${name}_verification`,
          field: "pin_number",
        })),
      );
      expect(headers["cache-control"]).to.equal("no-store");
    });

    it("each listed path works as it is told", async () => {
      const app = make();
      const me = visitor(app);
      await me.logIn("alice");
      const { body } = await me.get("/second_factor").expect(200);
      const [, call] = body.factors as { begin: string; verify: string; field: string }[];
      await me.post(call?.begin as string).expect(201);
      await me.post(call?.verify as string, { [call?.field as string]: app.outbox.code() }).expect(200);
    });

    it("is a page with a button each, and one for neither", async () => {
      const me = visitor(make(), "html");
      await me.logIn("alice");
      const { text } = await me.get("/second_factor/new").expect(200);
      for (const label of [
        "Text ***-***-5678",
        "Call ***-***-5678",
        "WhatsApp ***-***-5678",
        "I can’t use any of these",
      ])
        expect(
          text.split("</button>").some((each) => readAloud(each).endsWith(label)),
          label,
        ).to.equal(true);
    });

    it("a choice sends, and goes on to where the code is typed", async () => {
      const app = make();
      const me = visitor(app, "html");
      await me.logIn("alice");
      const { headers } = await me.post("/second_factor", { factor: "call" }).expect(303);
      expect(headers["location"]).to.equal("/call_verification/new");
      expect(app.outbox.last().channel).to.equal("call");
      const { text } = await me.get("/call_verification/new").expect(200);
      expect(readAloud(text)).to.include("Enter the 6-digit code that the call to ***-***-5678 reads out");
      expect(text).to.include('href="/second_factor/new"');
    });

    it("the same choice again within the cooldown leads to the code that is there", async () => {
      const app = make();
      const me = visitor(app, "html");
      await me.logIn("alice");
      await me.post("/second_factor", { factor: "sms" }).expect(303);
      const { headers } = await me.post("/second_factor", { factor: "sms" }).expect(303);
      expect(headers["location"]).to.equal("/sms_verification/new");
      expect(app.outbox.messages).to.have.length(1);
    });

    it("neither leads to a page that says what is left, and sends nothing", async () => {
      const app = make();
      const me = visitor(app, "html");
      await me.logIn("alice");
      const { headers } = await me.post("/second_factor", { factor: "none" }).expect(303);
      const { text } = await me.get(headers["location"] as string).expect(200);
      expect(text).to.include("contact support");
      expect(app.outbox.messages).to.deep.equal([]);
    });

    it("a choice that is not on file is 400 and names the field", async () => {
      const me = visitor(make());
      await me.logIn("alice");
      for (const factor of ["totp", "__proto__", "", ["sms"], { a: 1 }, 7]) {
        const { body } = await me.post("/second_factor", { factor }).expect(400);
        expect(body).to.include({ code: "invalid_request", field: "factor" });
      }
    });

    it("who has nothing on file is sent to register a phone", async () => {
      const me = visitor(make(), "html");
      await me.logIn("nora");
      const { headers } = await me.get("/second_factor/new").expect(303);
      expect(headers["location"]).to.equal("/sms_registration/new");
    });

    it("asks for the first factor first", async () => {
      const me = visitor(make());
      await me.get("/second_factor").expect(401);
      await me.post("/second_factor", { factor: "sms" }).expect(401);
    });

    it("is where an app with several factors sends who must prove", async () => {
      const me = visitor(make(), "html");
      await me.logIn("alice");
      expect((await me.get("/chat").expect(303)).headers["location"]).to.equal("/second_factor/new");
      const only = visitor(makeApp({ express }), "html");
      await only.logIn("alice");
      expect((await only.get("/chat").expect(303)).headers["location"]).to.equal("/sms_verification/new");
    });
  });
}
