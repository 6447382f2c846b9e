import { request as ask, type ClientRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import session from "express-session";
import { backupCodes, type Transport } from "../../lib/index.ts";
import { ALICE, makeApp, versions, type AppOptions, type TestApp } from "../support/app.ts";
import { visitor, type Visitor } from "../support/visitor.ts";

/** A request whose body is held back until `send`. */
function slowBody(app: TestApp, cookie: string, path: string) {
  const { port } = app.server.address() as AddressInfo;
  const headers = { accept: "application/json", "content-type": "application/json", cookie };
  let asked: ClientRequest;
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    asked = ask({ host: "127.0.0.1", port, method: "POST", path, headers }, (res) => {
      res.resume().on("end", () => resolve(res));
    });
    asked.on("error", reject);
    asked.flushHeaders();
  });
  return {
    send: (body: object) => void asked.end(JSON.stringify(body)),
    answer: response.then((res) => res.statusCode as number),
    headers: response.then((res) => res.headers),
  };
}

const cookieOf = async (me: Visitor): Promise<string> =>
  ((await me.get("/me")) as unknown as { request: { cookies: string } }).request.cookies;

/** Resolves when the store was asked for a session once more: the request is in, and waits for its body. */
function nextLook(store: session.MemoryStore): Promise<void> {
  const { get } = store;
  return new Promise((resolve) => {
    store.get = (sid, done) => {
      store.get = get;
      get.call(store, sid, (...answer) => {
        done(...answer);
        resolve();
      });
    };
  });
}

const isIn = async (app: TestApp, cookie: string): Promise<boolean> => {
  const { status, body } = await visitor(app).agent.get("/me").set("Cookie", cookie);
  return status === 200 && body.user !== null;
};

for (const express of versions) {
  describe(`[T61] a request in flight, on Express ${express}`, () => {
    const make = (options: AppOptions = {}) => {
      const sessionStore = new session.MemoryStore();
      const app = makeApp({ express, sessionStore, more: [backupCodes()], ...options });
      return { app, sessionStore };
    };
    const ends: Record<string, (me: Visitor) => Promise<unknown>> = {
      "was logged out": async (me) => me.post("/logout").expect(200),
      "signed in anew": async (me) => me.logIn("alice"),
      "signed in as somebody else": async (me) => me.logIn("nora"),
    };

    for (const [what, end] of Object.entries(ends)) {
      it(`with a slow body does not bring back a session that ${what} meanwhile, at any door`, async () => {
        const doors: [string, (code: string) => object, boolean][] = [
          ["/sms_verification", (code) => ({ pin_number: code }), true],
          ["/code", (code) => ({ pin_number: code }), true],
          ["/backup_code_verification", () => ({ backup_code: "ABCD-ABCD-ABCD-ABCD" }), false],
          ["/sms_verification/challenge", () => ({}), false],
          ["/second_factor", () => ({ factor: "sms" }), false],
          ["/sms_registration", () => ({ country_code: "TW", phone_number: "0912 345 678" }), false],
        ];
        for (const [path, body, isProof] of doors) {
          const { app, sessionStore } = make();
          const me = visitor(app);
          await me.logIn("alice");
          if (isProof) await me.send().expect(201);
          const cookie = await cookieOf(me);
          const looked = nextLook(sessionStore);
          const slow = slowBody(app, cookie, path);
          await looked;
          await end(me);
          slow.send(body(isProof ? app.outbox.code() : ""));
          const status = await slow.answer;
          if (isProof) expect(status, path).to.equal(401);
          expect(await isIn(app, cookie), path).to.equal(false);
        }
      });
    }

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

    it("with a slow provider does not bring back a session that was logged out meanwhile", async () => {
      let taken: () => void = () => {};
      let asked: () => void = () => {};
      const sent = new Promise<void>((resolve) => (asked = resolve));
      const transport: Transport = {
        name: "slow",
        send: () => (
          asked(),
          new Promise((resolve) => (taken = () => resolve({ status: "sent", id: "m1" })))
        ),
      };
      const { app } = make({ sms: { transport } });
      const me = visitor(app);
      await me.logIn("alice");
      const cookie = await cookieOf(me);
      const answer = visitor(app).post("/sms_verification/challenge").set("Cookie", cookie);
      const status = answer.then((res) => res.status);
      await sent;
      await me.post("/logout").expect(200);
      taken();
      expect(await status).to.equal(201);
      expect(await isIn(app, cookie)).to.equal(false);
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
