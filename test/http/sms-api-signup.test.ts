import { expect } from "chai";
import express from "express";
import supertest from "supertest";
import { smsApi } from "../../lib/index.ts";
import { makeApp, versions, type TestApp } from "../support/app.ts";
import { call, CLIENTS, NUMBER, restApp, WEB } from "../support/rest.ts";
import { visitor } from "../support/visitor.ts";

for (const version of versions) {
  describe(`the REST API: sign-up, on Express ${version}`, () => {
    const make = restApp(version);

    const SIGNUP = { signup: { fields: [{ name: "email", label: "Email", type: "email" }] } } as const;
    const MIA = { ...WEB, phone_number: "+886978000111" };
    const made = (app: TestApp) => [...app.users.values()].filter(({ id }) => id.startsWith("new"));

    it("a server makes an account by a number and its code, once", async () => {
      const app = make({}, SIGNUP);
      const { body } = await call(app, "signup/send", MIA).expect(200);
      expect(body).to.include({ success: true, phone_display: "***-***-0111", attempts_remaining: 5 });
      const answer = { ...MIA, code: app.outbox.code(), email: "mia@example.com" };
      const all = await Promise.all(Array.from({ length: 10 }, () => call(app, "signup/verify", answer)));
      const [done] = all.filter(({ status }) => status === 200);
      expect(done?.body).to.deep.equal({
        success: true,
        message: "Verification successful",
        method: "sms",
        phone_display: "***-***-0111",
        tenant_id: "acme",
      });
      expect(all.filter(({ status }) => status === 200)).to.have.length(1);
      expect(made(app).map(({ phone }) => phone)).to.deep.equal([MIA.phone_number]);
    });

    it("a browser does so in its session, for the number that it named, and is signed in", async () => {
      const app = make({}, SIGNUP);
      const me = visitor(app);
      await me.post("/webauthn/sms/signup/send", MIA).expect(200);
      const answer = { ...MIA, code: app.outbox.code(), email: "mia@example.com" };
      const other = await me
        .post("/webauthn/sms/signup/verify", { ...answer, phone_number: NUMBER })
        .expect(400);
      expect(other.body).to.include({ code: "invalid_phone_number", field: "phone_number" });
      await visitor(app).post("/webauthn/sms/signup/verify", answer).expect(401);
      await call(app, "signup/verify", answer).expect(401);
      await me.post("/webauthn/sms/signup/verify", answer).expect(200);
      await me.get("/chat").expect(200);
    });

    it("[J5][T38] a number that has an account is answered alike, and its owner hears of it", async () => {
      const app = make({}, SIGNUP);
      const taken = await call(app, "signup/send", { ...WEB, phone_number: "+886912345678" }).expect(200);
      expect(Object.keys(taken.body)).to.include.members(["phone_display", "attempts_remaining"]);
      expect(app.outbox.last().text).to.include("has an account already");
      await call(app, "signup/verify", {
        ...WEB,
        phone_number: "+886912345678",
        code: "123456",
        email: "a@b",
      }).expect(400);
      expect(made(app)).to.deep.equal([]);
    });

    it("is not there unless it is asked for, and wants its fields", async () => {
      await call(make(), "signup/send", MIA).expect(404);
      const app = make({}, SIGNUP);
      const { body } = await call(app, "signup/verify", { ...MIA, code: "123456" }).expect(400);
      expect(body).to.include({ code: "invalid_request", field: "email" });
      await call(app, "signup/send", MIA, "wrong").expect(401);
    });
  });
}

describe("the REST API: sign-up", () => {
  it("asks who has neither a secret nor a session to sign in, also at sign-up", async () => {
    const { factors } = makeApp();
    const app = express();
    app.use(smsApi(factors, { clients: CLIENTS, signup: {} }));
    const body = { ...WEB, phone_number: NUMBER };
    await supertest(app).post("/signup/send").send(body).expect(401);
    await supertest(app)
      .post("/signup/verify")
      .send({ ...body, code: "123456" })
      .expect(401);
  });
});
