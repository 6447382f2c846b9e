import { rejects } from "node:assert/strict";
import { expect } from "chai";
import type { RequestHandler } from "express";
import session from "express-session";
import { makeApp, versions, type AppOptions } from "../support/app.ts";
import { passed, refusedWith, visitor, withCode } from "../support/visitor.ts";

const idOf = (cookies: unknown) => /connect\.sid=([^;]+)/.exec(String(cookies))?.[1];
const MINUTE = 60_000;

for (const express of versions) {
  describe(`sessions, on Express ${express}`, () => {
    const make = (options: AppOptions = {}) => makeApp({ express, ...options });

    it("[T24] [I1] the session id changes at the password and again at the factor, and each old cookie is dead", async () => {
      const app = make({ users: { alice: "+886912345678" } });
      const { agent } = visitor(app);
      const cookies: string[] = [];
      const keep = (res: { headers: Record<string, unknown> }) => {
        const id = idOf(res.headers["set-cookie"]);
        if (id !== undefined) cookies.push(`connect.sid=${id}`);
      };
      await agent.get("/chat").set("Accept", "text/html").expect(303).expect(keep);
      await agent.post("/login").send({ user: "alice" }).expect(200).expect(keep);
      await agent.post("/sms_verification/challenge").send({}).expect(201);
      await agent.post("/sms_verification").send({ pin_number: app.outbox.code() }).expect(200).expect(keep);
      expect(new Set(cookies).size).to.equal(3);
      const as = async (cookie: string | undefined) =>
        (
          await visitor(app)
            .agent.get("/me")
            .set("Cookie", cookie ?? "")
        ).body.user;
      expect(await as(cookies[2])).to.equal("alice");
      expect(await as(cookies[1])).to.equal(null);
      expect(await as(cookies[0])).to.equal(null);
    });

    it("[T24] the old id is gone from the session store itself", async () => {
      const store = new session.MemoryStore();
      const app = make({ sessionStore: store });
      const { me, code } = await withCode(app);
      const ids = () =>
        new Promise<string[]>((resolve) => store.all((_error, all) => resolve(Object.keys(all ?? {}))));
      const [before] = await ids();
      await me.verify(code).expect(200);
      const after = await ids();
      expect(after).to.have.length(1);
      expect(after[0]).not.to.equal(before);
    });

    it("[T28] remember-me survives the factor: the cookie keeps the life that the login gave it", async () => {
      const app = make({
        routes: (own) =>
          void own.post("/remember", (req, res) => {
            req.session.cookie.maxAge = 30 * 86_400_000;
            res.json({});
          }),
      });
      const { me, code } = await withCode(app);
      await me.post("/remember").expect(200);
      const { headers } = await me.verify(code).expect(200);
      const expires = /Expires=([^;]+)/.exec(String(headers["set-cookie"]))?.[1] ?? "";
      expect(Date.parse(expires) - Date.now()).to.be.closeTo(30 * 86_400_000, MINUTE);
    });

    it("[T28] only named fields of the app survive the factor, what somebody planted does not", async () => {
      const app = make({ factors: { keepSession: ["returnTo", "cart"] } });
      const me = visitor(app);
      await me.logIn("alice", {
        plant: { cart: [7], isAdmin: true, returnTo: "/chat" },
        keepSessionInfo: true,
      });
      await me.send().expect(201);
      await me.verify(app.outbox.code()).expect(200);
      const { body } = await me.get("/me");
      expect(body.session).to.deep.include({ cart: [7], returnTo: "/chat" });
      expect(body.session).not.to.have.property("isAdmin");
    });

    it("[T28] a forged proof in the session counts for nothing, whoever it names and whatever its shape", async () => {
      const app = make();
      const thief = await passed(app, "nora");
      const { body: proven } = await thief.get("/me");
      const forgeries: unknown[] = [
        proven.session.factors,
        { ...proven.session.factors, account: "alice" },
        {
          sid: proven.sid,
          account: "alice",
          since: app.clock(),
          first: [],
          passed: [{ factor: "sms", amr: ["sms"], at: app.clock() }],
        },
        "text",
        7,
        [],
        { passed: "sms", account: "alice" },
      ];
      for (const factors of forgeries) {
        const alice = visitor(app);
        await alice.logIn("alice", { plant: { factors }, keepSessionInfo: true });
        await alice.get("/chat").expect(401);
      }
    });

    it("[T27] a new login with keepSessionInfo does not carry a passed factor over", async () => {
      const me = await passed(make());
      await me.get("/chat").expect(200);
      await me.logIn("alice", { keepSessionInfo: true });
      await me.get("/chat").expect(401);
    });

    it("[T25] the pending code dies on login as someone else, and does not pass for them", async () => {
      const app = make();
      const { me, code } = await withCode(app);
      await me.logIn("nora", { keepSessionInfo: true });
      await me.verify(code).expect(401);
      await me.get("/sms_verification/challenge").expect(404);
      expect(app.users.get("nora")?.phone).to.equal(undefined);
    });

    it("[T25] a proof is its account's only, also where the user changes under one session id", async () => {
      const app = make({
        routes: (own) =>
          void own.post("/become", (req, res) => {
            Object.assign(req.session, { passport: { user: "nora" } });
            res.json({});
          }),
      });
      const me = await passed(app);
      await me.post("/become").expect(200);
      const { body } = await me.get("/chat").expect(401);
      expect(body.code).to.equal("factor_required");
    });

    it("[T25] [A10] the pending code and the proof die on logout", async () => {
      const app = make();
      const { me, code } = await withCode(app);
      await me.post("/logout").expect(200);
      await me.verify(code).expect(401);
      await me.logIn("alice");
      await me.verify(code).expect(401);
      const in2 = await passed(make());
      await in2.post("/logout").expect(200);
      await in2.get("/chat").expect(401);
    });

    it("[T25] [I4] a half-authenticated session lasts ten minutes, exactly, and is then logged out", async () => {
      const app = make();
      const me = visitor(app);
      await me.logIn("alice");
      app.clock.advance(10 * MINUTE - 1);
      expect((await me.get("/chat").expect(401)).body.code).to.equal("factor_required");
      app.clock.advance(1);
      expect((await me.get("/chat").expect(401)).body.code).to.equal("login_required");
      expect((await me.get("/me")).body.user).to.equal(null);
    });

    it("[I4] neither a send, a wrong code nor a start over lengthens the ten minutes", async () => {
      const app = make();
      const { me, code } = await withCode(app);
      for (let i = 0; i < 9; i++) {
        app.clock.advance(MINUTE);
        await me.post("/sms_verification/start_over").expect(200);
      }
      await me.send();
      app.clock.advance(MINUTE);
      expect((await me.verify(code).expect(401)).body.code).to.equal("login_required");
    });

    it("[I4] whoever has passed the factor is not half-authenticated any more", async () => {
      const app = make();
      const me = await passed(app);
      app.clock.advance(24 * 60 * MINUTE);
      await me.get("/chat").expect(200);
    });

    it("[T29] a session without an id or regenerate gives the clear error session_required, at every door", async () => {
      const cookieSession: RequestHandler = (req, _res, next) => {
        Object.assign(req, { session: { passport: { user: "alice" } } });
        next();
      };
      const app = make({ session: cookieSession });
      const alice = visitor(app);
      for (const answer of [await alice.send(), await alice.register(), await alice.get("/chat")]) {
        expect(answer.status).to.equal(500);
        expect(answer.body.code).to.equal("session_required");
      }
      await alice.post("/code", { pin_number: "123456" }).expect(500);
      expect(refusedWith("session_required")(app.thrown[0])).to.equal(true);
      expect(app.told).to.have.length(3);
      expect(String((app.told[0] as Error).cause)).to.include("express-session");
      for (const session of [undefined, null, {}]) {
        const request = { user: { id: "alice" }, headers: {}, sessionID: "id", session };
        await rejects(app.factors.begin(request), refusedWith("session_required"));
      }
    });

    it("a session store that fails while the id changes is an error, and nobody is let in", async () => {
      const store = new session.MemoryStore();
      const app = make({ sessionStore: store });
      const { me, code } = await withCode(app);
      const destroy = store.destroy.bind(store);
      store.destroy = (_id, done) => done?.(new Error("session store away"));
      await me.verify(code).expect(500);
      store.destroy = destroy;
      await me.get("/chat").expect(401);
    });
  });
}
