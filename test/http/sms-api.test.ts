import { expect } from "chai";
import supertest from "supertest";
import { smsApi, type SmsApiOptions } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { ALICE, call, CLIENTS, NEXT, NOBODY, NORA, NUMBER, restApp, SECRET } from "../support/rest.ts";
import { visitor, wrong } from "../support/visitor.ts";

for (const version of versions) {
  describe(`the REST API, on Express ${version}`, () => {
    const make = restApp(version);

    it("a server sets a phone up, and asks for codes by it: fields, types and messages of the contract", async () => {
      const app = make();
      const begun = await call(app, "beginSetup", { ...NORA, phone_number: NUMBER }).expect(200);
      expect(begun.body).to.deep.equal({
        success: true,
        message: "Verification code sent",
        phone_display: "***-***-0123",
        expires_in_minutes: 5,
        attempts_remaining: 5,
      });
      expect(begun.headers["cache-control"]).to.equal("no-store");
      const confirmed = await call(app, "confirmSetup", {
        ...NORA,
        phone_number: NUMBER,
        code: app.outbox.code(),
      }).expect(200);
      expect(confirmed.body).to.deep.equal({
        success: true,
        message: "Verification successful",
        phone_display: "***-***-0123",
      });
      expect(app.users.get("nora")?.phone).to.equal(NUMBER);
      const asked = await call(app, "requestCode", NORA).expect(200);
      expect(Object.keys(asked.body)).to.deep.equal(Object.keys(begun.body));
      const { body } = await call(app, "verify", { ...NORA, code: app.outbox.code() }).expect(200);
      expect(body).to.deep.equal({
        success: true,
        message: "Verification successful",
        method: "sms",
        email: NORA.email,
        tenant_id: "acme",
      });
    });

    it("[T50] takes JSON and no form, which any site's page may post, also where the app has read it", async () => {
      const app = make();
      for (const type of ["form", "text/plain"]) {
        const { body } = await supertest(app.server)
          .post("/webauthn/sms/requestCode")
          .set("Authorization", `Bearer ${SECRET}`)
          .type(type)
          .send(new URLSearchParams(ALICE).toString());
        expect(body.code, type).to.equal("invalid_request");
      }
      expect(app.outbox.messages).to.have.length(0);
    });

    it("requestCode with a number does what beginSetup does", async () => {
      const app = make();
      await call(app, "requestCode", { ...NORA, phone_number: NUMBER }).expect(200);
      await call(app, "requestCode", NORA).expect(429);
      await call(app, "confirmSetup", {
        ...NORA,
        phone_number: NUMBER,
        code: app.outbox.code(NUMBER),
      }).expect(200);
    });

    it("a session calls for its own account, and for no other", async () => {
      const app = make();
      const me = visitor(app);
      await me.logIn("alice");
      await me.post("/webauthn/sms/requestCode", ALICE).expect(200);
      for (const other of [NORA, NOBODY]) {
        const { body } = await me.post("/webauthn/sms/requestCode", other).expect(401);
        expect(body.code).to.equal("login_required");
      }
      await me.post("/webauthn/sms/verify", { ...ALICE, code: app.outbox.code() }).expect(200);
      await me.get("/chat").expect(200);
    });

    it("[T31] a session has the limits of the app's own pages, whichever tenant it names, and a code for one is nothing in another", async () => {
      const app = make();
      const me = visitor(app);
      await me.logIn("alice");
      await me.post("/webauthn/sms/requestCode", ALICE).expect(200);
      const code = app.outbox.code();
      await me.post("/webauthn/sms/verify", { ...ALICE, tenant_id: "globex", code }).expect(401);
      await me.verify(code).expect(401);
      for (let i = 0; i < 4; i++)
        await me.post("/webauthn/sms/verify", { ...ALICE, code: wrong(code) }).expect(400);
      const { body } = await me.post("/webauthn/sms/verify", { ...ALICE, code: wrong(code) }).expect(400);
      expect(body.code).to.equal("attempts_exceeded");
      await me.post("/webauthn/sms/requestCode", { ...ALICE, tenant_id: "globex" }).expect(429);
      await me.send().expect(429);
    });

    it("anyone else gets 401, alike for known and unknown emails, clients and tenants, and nothing is sent", async () => {
      const app = make();
      const answers = [];
      for (const [body, secret] of [
        [ALICE, ""],
        [NOBODY, ""],
        [ALICE, "wrong"],
        [NOBODY, "wrong"],
        [{ ...ALICE, tenant_id: "globex" }, SECRET],
        [{ ...ALICE, client_id: "ios" }, SECRET],
        [{ ...ALICE, client_id: "other" }, SECRET],
        [{ ...ALICE, tenant_id: "initech" }, SECRET],
      ] as const)
        answers.push(await call(app, "requestCode", body, secret).expect(401));
      expect(new Set(answers.map(({ text }) => text)).size).to.equal(1);
      for (const { headers } of answers) expect(headers["www-authenticate"]).to.be.a("string");
      expect(app.outbox.messages).to.deep.equal([]);
    });

    it("a wrong secret does not fall back to the session that is there", async () => {
      const app = make();
      const me = visitor(app);
      await me.logIn("alice");
      await me.post("/webauthn/sms/requestCode", ALICE).set("Authorization", "Bearer wrong").expect(401);
    });

    it("takes each of a client's secrets, so that they can be rotated", async () => {
      const app = make({ sms: { cooldownSeconds: [0] } });
      for (const secret of [SECRET, NEXT]) await call(app, "requestCode", ALICE, secret).expect(200);
    });

    it("authorize replaces the rule", async () => {
      const app = make(
        {},
        {
          authorize: (req, { email }) => req.headers["x-key"] === "k" && email?.startsWith("alice") === true,
        },
      );
      const ask = (body: object) =>
        supertest(app.server).post("/webauthn/sms/requestCode").set("X-Key", "k").send(body);
      await ask(ALICE).expect(200);
      await ask(NORA).expect(401);
      await call(app, "requestCode", ALICE).expect(401);
    });

    it("[T7] [N8] a code of one tenant, client or session is nothing in another", async () => {
      const app = make({ users: { alice: "+886912345678" } });
      await call(app, "requestCode", ALICE).expect(200);
      const code = app.outbox.code();
      const globex = { tenant_id: "globex", client_id: "web", email: ALICE.email };
      await call(app, "verify", { ...globex, code }, CLIENTS[2]?.secrets[0]).expect(401);
      await call(app, "verify", { ...ALICE, client_id: "ios", code }, CLIENTS[1]?.secrets[0]).expect(401);
      const me = visitor(app);
      await me.logIn("alice");
      await me.post("/webauthn/sms/verify", { ...ALICE, code }).expect(401);
      await me.verify(code).expect(401);
      await call(app, "verify", { ...ALICE, code }).expect(200);
      await call(app, "verify", { ...ALICE, code }).expect(401);
    });

    it("[T31] limits are inside the tenant, and the events name it", async () => {
      const app = make();
      await call(app, "requestCode", ALICE).expect(200);
      await call(app, "requestCode", ALICE).expect(429);
      const globex = { tenant_id: "globex", client_id: "web", email: ALICE.email };
      await call(app, "requestCode", globex, CLIENTS[2]?.secrets[0]).expect(200);
      expect([...new Set(app.events.map(({ event }) => event.tenant))]).to.deep.equal(["acme", "globex"]);
    });

    it("[T8] a setup's code does not sign in, and a login's code sets nothing up", async () => {
      const app = make();
      await call(app, "beginSetup", { ...NORA, phone_number: NUMBER }).expect(200);
      await call(app, "verify", { ...NORA, code: app.outbox.code() }).expect(401);
      await call(app, "requestCode", ALICE).expect(200);
      await call(app, "confirmSetup", {
        ...ALICE,
        phone_number: "+886912345678",
        code: app.outbox.code(),
      }).expect(401);
    });

    it("confirmSetup with another number is 400, and the right one still passes", async () => {
      const app = make();
      await call(app, "beginSetup", { ...NORA, phone_number: NUMBER }).expect(200);
      const code = app.outbox.code();
      const { body } = await call(app, "confirmSetup", {
        ...NORA,
        phone_number: "+12015550124",
        code,
      }).expect(400);
      expect(body).to.include({ code: "invalid_phone_number", field: "phone_number" });
      await call(app, "confirmSetup", { ...NORA, phone_number: "+1 (201) 555-0123", code }).expect(200);
    });

    it("[T41] a number on file is replaced after a fresh code to it only", async () => {
      const app = make();
      const { body } = await call(app, "beginSetup", { ...ALICE, phone_number: NUMBER }).expect(401);
      expect(body.code).to.equal("factor_required");
      await call(app, "requestCode", ALICE).expect(200);
      await call(app, "verify", { ...ALICE, code: app.outbox.code() }).expect(200);
      await call(app, "beginSetup", { ...ALICE, phone_number: NUMBER }).expect(200);
      await call(app, "confirmSetup", {
        ...ALICE,
        phone_number: NUMBER,
        code: app.outbox.code(NUMBER),
      }).expect(200);
      expect(app.users.get("alice")?.phone).to.equal(NUMBER);
    });

    it("answers wrong codes, ended and used-up ones in the words of the contract", async () => {
      const app = make();
      await call(app, "requestCode", ALICE).expect(200);
      const bad = wrong(app.outbox.code());
      const { body } = await call(app, "verify", { ...ALICE, code: bad }).expect(400);
      expect(body).to.include({
        error: "Bad Request",
        message: "Invalid verification code",
        field: "code",
        attempts_remaining: 4,
      });
      for (let i = 0; i < 3; i++) await call(app, "verify", { ...ALICE, code: bad }).expect(400);
      const last = await call(app, "verify", { ...ALICE, code: bad }).expect(400);
      expect(last.body).to.include({
        error: "Bad Request",
        message: "Maximum verification attempts exceeded",
      });
      app.clock.advance(300_000);
      const late = await call(app, "verify", { ...ALICE, code: bad }).expect(401);
      expect(late.body).to.include({ error: "Unauthorized", message: "Verification code has expired" });
      const taken = await call(app, "beginSetup", { ...NORA, phone_number: "+886912345678" }).expect(400);
      expect(taken.body).to.include({ error: "Bad Request", message: "Phone number already registered" });
    });

    it("[L6] missing, extra, wrongly typed, empty and huge fields are 400 and name the field", async () => {
      const app = make();
      const good = { ...NORA, phone_number: NUMBER, code: "123456" };
      for (const name of Object.keys(good)) {
        for (const bad of [undefined, null, 7, true, {}, [], ["a"], "", "   ", "x".repeat(5000)]) {
          const { body } = await call(app, "confirmSetup", { ...good, [name]: bad }).expect(400);
          expect([name, body.field]).to.deep.equal([name, name]);
        }
      }
      const { body } = await call(app, "verify", { ...ALICE, code: "123456", admin: true }).expect(400);
      expect(body).to.include({ code: "invalid_request", field: "admin" });
      for (const [type, text] of [
        ["application/json", "{"],
        ["application/json", "[]"],
        ["application/json", "null"],
        ["text/plain", "hello"],
        ["application/x-www-form-urlencoded", "email=a"],
      ] as const) {
        const answer = await supertest(app.server)
          .post("/webauthn/sms/verify")
          .set("Accept", "text/html")
          .type(type)
          .send(text);
        expect(answer.status).to.equal(400);
        expect(answer.type).to.equal("application/problem+json");
      }
      await supertest(app.server).get("/webauthn/sms/verify").expect(405);
    });

    it("[T39] strict delivery that fails is 500, and the code is worth nothing", async () => {
      const app = make();
      app.outbox.failWith(new Error("no"));
      await call(app, "requestCode", ALICE).expect(500);
      app.outbox.failWith(undefined);
      await call(app, "requestCode", ALICE).expect(200);
    });

    it("a send that the app's own check refuses is 403", async () => {
      await call(make({ factors: { beforeSend: () => false } }), "requestCode", ALICE).expect(403);
    });
  });
}

