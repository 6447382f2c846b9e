import { expect } from "chai";
import { requireFactors } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { passed, visitor, withCode } from "../support/visitor.ts";

for (const express of versions) {
  describe(`requireFactors, on Express ${express}`, () => {
    it("[T26] lets nobody through on the first factor alone: 401 with the factors that would do", async () => {
      const app = makeApp({ express });
      const alice = visitor(app);
      await alice.get("/chat").expect(401);
      await alice.logIn("alice");
      const { body } = await alice.get("/chat").expect(401);
      expect(body).to.deep.include({ code: "factor_required", factors: ["sms"] });
    });

    it("sends a browser to sign in, to verify, or to register, and never to the page", async () => {
      const app = makeApp({ express });
      const stranger = visitor(app, "html");
      await stranger
        .get("/chat")
        .expect(303)
        .expect("Location", "/login")
        .expect("Cache-Control", "no-store");
      await stranger.logIn("alice");
      await stranger.get("/chat").expect(303).expect("Location", "/sms_verification/new");
      const nora = visitor(app, "html");
      await nora.logIn("nora");
      await nora.get("/chat").expect(303).expect("Location", "/sms_registration/new");
    });

    it("[T28] brings the browser back to where it wanted to go, query and all, once", async () => {
      const app = makeApp({ express });
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      await alice.get("/chat?room=7&x=%2F").expect(303);
      await alice.send();
      await alice.verify(app.outbox.code()).expect(303).expect("Location", "/chat?room=7&x=%2F");
      await alice.send();
      await alice.verify(app.outbox.code()).expect(303).expect("Location", "/");
    });

    it("never remembers a place on another site, and none at all for POST or JSON", async () => {
      const app = makeApp({
        express,
        routes: (own, { factors }) => void own.use("/x", requireFactors(factors)),
      });
      for (const path of ["//evil.example/x", "/\\evil.example"]) {
        const alice = visitor(app, "html");
        await alice.logIn("alice");
        await alice.agent.get("/me");
        // Straight into the session, as an open redirect of the app's own would.
        await alice.logIn("alice", { plant: { returnTo: path }, keepSessionInfo: true });
        await alice.send();
        await alice.verify(app.outbox.code()).expect(303).expect("Location", "/");
      }
      const json = visitor(app);
      await json.logIn("alice");
      await json.get("/x").expect(401);
      await json.post("/x").expect(401);
      const { body } = await json.get("/me");
      expect(body.session.returnTo).to.equal(undefined);
    });

    it("asks again when the proof is older than `within`, exactly", async () => {
      const app = makeApp({ express });
      const alice = await passed(app);
      app.clock.advance(299_999);
      await alice.get("/fresh").expect(200);
      app.clock.advance(1);
      await alice.get("/fresh").expect(401);
      await alice.get("/chat").expect(200);
      await alice.send().expect(201);
      await alice.verify(app.outbox.code()).expect(200);
      await alice.get("/fresh").expect(200);
    });

    it("says what was passed, when, and the amr of both steps", async () => {
      const app = makeApp({ express });
      const { me, code } = await withCode(app);
      expect((await me.get("/me")).body).to.deep.include({ passed: [], amr: ["pwd"], enrolled: ["sms"] });
      await me.verify(code).expect(200);
      const { body } = await me.get("/me");
      expect(body.passed).to.deep.equal([{ factor: "sms", amr: ["sms"], at: app.clock() }]);
      expect(body.amr).to.deep.equal(["pwd", "sms", "mfa"]);
    });
  });
}

describe("requireFactors", () => {
  it("refuses at start what could never be satisfied, by name", () => {
    const { factors } = makeApp();
    expect(() => requireFactors(factors, { within: -1 })).to.throw(TypeError, /within/);
    expect(() => requireFactors(factors, { within: Number.NaN })).to.throw(TypeError, /within/);
    expect(() => requireFactors(factors, { factors: ["fax"] })).to.throw(TypeError, /fax/);
  });
});
