import { expect } from "chai";
import express from "express";
import supertest from "supertest";
import { USUAL_MS } from "../../lib/flows/pace.ts";
import { smsApi, type ApiClient, type SmsApiOptions, type Transport } from "../../lib/index.ts";
import { makeApp, versions, type AppOptions, type TestApp } from "../support/app.ts";
import { visitor, wrong } from "../support/visitor.ts";

const SECRET = "the-secret-of-the-web-client-long-enough";
const NEXT = "the-next-secret-of-the-web-client-as-long";
const CLIENTS: ApiClient[] = [
  { tenant_id: "acme", client_id: "web", secrets: [SECRET, NEXT] },
  { tenant_id: "acme", client_id: "ios", secrets: ["the-secret-of-the-other-client-long-enough"] },
  { tenant_id: "globex", client_id: "web", secrets: ["the-secret-of-the-other-tenant-long-enough"] },
];
const WEB = { tenant_id: "acme", client_id: "web" };
const ALICE = { ...WEB, email: "alice@example.com" };
const NORA = { ...WEB, email: "nora@example.com" };
const NOBODY = { ...WEB, email: "nobody@example.com" };
const NUMBER = "+12015550123";

for (const version of versions) {
  describe(`the REST API, on Express ${version}`, () => {
    const make = (more: AppOptions = {}, options: Partial<SmsApiOptions> = {}): TestApp =>
      makeApp({
        express: version,
        routes: (app, { factors }) =>
          void app.use("/webauthn/sms", smsApi(factors, { clients: CLIENTS, ...options })),
        ...more,
      });
    const call = (app: TestApp, name: string, body: object, secret: string | undefined = SECRET) => {
      const request = supertest(app.server).post(`/webauthn/sms/${name}`);
      if (secret !== "") request.set("Authorization", `Bearer ${secret}`);
      return request.send(body);
    };

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

    describe("[T38] [J1] an email that nobody has", () => {
      it("is answered as one that somebody has, and nothing is sent", async () => {
        const app = make();
        const known = await call(app, "requestCode", ALICE).expect(200);
        const sent = app.outbox.messages.length;
        const unknown = await call(app, "requestCode", NOBODY).expect(200);
        expect(Object.keys(unknown.body)).to.deep.equal(Object.keys(known.body));
        expect({ ...unknown.body, phone_display: "" }).to.deep.equal({ ...known.body, phone_display: "" });
        expect(unknown.body.phone_display).to.match(/^\*{3}-\*{3}-\d{4}$/);
        expect(app.outbox.messages).to.have.length(sent);
        const again = await call(make(), "requestCode", NOBODY).expect(200);
        expect(again.body.phone_display).to.equal(unknown.body.phone_display);
      });

      it("has the same limits, the same wrong codes and the same end", async () => {
        const app = make();
        const both = async (name: string, more: object) => {
          const [known, unknown] = [
            await call(app, name, { ...ALICE, ...more }),
            await call(app, name, { ...NOBODY, ...more }),
          ];
          expect([unknown.status, unknown.body.code, unknown.body.attempts_remaining]).to.deep.equal([
            known.status,
            known.body.code,
            known.body.attempts_remaining,
          ]);
          return known.status;
        };
        expect(await both("verify", { code: "123456" })).to.equal(401);
        await both("requestCode", {});
        expect(await both("requestCode", {})).to.equal(429);
        const bad = wrong(app.outbox.code());
        for (let i = 0; i < 5; i++) expect(await both("verify", { code: bad })).to.equal(400);
        await both("verify", { code: bad });
        app.clock.advance(60_000);
        await both("requestCode", {});
        app.clock.advance(300_000);
        expect(await both("verify", { code: bad })).to.equal(401);
      });

      const PHONE = { phone_number: NUMBER };
      const OTHER = { phone_number: "+12015550124" };
      const guess = { code: "000000" };
      type Step = [name: string, body?: object, laterMs?: number];

      /** What an email is answered, step by step; invented digits are left out. */
      const answersTo = async (email: string, steps: readonly Step[], more: AppOptions) => {
        const app = make(more);
        const answers = [];
        for (const [name, body, laterMs = 0] of steps) {
          app.clock.advance(laterMs);
          const { status, body: got } = await call(app, name, { ...WEB, email, ...body });
          const { message, code, field, attempts_remaining, expires_in_minutes } = got;
          answers.push([name, status, message, code, field, attempts_remaining, expires_in_minutes]);
        }
        return answers;
      };
      const alike = async (emails: readonly string[], steps: readonly Step[], more: AppOptions = {}) => {
        const [first, ...rest] = await Promise.all(
          emails.map(async (email) => answersTo(email, steps, more)),
        );
        for (const answers of rest) expect(answers).to.deep.equal(first);
        return first?.map(([, status]) => status);
      };
      const ALL = [ALICE, NORA, NOBODY].map(({ email }) => email);
      const WITHOUT = [NORA, NOBODY].map(({ email }) => email);

      it("is told about a code that nobody asked for what anybody is told, whatever is typed", async () => {
        expect(await alike(ALL, [["verify", { code: "abc" }]])).to.deep.equal([401]);
        expect(await alike(ALL, [["confirmSetup", { ...PHONE, code: "abc" }]])).to.deep.equal([401]);
        expect(await alike(ALL, [["requestCode"], ["confirmSetup", { ...PHONE, ...guess }]])).to.deep.equal([
          200, 401,
        ]);
        await alike(ALL, [
          ["requestCode"],
          ["verify", { code: "abc" }],
          ["verify", { code: "abc" }, 600_000],
        ]);
      });

      it("is held to the number that its setup was begun with", async () => {
        const steps: Step[] = [
          ["beginSetup", PHONE],
          ["confirmSetup", { ...OTHER, ...guess }],
          ["confirmSetup", { ...PHONE, code: "abc" }],
          ["confirmSetup", { ...PHONE, ...guess }],
          ["verify", guess],
        ];
        expect(await alike(WITHOUT, steps)).to.deep.equal([200, 400, 400, 400, 401]);
      });

      it("may begin another setup, or one after asking for a code, as anybody may", async () => {
        const twice: Step[] = [
          ["beginSetup", PHONE],
          ["beginSetup", OTHER],
          ["beginSetup", OTHER],
        ];
        expect(await alike(WITHOUT, twice)).to.deep.equal([200, 200, 429]);
        const after: Step[] = [
          ["requestCode"],
          ["beginSetup", PHONE],
          ["requestCode"],
          ["requestCode", {}, 61_000],
        ];
        expect(await alike(WITHOUT, after)).to.deep.equal([200, 200, 429, 200]);
      });

      it("shows the digits of the number that its setup was begun with", async () => {
        for (const who of [NORA, NOBODY]) {
          const app = make();
          await call(app, "beginSetup", { ...who, ...PHONE }).expect(200);
          app.clock.advance(61_000);
          const { body } = await call(app, "requestCode", who).expect(200);
          expect(body.phone_display).to.equal("***-***-0123");
        }
      });

      it("is not told more of a number than others are: how often it was asked for, and whose it is", async () => {
        const users = { alice: "+886912345678", nora: undefined, mallory: undefined };
        for (const who of [NORA, NOBODY]) {
          const app = make({ users });
          await call(app, "beginSetup", { ...WEB, email: "mallory@example.com", ...PHONE }).expect(200);
          await call(app, "beginSetup", { ...who, ...PHONE }).expect(429);
          const taken = await call(app, "beginSetup", { ...who, phone_number: "+886912345678" }).expect(400);
          expect(taken.body.code).to.equal("phone_taken");
        }
      });

      it("sets nothing up: no code passes, and no account hears of it", async () => {
        const notices: unknown[] = [];
        const app = make({
          sms: { guessesPerHour: 2 },
          factors: { random: () => 424_242, notify: (notice) => void notices.push(notice) },
        });
        await call(app, "beginSetup", { ...NOBODY, ...PHONE }).expect(200);
        await call(app, "confirmSetup", { ...NOBODY, ...PHONE, code: "424242" }).expect(400);
        await call(app, "confirmSetup", { ...NOBODY, ...PHONE, code: "424242" }).expect(400);
        expect(notices).to.deep.equal([]);
        expect(app.events.map(({ name, event }) => [name, event.reason])).to.deep.equal([
          ["phone_otp_send_suppressed", "unknown_account"],
        ]);
      });

      it("takes as long as a send, from the first request on, and as a managed verifier at a wrong code", async () => {
        const transport: Transport = {
          name: "managed",
          send: async () => ({ id: "VE1", status: "queued", managed: true }),
          check: async () => "wrong",
        };
        const app = make({ sms: { transport } });
        const took = async (name: string, body: object, status: number) => {
          const start = performance.now();
          await call(app, name, { ...NOBODY, ...body }).expect(status);
          expect(performance.now() - start, name).to.be.at.least(USUAL_MS - 5);
        };
        await took("requestCode", {}, 200);
        await took("verify", guess, 400);
      });

      it("takes no longer than the sends of this app, whichever tenant they were for", async () => {
        const app = make();
        await call(app, "requestCode", { ...ALICE, tenant_id: "globex" }, CLIENTS[2]?.secrets[0]).expect(200);
        const took = [];
        for (const email of ["a@example.com", "b@example.com", "c@example.com"]) {
          const start = performance.now();
          await call(app, "requestCode", { ...WEB, email }).expect(200);
          took.push(performance.now() - start);
        }
        // The quickest, because anything may stop a machine for a moment.
        expect(Math.min(...took)).to.be.below(USUAL_MS);
      });

      it("is answered at setup too", async () => {
        const app = make();
        const { body } = await call(app, "beginSetup", { ...NOBODY, phone_number: NUMBER }).expect(200);
        expect(body.phone_display).to.equal("***-***-0123");
        expect(app.outbox.messages).to.deep.equal([]);
        await call(app, "confirmSetup", { ...NOBODY, phone_number: NUMBER, code: "123456" }).expect(400);
      });

      it("is one without a phone as well", async () => {
        const app = make();
        const { body } = await call(app, "requestCode", NORA).expect(200);
        expect(body.phone_display).to.match(/^\*{3}-\*{3}-\d{4}$/);
        await call(app, "verify", { ...NORA, code: "123456" }).expect(400);
        expect(app.outbox.messages).to.deep.equal([]);
      });
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

    describe("sign-up", () => {
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

      it("[T38] a number that has an account is answered alike, and its owner hears of it", async () => {
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
