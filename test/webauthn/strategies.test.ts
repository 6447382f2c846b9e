import { expect } from "chai";
import { PasskeyStrategy } from "../../lib/index.ts";
import { versions } from "../support/app.ts";
import { visitor } from "../support/visitor.ts";
import { challenge, login, optionsFrom, webauthnApp, withCredential } from "../support/webauthn-scene.ts";

const SIGN_IN = "/passkey_sign_in";

for (const express of versions) {
  describe(`PasskeyStrategy and SecurityKeyStrategy, on Express ${express}`, () => {
    const make = (more: Parameters<typeof webauthnApp>[0] = {}) => webauthnApp({ express, ...more });

    it("without a user: Passport signs in who the passkey belongs to, and the session has passed it", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const me = visitor(app);
      const options = await optionsFrom(me, `${SIGN_IN}/challenge`);
      const { body } = await me.post("/login/passkey", device.get(options)).expect(200);
      expect(body).to.deep.equal({ authInfo: { method: "passkey", amr: ["hwk", "user"] }, user: "nora" });
      await me.get("/chat").expect(200);
      expect((await me.get("/me")).body.amr).to.deep.equal(["hwk", "user", "mfa"]);
    });

    it("with a user: a second factor, for options of its own", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const me = await login(app);
      await me.post("/login/passkey", device.get(await challenge(me))).expect(200);
      await me.get("/chat").expect(200);
      expect((await me.get("/me")).body.amr).to.deep.equal(["pwd", "hwk", "user", "mfa"]);
    });

    it("a security key needs a user, whose it is", async () => {
      const app = make();
      const { device } = await withCredential(app, "security-key");
      const me = await login(app);
      const assertion = device.get(await challenge(me, "security-key"));
      await visitor(app).post("/login/security-key", assertion).expect(401);
      const { body } = await me.post("/login/security-key", assertion).expect(200);
      expect(body.authInfo).to.deep.equal({ method: "security-key", amr: ["hwk"] });
    });

    it("refuse with the status of the doors", async () => {
      const app = make();
      const { device } = await withCredential(app);
      const me = visitor(app);
      const options = await optionsFrom(me, `${SIGN_IN}/challenge`);
      await me.post("/login/passkey", device.get(options, { forged: true })).expect(400);
      await me.post("/login/passkey", device.get(options)).expect(401);
      await me.post("/login/passkey", { id: 7 }).expect(400);
      await me.get("/chat").expect(401);
    });

    it("the app has the last word: who it refuses is not signed in, nor is who it signs in itself afterwards through a second factor", async () => {
      const app = make({
        routes(own, { factors, passport }) {
          const strategy = new PasskeyStrategy(factors, (_req, _user, _info, done) =>
            done(null, false, "banned"),
          );
          own.use("/judged", (req, res, next) => {
            passport.authenticate(strategy as never, (_error: unknown, user: unknown) => {
              if (user) return next(new Error("let in"));
              req.logIn(app.users.get("nora") as never, () =>
                res.status(401).set("WWW-Authenticate", "x").json({}),
              );
            })(req, res, next);
          });
        },
      });
      const { device } = await withCredential(app);
      const me = visitor(app);
      const credential = JSON.stringify(device.get(await optionsFrom(me, `${SIGN_IN}/challenge`)));
      await me.agent.post(`/judged?credential=${encodeURIComponent(credential)}`).expect(401);
      expect((await me.get("/me")).body).to.include({ user: "nora" });
      await me.get("/chat").expect(401);
    });
  });
}
