import { expect } from "chai";
import { memoryStore } from "../../lib/index.ts";
import { versions } from "../support/app.ts";
import { totpApp, withTotp } from "../support/totp-scene.ts";
import { visitor } from "../support/visitor.ts";

for (const express of versions) {
  describe(`a store that fails right after a factor has come on file, on Express ${express}`, () => {
    it("[T67] undoes nothing of what comes of it: it is told, others are ended, and this session is in", async () => {
      const store = memoryStore();
      const app = totpApp({ express, store });
      const { me, secret: old } = await withTotp(app);
      const other = visitor(app);
      await other.logIn("nora");
      await other.post("/totp_verification", { totp_code: app.codeOf(old) }).expect(200);
      const { secret } = (await me.post("/security/totp").expect(201)).body as { secret: string };
      const replace = store.credentials.replace.bind(store.credentials);
      const fails = () => Promise.reject(new Error("gone"));
      store.credentials.replace = async (...what) => {
        const answer = await replace(...what);
        store.guesses.clear = fails;
        store.reset = fails;
        return answer;
      };
      const told = app.named("factor_added").length;
      const notices = app.notices.length;
      await me.post("/security/totp/confirm", { code: app.codeOf(secret) }).expect(200);
      expect(app.named("factor_added")).to.have.length(told + 1);
      expect(app.notices).to.have.length(notices + 1);
      await me.get("/chat").expect(200);
      await other.get("/chat").expect(401);
    });
  });
}
