import { expect } from "chai";
import { answerErrors, backupCodes, totp } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { passed, visitor } from "../support/visitor.ts";

const FRONT = "https://app.chat.example";
const SCRIPT = { Accept: "*/*", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors" };

for (const express of versions)
  describe(`a single-page app, on Express ${express}`, () => {
    it("[L1] is told what is on file, what to do next and where, in each 401", async () => {
      const app = makeApp({ express, more: [totp(), backupCodes()] });
      const paths = {
        login: "/login",
        verification: "/second_factor/new",
        registration: "/sms_registration/new",
        second_factor: "/second_factor/new",
        doors: {
          sms: "/sms_verification",
          totp: "/totp_verification",
          "backup-code": "/backup_code_verification",
        },
      };
      const would = ["sms", "totp", "backup-code"];
      const nobody = await visitor(app).get("/chat").expect(401);
      expect(nobody.body).to.deep.include({ code: "login_required", next: "login", paths });
      expect(nobody.body).to.not.have.property("enrolled");
      const alice = visitor(app);
      await alice.logIn("alice");
      const { body } = await alice.get("/chat").expect(401);
      expect(body).to.deep.include({ factors: would, enrolled: ["sms"], next: "verification", paths });
      const nora = visitor(app);
      await nora.logIn("nora");
      const none = await nora.get("/chat").expect(401);
      expect(none.body).to.deep.include({ factors: would, enrolled: [], next: "registration", paths });
    });

    it("is told the same where a step-up is due, and where the app's own route throws", async () => {
      const app = makeApp({
        express,
        routes: (own, { factors }) => {
          own.get("/own", async (req, _res, next) => {
            try {
              await factors.require(req);
            } catch (error) {
              next(error);
            }
          });
          own.use(answerErrors(factors));
        },
      });
      const alice = await passed(app);
      app.clock.advance(301_000);
      const { body } = await alice.get("/fresh").expect(401);
      expect(body).to.deep.include({ code: "factor_required", enrolled: ["sms"], next: "verification" });
      const again = visitor(app);
      await again.logIn("alice");
      expect((await again.get("/own").expect(401)).body).to.deep.include({
        enrolled: ["sms"],
        next: "verification",
      });
      const page = visitor(app, "html");
      await page.logIn("nora");
      await page.get("/own").expect(303).expect("Location", "/sms_registration/new");
    });

    it("is answered in JSON when its script asks for whatever there is; htmx and pages get pages", async () => {
      const app = makeApp({ express });
      const { agent } = visitor(app);
      const json = await agent.get("/chat").set(SCRIPT).expect(401);
      expect(json.headers["content-type"]).to.match(/^application\/problem\+json/);
      await agent.post("/sms_verification").set(SCRIPT).type("form").send({ pin_number: "1" }).expect(401);
      await agent.get("/chat").set(SCRIPT).set("HX-Request", "true").expect(303);
      await agent
        .get("/chat")
        .set({ ...SCRIPT, Accept: "text/html" })
        .expect(303);
      await agent
        .get("/chat")
        .set({ ...SCRIPT, "Sec-Fetch-Dest": "document" })
        .expect(303);
    });

    it("[T79] of a trusted origin asks with its cookies and reads the answers; no other does", async () => {
      const app = makeApp({ express, factors: { trustedOrigins: [FRONT] } });
      const { agent } = visitor(app);
      const preflight = (origin: string) =>
        agent.options("/sms_verification/challenge").set({
          Origin: origin,
          "Access-Control-Request-Method": "POST",
          "Access-Control-Request-Headers": "content-type,x-csrf-token",
        });
      const allowed = await preflight(FRONT).expect(204);
      expect(allowed.headers).to.include({
        "access-control-allow-origin": FRONT,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "content-type,x-csrf-token",
      });
      expect(allowed.headers["vary"]).to.match(/Origin/);
      for (const evil of [
        "https://evil.example",
        "https://app.chat.example.evil.example",
        "null",
        "http://app.chat.example",
      ]) {
        const { headers } = await preflight(evil);
        expect(headers, evil).to.not.have.property("access-control-allow-origin");
        expect(headers["vary"], evil).to.match(/Origin/);
      }
      const me = visitor(app, "json", { Origin: FRONT, "Sec-Fetch-Site": "same-site" });
      await me.logIn("alice");
      const sent = await me.send().expect(201);
      expect(sent.headers["access-control-allow-origin"]).to.equal(FRONT);
      const wrong = await me.verify("1").expect(400);
      expect(wrong.headers["access-control-allow-origin"]).to.equal(FRONT);
      await me.verify(app.outbox.code()).expect(200);
    });

    it("finds the CORS headers that the app's own middleware has set", async () => {
      const own = makeApp({
        express,
        factors: { trustedOrigins: [FRONT] },
        session: (_req, res, next) => {
          res.set({ "Access-Control-Allow-Origin": FRONT, "Access-Control-Expose-Headers": "X-Own" });
          next();
        },
      });
      const { headers } = await visitor(own).get("/sms_verification/new").set("Origin", FRONT);
      expect(headers["access-control-expose-headers"]).to.equal("X-Own");
    });
  });
