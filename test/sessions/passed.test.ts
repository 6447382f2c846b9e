import { promisify } from "node:util";
import { expect } from "chai";
import { memoryStore } from "../../lib/index.ts";
import { ALICE, makeApp, versions, type AppOptions, type TestApp } from "../support/app.ts";
import { passed, visitor, withCode } from "../support/visitor.ts";

const MINUTE = 60_000;
/** A recent proof, without the wait between two sends. */
const often = { cooldownSeconds: [0], sendsPerHour: 100, sendsPerDay: 100 };

for (const express of versions) {
  describe(`what a session has passed, on Express ${express}`, () => {
    const make = (options: AppOptions = {}): TestApp => makeApp({ express, sms: often, ...options });

    describe("[T62] and takes back", () => {
      const routes: AppOptions["routes"] = (on, { factors }) => {
        on.post("/refused", (req, res, next) => {
          const logIn = promisify(
            req.logIn.bind(req) as (user: Express.User, done: (error?: unknown) => void) => void,
          );
          const run = async () => {
            await factors.verify(req, "sms", req.headers["x-code"]);
            await factors.forget(req);
            await logIn(req.user as Express.User);
          };
          run().then(() => res.json({}), next);
        });
      };

      it("is taken back also where a login comes later in the same request", async () => {
        const app = make({ routes });
        const { me, code } = await withCode(app);
        await me.post("/refused").set("x-code", code).expect(200);
        expect((await me.get("/me")).body).to.deep.include({ user: "alice", passed: [] });
        await me.get("/chat").expect(401);
        // Nor does the same code bring it back.
        await me.verify(code).expect(401);
        await me.get("/chat").expect(401);
      });

      it("a remembered device that is forgotten leaves no half-authenticated session beyond its ten minutes", async () => {
        const app = make({ factors: { rememberDevice: {} } });
        const me = await passed(app);
        const { me: other, code } = await withCode(app);
        await other.post("/sms_verification", { pin_number: code, remember_device: true }).expect(200);
        await other.post("/logout").expect(200);
        expect((await other.logIn("alice")).body.trusted).to.equal(true);
        await other.get("/chat").expect(200);
        app.clock.advance(9 * MINUTE);
        await me.post("/trusted_devices", { device: "all" }).expect(200);
        await other.get("/sms_verification/challenge").expect(404);
        app.clock.advance(MINUTE);
        for (const door of ["/sms_verification/challenge", "/chat"])
          expect((await other.get(door).expect(401)).body.code).to.equal("login_required");
        expect((await other.get("/me")).body.user).to.equal(null);
      });
    });

    describe("[T63] and lets end", () => {
      it("[V7.4.3] counts in no other session once the phone has changed", async () => {
        const app = make();
        const [other, me] = [await passed(app), await passed(app)];
        await me.register("(201) 555-0123", "US").expect(201);
        await other.get("/chat").expect(200);
        await me.verify(app.outbox.code()).expect(200);
        expect(app.users.get("alice")?.phone).to.equal("+12015550123");
        await me.get("/chat").expect(200);
        expect((await other.get("/chat").expect(401)).body.code).to.equal("factor_required");
        expect((await other.get("/me")).body).to.deep.include({ passed: [], amr: ["pwd"] });
        expect((await other.register("(201) 555-0124", "US").expect(401)).body.code).to.equal(
          "factor_required",
        );
        await other.send().expect(201);
        await other.verify(app.outbox.code()).expect(200);
        await other.get("/chat").expect(200);
        await me.get("/chat").expect(200);
      });

      it("counts on where nothing has changed: the first number, or the same one again", async () => {
        const app = make();
        const [other, me] = [await passed(app), await passed(app)];
        await me.register("0912 345 678").expect(201);
        await me.verify(app.outbox.code()).expect(200);
        await other.get("/chat").expect(200);
      });

      it("ends elsewhere for the asking, for who has passed a factor, and of that account only", async () => {
        const store = memoryStore();
        const routes: AppOptions["routes"] = (on, { factors }) =>
          void on.post("/end_others", (req, res, next) => {
            factors.endOtherSessions(req).then(() => res.json({}), next);
          });
        const app = make({ store, routes });
        const half = visitor(app);
        await half.logIn("alice");
        const [other, me, nora] = [await passed(app), await passed(app), await passed(app, "nora")];
        await half.post("/end_others").expect(500);
        await other.get("/chat").expect(200);
        await me.post("/end_others").expect(200);
        await me.get("/chat").expect(200);
        await other.get("/chat").expect(401);
        await nora.get("/chat").expect(200);
        app.clock.advance(399 * 24 * 60 * MINUTE);
        // Until no cookie from before can be alive (RFC 6265bis: 400 days).
        await other.get("/chat").expect(401);
      });
    });

    describe("[T64] at a step-up", () => {
      const plant: AppOptions["routes"] = (on) =>
        void on.post("/cart", (req, res) => {
          Object.assign(req.session, { cart: [7], csrfToken: "token" });
          res.json({});
        });

      it("keeps the app's own session data under its new id; a first factor keeps the named fields only", async () => {
        const app = make({ routes: plant });
        const { me, code } = await withCode(app);
        await me.post("/cart").expect(200);
        await me.verify(code).expect(200);
        expect((await me.get("/me")).body.session).not.to.have.any.keys("cart", "csrfToken");
        await me.post("/cart").expect(200);
        const { body: before } = await me.get("/me");
        app.clock.advance(5 * MINUTE);
        await me.get("/fresh").expect(401);
        await me.send().expect(201);
        await me.verify(app.outbox.code()).expect(200);
        const { body: after } = await me.get("/me");
        expect(after.session).to.deep.include({ cart: [7], csrfToken: "token" });
        expect(after.sid).not.to.equal(before.sid);
        await me.get("/fresh").expect(200);
      });

      it("keeps it also by Passport's strategy, whose login makes one more session", async () => {
        const app = make({ routes: plant });
        const me = await passed(app);
        await me.post("/cart").expect(200);
        app.clock.advance(5 * MINUTE);
        await me.send().expect(201);
        await me.post("/code", { pin_number: app.outbox.code() }).expect(200);
        expect((await me.get("/me")).body.session).to.deep.include({ cart: [7], csrfToken: "token" });
        await me.get("/fresh").expect(200);
      });
    });

    describe("[T78] a send that has gone out", () => {
      it("leads a browser to where its code is typed, however often the form is posted", async () => {
        const app = makeApp({ express });
        const me = visitor(app, "html");
        await me.logIn("nora");
        for (let i = 0; i < 3; i++)
          await me.register("(201) 555-0123", "US").expect(303).expect("Location", "/sms_verification/new");
        expect(app.outbox.messages).to.have.length(1);
        await me.register("(201) 555-0124", "US").expect(303);
        expect(app.outbox.messages).to.have.length(2);
        // The code of the number before is not pending any more.
        await me.register("(201) 555-0123", "US").expect(429);
        await me.post("/sms_verification", { pin_number: app.outbox.code("+12015550124") }).expect(303);
        expect(app.users.get("nora")?.phone).to.equal("+12015550124");
      });

      it("does so at the choice of factors, and tells programs the wait", async () => {
        const app = makeApp({ express, call: {} });
        const me = visitor(app, "html");
        await me.logIn("alice");
        for (let i = 0; i < 3; i++)
          await me
            .post("/second_factor", { factor: "sms" })
            .expect(303)
            .expect("Location", "/sms_verification/new");
        expect(app.outbox.messages.map(({ to }) => to)).to.deep.equal([ALICE]);
        const program = visitor(app);
        await program.logIn("nora");
        await program.register("(201) 555-0123", "US").expect(201);
        const { body } = await program.register("(201) 555-0123", "US").expect(429);
        expect(body.retry_after).to.equal(30);
        expect(body).not.to.have.property("pending");
      });
    });
  });
}
