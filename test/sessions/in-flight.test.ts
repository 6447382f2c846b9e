import { expect } from "chai";
import session from "express-session";
import { backupCodes, type Transport } from "../../lib/index.ts";
import { ALICE, makeApp, versions, type AppOptions } from "../support/app.ts";
import { cookieOf, isIn, nextLook, slowBody } from "../support/in-flight.ts";
import { visitor } from "../support/visitor.ts";

for (const express of versions) {
  describe(`[T61] a request in flight, on Express ${express}`, () => {
    const make = (options: AppOptions = {}) => {
      const sessionStore = new session.MemoryStore();
      const app = makeApp({ express, sessionStore, more: [backupCodes()], ...options });
      return { app, sessionStore };
    };
    it("does not put its cookie in the place of the login that came after it, nor after a logout, whatever express-session saves", async () => {
      for (const saveUninitialized of [false, true]) {
        for (const end of ["/login", "/logout"]) {
          const sessionStore = new session.MemoryStore();
          const kept = { resave: saveUninitialized, rolling: saveUninitialized, saveUninitialized };
          const app = makeApp({
            express,
            session: session({ secret: "sessions", store: sessionStore, ...kept }),
          });
          const me = visitor(app);
          await me.logIn("alice");
          await me.send().expect(201);
          const cookie = await cookieOf(me);
          const looked = nextLook(sessionStore);
          const slow = slowBody(app, cookie, "/sms_verification");
          await looked;
          await me.agent.post(end).send({ user: "nora" }).expect(200);
          slow.send({ pin_number: app.outbox.code() });
          expect(await slow.answer).to.equal(401);
          expect((await slow.headers)["set-cookie"]).to.equal(undefined);
          expect(await isIn(app, cookie)).to.equal(false);
        }
      }
    });

    it("does not bring back what was taken back meanwhile, by writing its session late", async () => {
      let release: () => void = () => {};
      let arrived: () => void = () => {};
      const { app } = make({
        users: { alice: ALICE },
        routes: (on, { factors }) => {
          on.get("/late", (req, res) => {
            arrived();
            release = () => {
              Object.assign(req.session, { cart: [1] });
              res.json({});
            };
          });
          on.post("/forget", (req, res, next) => {
            factors.forget(req).then(() => res.json({}), next);
          });
        },
      });
      const me = visitor(app);
      await me.logIn("alice");
      await me.send().expect(201);
      await me.verify(app.outbox.code()).expect(200);
      const cookie = await cookieOf(me);
      const there = new Promise<void>((resolve) => (arrived = resolve));
      const late = visitor(app)
        .get("/late")
        .set("Cookie", cookie)
        .then((res) => res.status);
      await there;
      await me.post("/forget").expect(200);
      release();
      await late;
      await me.get("/chat").expect(401);
      expect((await me.get("/me")).body).to.deep.include({ user: "alice", passed: [] });
    });

    it("with a slow verifier does not let in a session that was logged out meanwhile", async () => {
      let judged: () => void = () => {};
      let asked: () => void = () => {};
      const judging = new Promise<void>((resolve) => (asked = resolve));
      const transport: Transport = {
        name: "managed",
        send: async () => ({ status: "sent", id: "m1", managed: true }),
        check: () => (asked(), new Promise((resolve) => (judged = () => resolve("approved")))),
      };
      const { app } = make({ sms: { transport } });
      const me = visitor(app);
      await me.logIn("alice");
      await me.send().expect(201);
      const cookie = await cookieOf(me);
      const status = visitor(app)
        .post("/sms_verification", { pin_number: "123456" })
        .set("Cookie", cookie)
        .then((res) => res.status);
      await judging;
      await me.post("/logout").expect(200);
      judged();
      expect(await status).to.equal(401);
      expect(await isIn(app, cookie)).to.equal(false);
    });

    it("that merely writes its session late erases no pending code", async () => {
      let release: () => void = () => {};
      let arrived: () => void = () => {};
      const { app } = make({
        users: { alice: ALICE },
        routes: (on) =>
          void on.get("/late", (req, res) => {
            arrived();
            release = () => {
              Object.assign(req.session, { cart: [1] });
              res.json({});
            };
          }),
      });
      const me = visitor(app);
      await me.logIn("alice");
      const cookie = await cookieOf(me);
      const there = new Promise<void>((resolve) => (arrived = resolve));
      const late = visitor(app)
        .get("/late")
        .set("Cookie", cookie)
        .then((res) => res.status);
      await there;
      await me.send().expect(201);
      release();
      await late;
      await me.get("/sms_verification/challenge").expect(200);
      await me.verify(app.outbox.code()).expect(200);
      await me.get("/chat").expect(200);
    });
  });
}
