import { expect } from "chai";
import { FactorError, memoryStore, type Store } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { visitor, withCode } from "../support/visitor.ts";

for (const express of versions) {
  describe(`errors, on Express ${express}`, () => {
    it("[L1] are problem documents with the seed's members beside", async () => {
      const { body, headers } = await visitor(makeApp({ express })).post("/sms_verification").expect(401);
      expect(headers["content-type"]).to.match(/^application\/problem\+json/);
      expect(body).to.deep.equal({
        type: "urn:passport-factors:error:login_required",
        title: "Unauthorized",
        status: 401,
        detail: "Sign in first",
        error: "Unauthorized",
        message: "Sign in first",
        code: "login_required",
        success: false,
        next: "login",
        paths: {
          login: "/login",
          verification: "/sms_verification/new",
          registration: "/sms_registration/new",
          second_factor: "/second_factor/new",
          doors: { sms: "/sms_verification" },
        },
      });
    });

    it("[L4] every 401 names a scheme that opens no browser's password box", async () => {
      const { headers } = await visitor(makeApp({ express })).get("/chat").expect(401);
      expect(headers["www-authenticate"]).to.match(/^Factor /);
    });

    it("[L7] methods that a path has not are 405 with Allow, and are not cached", async () => {
      const { agent } = visitor(makeApp({ express }));
      const table = [
        ["/sms_registration/new", "GET, HEAD", "put"],
        ["/sms_registration", "POST", "get"],
        ["/sms_verification", "POST", "get"],
        ["/sms_verification/challenge", "GET, HEAD, POST", "delete"],
        ["/sms_verification/start_over", "POST", "get"],
      ] as const;
      for (const [path, allow, method] of table) {
        const { headers } = await agent[method](path).expect(405);
        expect(headers, path).to.include({ allow, "cache-control": "no-store" });
      }
    });

    it("paths that a router has not are the app's", async () => {
      await visitor(makeApp({ express })).get("/sms_verification/nothing").expect(404);
    });

    it("[I6] a body of another type carries nothing", async () => {
      const { me, code } = await withCode(makeApp({ express }));
      const { body } = await me.agent
        .post("/sms_verification")
        .set("Accept", "application/json")
        .type("text/plain")
        .send(`{"pin_number":"${code}"}`)
        .expect(400);
      expect(body.code).to.equal("invalid_code");
    });

    it("JSON may say its charset, begin with a byte order mark, or be nothing", async () => {
      const { me, code } = await withCode(makeApp({ express }));
      const post = (type: string, text: string) =>
        me.agent
          .post("/sms_verification")
          .set("Accept", "application/json")
          .set("Content-Type", type)
          .send(text);
      for (const type of [
        "application/json",
        "application/json; charset=UTF-8",
        'application/json ; charset="utf-8"',
      ])
        expect((await post(type, '{"pin_number":"x"}').expect(400)).body.code).to.equal("invalid_code");
      expect((await post("application/json", "").expect(400)).body.code).to.equal("invalid_code");
      await post("application/json", `\uFEFF{"pin_number":"${code}"}`).expect(200);
    });

    it("bodies that cannot be read are 400 invalid_request", async () => {
      const { me } = await withCode(makeApp({ express }));
      for (const [type, text] of [
        ["json", "{"],
        ["json", '"text"'],
        ["json", `{"a":"${"x".repeat(20_000)}"}`],
        ["form", `${"a=1&".repeat(100)}a=1`],
      ] as const) {
        const { body } = await me.agent
          .post("/sms_verification")
          .set("Accept", "application/json")
          .type(type)
          .send(text)
          .expect(400);
        expect(body.code, text.slice(0, 20)).to.equal("invalid_request");
      }
    });

    it("go to JSON by Accept, or by the body's type where Accept does not care; else they are pages", async () => {
      const { agent } = visitor(makeApp({ express }));
      const post = () => agent.post("/sms_verification");
      await post()
        .set("Accept", "application/json")
        .expect(401)
        .expect("Content-Type", /problem\+json/);
      await post()
        .set("Accept", "application/problem+json")
        .expect(401)
        .expect("Content-Type", /problem\+json/);
      await post()
        .set("Accept", "*/*")
        .send({})
        .expect(401)
        .expect("Content-Type", /problem\+json/);
      await post().set("Accept", "*/*").type("form").send("a=1").expect(303);
      await post().set("Accept", "text/html, application/json;q=0.5").send({}).expect(303);
    });

    it("a store that is away is 503 with Retry-After, as a problem and as a page, and onError is told", async () => {
      const away = () => Promise.reject(new FactorError("store_unavailable", { retryAfter: 1 }));
      const store: Store = { ...memoryStore(), issue: away, verify: away, read: away };
      const app = makeApp({ express, store });
      const alice = visitor(app);
      await alice.logIn("alice");
      const { body } = await alice.send().expect(503).expect("Retry-After", "1");
      expect(body).to.include({ code: "store_unavailable", retry_after: 1 });
      expect(app.told).to.have.length(1);
      const page = visitor(app, "html");
      await page.logIn("alice");
      await page
        .send()
        .expect(503)
        .expect("Retry-After", "1")
        .expect("Content-Type", /^text\/html/);
      expect(app.outbox.messages).to.have.length(0);
    });

    it("[L5] what the app's own accounts throw goes to the app's error handler, once, and not to the client", async () => {
      const app = makeApp({ express });
      const alice = visitor(app);
      await alice.logIn("alice");
      app.users.get = () => {
        throw new Error("SELECT * FROM users failed");
      };
      for (const answer of [
        await alice.send(),
        await alice.get("/sms_verification/new"),
        await alice.get("/chat"),
      ]) {
        expect(answer.status).to.equal(500);
        expect(answer.text).not.to.include("SELECT");
      }
      expect(app.thrown).to.have.length(3);
    });

    it("an app's own view stands in for a built-in page, and gets the same page", async () => {
      const app = makeApp({
        express,
        factors: { views: { smsVerification: "own" } },
        routes: (own) => {
          own.engine("txt", (_path: string, page: object, done: (error: null, text: string) => void) => {
            done(null, `own ${JSON.stringify({ ...page, settings: undefined })}`);
          });
          own.set("view engine", "txt").set("views", new URL("../support/views", import.meta.url).pathname);
        },
      });
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      await alice.send();
      const { text, headers } = await alice.get("/sms_verification/new").expect(200);
      expect(text)
        .to.match(/^own /)
        .and.include('"phone_display":"***-***-5678"')
        .and.include('"kind":"smsVerification"');
      expect(headers["cache-control"]).to.equal("no-store");
    });
  });
}
