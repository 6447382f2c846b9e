import { expect } from "chai";
import request from "supertest";
import { FactorStrategy, requireFactors, type Notice } from "../../lib/index.ts";
import { memoryStore as store } from "../../lib/stores/memory.ts";
import { storeCredentials } from "../../lib/credentials/store-credentials.ts";
import { sealedCredentials } from "../../lib/credentials/sealed-credentials.ts";
import { createSecretBox } from "../../lib/crypto/secret.ts";
import { makeApp, SECRET, versions, type TestApp } from "../support/app.ts";
import { chat, token, type Service } from "../support/own-factors.ts";
import { visitor, type Visitor } from "../support/visitor.ts";

const [RIGHT, WRONG] = ["12345678", "87654321"];
const DOOR = "/hardware_token_verification";
const HOUR = 3_600_000;

for (const express of versions) {
  describe(`a factor of one's own, on Express ${express}`, () => {
    let service: Service;
    let sent: string[];
    let notices: Notice<unknown>[];
    beforeEach(() => {
      service = async (_serial, code) => (code === RIGHT ? "yes" : "wrong");
      sent = [];
      notices = [];
    });

    async function make(guessesInARow = 100): Promise<TestApp> {
      const keeps = store();
      const app = makeApp({
        express,
        store: keeps,
        more: [
          token((...what) => service(...what), { guessesInARow }),
          chat(async (_to, text) => void sent.push(text.slice(-6))),
        ],
        factors: { notify: (notice) => void notices.push(notice), timeoutMs: 200 },
        users: { alice: undefined, nora: undefined },
        routes(routes, { factors, passport }) {
          passport.use(new FactorStrategy("hardware-token", factors));
          routes.post("/token", passport.authenticate("hardware-token"), (req, res) => {
            res.json({ info: req.authInfo });
          });
          routes.get("/if", requireFactors(factors, { ifEnrolled: true }), (_req, res) => {
            res.json({ in: true });
          });
          routes.post("/off", (req, res, next) => {
            factors.remove(req, "hardware-token").then(() => res.json({}), next);
          });
        },
      });
      const box = createSecretBox(SECRET);
      await sealedCredentials(storeCredentials(keeps), box, "default")
        .ofKind("hardware-token")
        .add("alice", "1", { serial: "serial 77" }, 3);
      return app;
    }
    async function signedIn(app: TestApp, kind: "json" | "html" = "json", who = "alice"): Promise<Visitor> {
      const me = visitor(app, kind);
      await me.logIn(who);
      return me;
    }
    const type = (me: Visitor, code: unknown) => me.post(DOOR, { hardware_token: code });
    const names = (app: TestApp) =>
      app.events.filter(({ name }) => name !== "phone_otp_verify_start").map(({ name }) => name);

    it("has a page in its own words, which are escaped, and asks again with what was wrong", async () => {
      const app = await make();
      const me = await signedIn(app, "html");
      const { text } = await me.get(`${DOOR}/new`).expect(200);
      expect(text).to.include("<h1>Use your token</h1>").and.include("Digits on the token");
      expect(text)
        .to.include("Press &lt;its&gt; button.")
        .and.match(/name="hardware_token"[^>]*data-code="8"/);
      const again = await type(me, WRONG).expect(422);
      expect(again.text).to.include("Invalid verification code").and.include('aria-invalid="true"');
      await type(me, RIGHT).expect(303);
    });

    it("is offered with its own label, and English fills what a language leaves out", async () => {
      const app = await make();
      const me = await signedIn(app, "html");
      const { text } = await me.get("/second_factor/new").expect(200);
      expect(text)
        .to.match(/<span>Use your token(<span class="badges">.*<\/span>)?<\/span><\/button>/)
        .and.match(/<span>Get a chat message(<span class="badges">.*<\/span>)?<\/span><\/button>/);
      const german = await me.get(`${DOOR}/new`).set("Accept-Language", "de-AT").expect(200);
      expect(german.text).to.include("<h1>Token benutzen</h1>").and.include("Digits on the token");
      const json = await (await signedIn(app)).get("/second_factor").expect(200);
      expect(json.body.factors.map((each: { name: string }) => each.name)).to.deep.equal([
        "hardware-token",
        "chat",
      ]);
    });

    it("lets in who is right, as JSON, and tells of it by its name", async () => {
      const app = await make();
      const me = await signedIn(app);
      await me.get("/chat").expect(401);
      const { body } = await type(me, RIGHT).expect(200);
      expect(body).to.deep.include({ success: true, method: "hardware-token", amr: ["hwk", "otp"] });
      await me.get("/chat").expect(200);
      expect((await me.get("/me")).body.amr).to.deep.equal(["pwd", "hwk", "otp", "mfa"]);
      expect(names(app)).to.deep.equal(["factor_passed"]);
      expect(app.events.at(-1)?.event).to.include({
        factor: "hardware-token",
        purpose: "login",
        account: "alice",
      });
      expect(notices).to.deep.equal([]);
    });

    it("[T60] answers a form that was posted twice like the first time, and counts it once", async () => {
      const app = await make();
      const me = await signedIn(app);
      const both = await Promise.all([type(me, RIGHT), type(me, RIGHT)]);
      expect(both.map(({ status }) => status)).to.deep.equal([200, 200]);
      expect(names(app)).to.deep.equal(["factor_passed"]);
    });

    it("goes by any strategy of that name", async () => {
      const app = await make();
      const me = await signedIn(app);
      await me.post(`/token?hardware_token=${WRONG}`).expect(400);
      const { body } = await me.post(`/token?hardware_token=${RIGHT}`).expect(200);
      expect(body.info).to.deep.include({ method: "hardware-token" });
      await me.get("/chat").expect(200);
    });

    it("[T5] has ten guesses an hour, however many come at once, and says when to come again", async () => {
      const app = await make();
      const me = await Promise.all(Array.from({ length: 4 }, () => signedIn(app)));
      const guesses = Array.from({ length: 24 }, (_, i) => type(me[i % 4] as Visitor, WRONG));
      const statuses = (await Promise.all(guesses)).map(({ status }) => status);
      expect(statuses.filter((each) => each === 400)).to.have.length(10);
      expect(statuses.filter((each) => each === 429)).to.have.length(14);
      const over = await type(me[0] as Visitor, RIGHT).expect(429);
      expect(Number(over.headers["retry-after"])).to.be.within(HOUR / 1000 - 1, HOUR / 1000);
      expect(names(app).filter((each) => each === "account_locked")).to.have.length(1);
      expect(notices.map(({ kind }) => kind)).to.deep.equal(["account_locked"]);
      app.clock.advance(HOUR);
      await type(await signedIn(app), RIGHT).expect(200);
    });

    it("is off after its failures in a row, and another factor is not", async () => {
      const app = await make(3);
      const me = await signedIn(app);
      for (let i = 0; i < 3; i++) await type(me, WRONG).expect(400);
      expect((await type(me, RIGHT)).body.code).to.equal("factor_disabled");
      expect(notices.map(({ kind }) => kind)).to.deep.equal(["factor_disabled"]);
      await me.post("/chat_verification/challenge").expect(201);
      await me.post("/chat_verification", { chat: sent[0] }).expect(200);
      await app.factors.rebound("alice", "hardware-token");
      await type(await signedIn(app), RIGHT).expect(200);
    });

    for (const [what, judge] of Object.entries<Service>({
      throws: async () => Promise.reject(new Error("the service is away")),
      hangs: async () => new Promise(() => {}),
      "answers what is not known": async () => true,
      "answers nothing": async () => undefined,
    })) {
      it(`lets nobody in and counts no guess where it ${what}`, async () => {
        const app = await make(2);
        service = judge;
        const me = await signedIn(app);
        for (let i = 0; i < 4; i++) {
          const { headers, body } = await type(me, RIGHT).expect(503);
          expect(body.code).to.equal("verifier_unavailable");
          expect(Number(headers["retry-after"])).to.be.greaterThan(0);
        }
        await me.get("/chat").expect(401);
        service = async () => "wrong";
        expect((await type(me, WRONG).expect(400)).body.attempts_remaining).to.equal(9);
      });
    }

    it("that has not decided yet lets nobody in, counts no guess, and says when to ask again", async () => {
      const app = await make(2);
      service = async () => "pending";
      const me = await signedIn(app);
      for (let i = 0; i < 4; i++) {
        const { headers, body } = await type(me, RIGHT).expect(409);
        expect(body).to.include({ code: "verification_pending", retry_after: 2 });
        expect(headers["retry-after"]).to.equal("2");
      }
      const strategy = await me.post(`/token?hardware_token=${RIGHT}`).expect(409);
      expect(strategy.headers["retry-after"]).to.equal("2");
      const page = await type(await signedIn(app, "html"), RIGHT).expect(422);
      expect(page.text).to.include("This is not decided yet").and.include('name="hardware_token"');
      await me.get("/chat").expect(401);
      service = async () => "wrong";
      expect((await type(me, WRONG).expect(400)).body.attempts_remaining).to.equal(9);
    });

    it("costs nothing where it cannot be right", async () => {
      const app = await make(2);
      const me = await signedIn(app);
      for (const typed of ["", "1234", ["12345678"], { a: 1 }, undefined, null, 12345678])
        await type(me, typed).expect(400);
      await type(me, RIGHT).expect(200);
    });

    it("sends, keeps what it sent for this session and a while, and is good once", async () => {
      const app = await make();
      const me = await signedIn(app);
      const stranger = await signedIn(app);
      const early = await me.post("/chat_verification", { chat: "123456" });
      expect(early.body.code).to.equal("code_expired");
      const { body } = await me.post("/chat_verification/challenge").expect(201);
      expect(body).to.deep.include({ method: "chat", expires_in_seconds: 120, shown: { to: "a***" } });
      expect(JSON.stringify(body)).not.to.include(sent[0]);
      await stranger.post("/chat_verification", { chat: sent[0] }).expect((res) => {
        expect(res.body.code).to.equal("code_expired");
      });
      app.clock.advance(120_000);
      expect((await me.post("/chat_verification", { chat: sent[0] })).body.code).to.equal("code_expired");
      await me.post("/chat_verification/challenge").expect(201);
      await me.post("/chat_verification", { chat: sent[1] }).expect(200);
      for (let i = 0; i < 3; i++) await me.post("/chat_verification/challenge").expect(201);
      await stranger.post("/chat_verification/challenge").expect(201);
    });

    it("begins five times an hour, and says when again", async () => {
      const app = await make();
      const me = await signedIn(app);
      for (let i = 0; i < 5; i++) await me.post("/chat_verification/challenge").expect(201);
      app.clock.advance(60_000);
      const over = await me.post("/chat_verification/challenge").expect(429);
      expect(Number(over.headers["retry-after"])).to.equal(HOUR / 1000 - 60);
      expect(sent).to.have.length(5);
    });

    it("is nobody's who has none on file; ifEnrolled lets those through, and no others", async () => {
      const app = await make();
      const nora = await signedIn(app, "json", "nora");
      expect((await type(nora, RIGHT)).body.code).to.equal("not_enrolled");
      await nora.get("/if").expect(200);
      await nora.get("/chat").expect(401);
      const me = await signedIn(app);
      await me.get("/if").expect(401);
      await type(me, RIGHT).expect(200);
      await me.get("/if").expect(200);
    });

    it("goes off file for who has just passed, and what other sessions have passed counts no more", async () => {
      const app = await make();
      const [me, other] = [await signedIn(app), await signedIn(app)];
      await me.post("/off").expect(500);
      await me.post("/chat_verification/challenge").expect(201);
      await me.post("/chat_verification", { chat: sent[0] }).expect(200);
      await type(other, RIGHT).expect(200);
      await me.post("/off").expect(200);
      await me.get("/chat").expect(200);
      await other.get("/chat").expect(401);
      expect(names(app).at(-1)).to.equal("factor_removed");
      expect(notices.map(({ kind, factor }) => [kind, factor])).to.deep.equal([
        ["factor_removed", "hardware-token"],
      ]);
      expect((await me.get("/me")).body.enrolled).to.deep.equal(["chat"]);
    });

    it("is erased with the account, whose sessions are asked anew", async () => {
      const app = await make();
      const me = await signedIn(app);
      await type(me, RIGHT).expect(200);
      await app.factors.erase("alice");
      await me.get("/chat").expect(401);
      expect((await me.get("/me")).body.enrolled).to.deep.equal(["chat"]);
    });

    it("has no doors that say what is on file to who is not signed in", async () => {
      const app = await make();
      await request(app.server).get(`${DOOR}/new`).set("Accept", "application/json").expect(401);
      await request(app.server).post(DOOR).send({ hardware_token: RIGHT }).expect(401);
    });
  });
}