describe("the REST API", () => {
  it("[N8] inTenant takes names only, and keeps no handle for ever", () => {
    const { factors } = makeApp();
    for (const bad of [undefined, null, "", 7, "x".repeat(201)])
      expect(() => factors.inTenant(bad as string)).to.throw(TypeError, /tenant must be/);
    const first = factors.inTenant("first");
    expect(factors.inTenant("first")).to.equal(first);
    for (let i = 0; i < 1000; i++) factors.inTenant(`t${i}`);
    expect(factors.inTenant("first")).not.to.equal(first);
  });

  it("refuses at start clients that cannot be, and shows no secret", () => {
    const { factors } = makeApp();
    const bad = (clients: unknown) => () => smsApi(factors, { clients } as SmsApiOptions);
    expect(bad(undefined)).to.throw(TypeError, /clients/);
    expect(bad([])).to.throw(TypeError, /clients/);
    expect(bad([{ ...CLIENTS[0], tenant_id: "a b" }])).to.throw(TypeError, /clients\[0\]: tenant_id/);
    expect(bad([{ ...CLIENTS[0], client_id: "" }])).to.throw(TypeError, /client_id/);
    for (const secrets of [[], [""], ["with space"], [7], "text"])
      expect(bad([{ ...CLIENTS[0], secrets }])).to.throw(TypeError, /^(?!.*with space).*secrets/);
    expect(bad([null])).to.throw(TypeError, /clients\[0\]: tenant_id/);
    expect(bad([{ ...CLIENTS[0], tenant_id: undefined }])).to.throw(TypeError, /tenant_id/);
    expect(bad([CLIENTS[0], CLIENTS[0]])).to.throw(TypeError, /clients\[1\].*twice/);
  });
});
