import { versions } from "../support/app.ts";
import { totpApp, withTotp } from "../support/totp-scene.ts";
import { visitor } from "../support/visitor.ts";

const MINUTE = 60_000;

for (const express of versions) {
  describe(`a second factor that people may choose, on Express ${express}`, () => {
    it("is no reason to log out who has none: the guard, the settings and a first factor, an hour after the login", async () => {
      const app = totpApp({ express, optIn: true });
      const me = visitor(app);
      await me.logIn("nora");
      app.clock.advance(61 * MINUTE);
      await me.get("/chat").expect(200);
      await me.get("/security").expect(200);
      const { body } = await me.post("/security/totp").expect(201);
      await me.post("/security/totp/confirm", { code: app.codeOf(body.secret) }).expect(200);
      await me.get("/chat").expect(200);
    });

    it("is asked of who has one, and a login without it ends after ten minutes, not before", async () => {
      const app = totpApp({ express, optIn: true });
      await withTotp(app);
      const me = visitor(app);
      await me.logIn("nora");
      await me.get("/chat").expect(401);
      app.clock.advance(10 * MINUTE - 1);
      await me.get("/second_factor").expect(200);
      app.clock.advance(1);
      await me.get("/second_factor").expect(401);
      await me.get("/me").expect(({ body }) => body.user === null);
    });

    it("does not keep a login open that the app demands a factor of", async () => {
      const app = totpApp({ express });
      const me = visitor(app);
      await me.logIn("nora");
      app.clock.advance(10 * MINUTE);
      await me.get("/security").expect(401);
    });
  });
}
