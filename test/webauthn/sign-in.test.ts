import { expect } from "chai";
import { passkey, passkeySignIn } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { authenticator } from "../support/authenticator.ts";
import { visitor, type Visitor } from "../support/visitor.ts";
import { enrol, login, optionsFrom, webauthnApps, withCredential } from "../support/webauthn-scene.ts";

const SIGN_IN = "/passkey_sign_in";

for (const express of versions) {
  describe(`signing in by a passkey alone, on Express ${express}`, () => {
    // Express 4 on Redis, Express 5 in memory.
    const make = webauthnApps(express, express === 4);
    const begin = (me: Visitor) => optionsFrom(me, `${SIGN_IN}/challenge`);

    it("[W11] needs no name: any passkey of this site will do, with user verification, and is two factors by itself", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const me = visitor(app);
      const answer = await me.post(`${SIGN_IN}/challenge`).expect(201);
      expect(Object.keys(answer.body)).to.deep.equal(["publicKey", "expires_in_seconds"]);
      const options = answer.body.publicKey;
      expect(options).to.deep.include({
        rpId: "chat.example",
        timeout: 300_000,
        userVerification: "required",
      });
      expect(options).not.to.have.property("allowCredentials");
      const { body } = await me.post(SIGN_IN, device.get(options)).expect(200);
      expect(body).to.deep.include({ success: true, method: "passkey", amr: ["hwk", "user"], next: "/" });
      await me.get("/chat").expect(200, { chat: "nora" });
      await me.get("/fresh").expect(200);
      const { body: mine } = await me.get("/me");
      expect(mine.amr).to.deep.equal(["hwk", "user", "mfa"]);
      expect(mine.passed).to.deep.equal([{ factor: "passkey", amr: ["hwk", "user"], at: app.clock() }]);
      expect(app.named("factor_passed").at(-1)?.event).to.include({
        factor: "passkey",
        account: "nora",
        purpose: "sign-in",
      });
      // Fresh enough to change the settings, too.
      await enrol(me, "security-key", authenticator({ verifiesUser: false }));
    });

    it("a passkey that is synced is told as software", async () => {
      const app = make();
      const { device } = await withCredential(app, "passkey", authenticator({ synced: true }));
      const me = visitor(app);
      const { body } = await me.post(SIGN_IN, device.get(await begin(me))).expect(200);
      expect(body.amr).to.deep.equal(["swk", "user"]);
      expect((await me.get("/me")).body.amr).to.deep.equal(["swk", "user", "mfa"]);
    });

    it("[T24][T28] gives the session a new id; what was planted in it is gone, the way back is not", async () => {
      const app = make({
        routes: (own) =>
          void own.post("/plant", (req, res) => {
            Object.assign(req.session, { planted: true, returnTo: "/chat" });
            res.json({ sid: req.sessionID });
          }),
      });
      const { device } = await withCredential(app);
      const page = visitor(app, "html");
      const { sid } = (await page.post("/plant").expect(200)).body;
      const options = (
        await page.agent.post(`${SIGN_IN}/challenge`).set("Accept", "application/json").expect(201)
      ).body.publicKey;
      const answer = await page
        .post(SIGN_IN, { credential: JSON.stringify(device.get(options)) })
        .expect(303);
      expect(answer.headers["location"]).to.equal("/chat");
      const { body } = await page.get("/me");
      expect(body).to.include({ user: "nora" });
      expect(body.sid).not.to.equal(sid);
      expect(body.session).not.to.have.any.keys("planted", "factorsSignIn", "returnTo");
    });

    it("[W5] one assertion 20 times in parallel is one success, and a challenge is its session's", async () => {
      const app = make({ factors: { limits: { guessesPerIp: 100_000 } } });
      const { device } = await withCredential(app);
      const before = app.named("factor_passed").length;
      const me = visitor(app);
      const assertion = device.get(await begin(me));
      const elsewhere = visitor(app);
      await begin(elsewhere);
      expect((await elsewhere.post(SIGN_IN, assertion).expect(400)).body.code).to.equal("invalid_code");
      const answers = await Promise.all(Array.from({ length: 20 }, () => me.post(SIGN_IN, assertion)));
      expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
      expect(answers.filter(({ status }) => status === 401)).to.have.length(19);
      expect(app.named("factor_passed")).to.have.length(before + 1);
      await me.post(SIGN_IN, assertion).expect(401);
    });

    it("two tabs have a challenge each, for five minutes", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const me = visitor(app);
      const first = await begin(me);
      const second = await begin(me);
      app.clock.advance(299_999);
      await me.post(SIGN_IN, device.get(first)).expect(200);
      const other = visitor(app);
      const late = await begin(other);
      app.clock.advance(300_000);
      await other.post(SIGN_IN, device.get(late)).expect(401);
      await other.post(SIGN_IN, device.get(second)).expect(401);
    });

    it("[W7] a user handle that is not the account's, or none, is refused; so are a key that nobody knows and an account that is gone, all alike", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const refusals = new Set<string>();
      const refuse = async (answer: (me: Visitor) => Promise<object>) => {
        const me = visitor(app);
        const { body } = await me.post(SIGN_IN, await answer(me)).expect(400);
        refusals.add(JSON.stringify(body));
        await me.get("/chat").expect(401);
      };
      await refuse(async (me) => device.get(await begin(me), { userHandle: undefined }));
      await refuse(async (me) => device.get(await begin(me), { userHandle: "AAAA" }));
      await refuse(async (me) => device.get(await begin(me), { forged: true }));
      await refuse(async (me) => device.get(await begin(me), { unset: 4 }));
      await refuse(async (me) => device.get(await begin(me), { challenge: "AAAAAAAAAAAAAAAAAAAAAA" }));
      await refuse(async (me) => device.get(await begin(me), { origin: "https://evil.example" }));
      const unknown = authenticator();
      unknown.create({ challenge: "AAAA", rp: { id: "chat.example" }, user: { id: "AAAA" } });
      await refuse(async (me) => unknown.get(await begin(me)));
      app.users.delete("nora");
      await refuse(async (me) => device.get(await begin(me)));
      expect([...refusals]).to.have.length(1);
    });

    it("a security key signs nobody in", async () => {
      const app = make();
      const { device } = await withCredential(app, "security-key", authenticator({ verifiesUser: true }));
      const me = visitor(app);
      await me.post(SIGN_IN, device.get(await begin(me))).expect(400);
    });

    it("wrong answers are counted for the address, and lock no account: who makes them need not know its password", async () => {
      const app = make({ factors: { limits: { guessesPerIp: 15 } } });
      const { device } = await withCredential(app);
      const thief = visitor(app);
      let limited = 0;
      for (let i = 0; i < 20; i++)
        if ((await thief.post(SIGN_IN, device.get(await begin(thief), { forged: true }))).status === 429)
          limited += 1;
      expect(limited).to.be.within(5, 7);
      expect(app.named("account_locked")).to.have.length(0);
    });

    it("who is signed in as somebody may sign in as somebody else", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const me = await login(app, "alice");
      await me.post(SIGN_IN, device.get(await begin(me))).expect(200);
      await me.get("/chat").expect(200, { chat: "nora" });
    });

    it("[T50] is refused from another origin, and without a session says what is missing", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const me = visitor(app);
      const assertion = device.get(await begin(me));
      await me.post(SIGN_IN, assertion).set("Sec-Fetch-Site", "cross-site").expect(403);
      await me.post(`${SIGN_IN}/challenge`).set("Sec-Fetch-Site", "cross-site").expect(403);
      await me.post("/login/passkey", assertion).set("Sec-Fetch-Site", "cross-site").expect(403);
      const bare = makeApp({
        express,
        more: [passkey()],
        session: (req, _res, next) => {
          Object.assign(req, { session: {} });
          next();
        },
        routes: (own, { factors }) => void own.use(SIGN_IN, passkeySignIn(factors)),
      });
      expect((await visitor(bare).post(`${SIGN_IN}/challenge`).expect(500)).body.code).to.equal(
        "session_required",
      );
    });

    it("the page offers passkeys in its field, needs script, and says what was wrong", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const page = visitor(app, "html");
      const { text } = await page.get(`${SIGN_IN}/new`).set("Accept-Language", "de").expect(200);
      expect(text).to.include('autocomplete="username webauthn"').and.include("data-conditional");
      expect(text).to.include("JavaScript").and.include('href="/login"');
      const wrong = device.get(await begin(visitor(app)));
      const again = await page.post(SIGN_IN, { credential: JSON.stringify(wrong) }).expect(422);
      expect(again.text).to.include('role="alert"').and.include("That took too long");
      const json = (await visitor(app).get(`${SIGN_IN}/new`).expect(200)).body;
      expect(json).to.deep.equal({
        method: "passkey",
        field: "credential",
        begin: "/passkey_sign_in/challenge",
        prompt: "ceremony",
      });
    });
  });
}
