import { types } from "node:util";
import { expect } from "chai";
import { loadLibrary } from "../../lib/webauthn/library.ts";
import { accountsIn, versions, type User } from "../support/app.ts";
import { MODES, type Mode } from "../support/faults.ts";
import { ODD } from "../support/odd-values.ts";
import { optionsFrom, webauthnApp, withCredential } from "../support/webauthn-scene.ts";
import { visitor } from "../support/visitor.ts";

const LIMITS = { guessesPerIp: 1_000_000, ceremoniesPerIp: 1_000_000 };

function goWrong(mode: Mode, odd: unknown): unknown {
  if (types.isPromise(odd)) odd.catch(() => undefined);
  if (mode === "answers") return odd;
  if (mode === "throws") throw odd;
  return Promise.reject(odd as Error);
}

for (const express of versions) {
  describe(`[T51] whatever \`accounts.byId\` throws or answers, on Express ${express}`, () => {
    before(loadLibrary);

    it("a sign-in by a passkey signs nobody in, and does so when it is right", async () => {
      const nora: User = { id: "nora" };
      let broken: (() => unknown) | undefined;
      const accounts = { ...accountsIn(new Map([["nora", nora]])), byId: async () => nora };
      const byId = (() => (broken === undefined ? nora : broken())) as typeof accounts.byId;
      const app = webauthnApp({
        express,
        users: { nora: undefined },
        factors: { accounts: { ...accounts, byId }, limits: LIMITS, timeoutMs: 300 },
      });
      const { device } = await withCredential(app);
      const signIn = async () => {
        const me = visitor(app);
        const answer = device.get(await optionsFrom(me, "/passkey_sign_in/challenge"));
        const { status } = await me.post("/passkey_sign_in", answer);
        return { me, status };
      };
      for (const mode of MODES)
        for (const [name, make] of ODD) {
          broken = () => goWrong(mode, make());
          const { me, status } = await signIn();
          expect(status, `${mode} ${name}`).to.be.within(400, 599);
          broken = undefined;
          expect((await me.get("/me")).body.user, `${mode} ${name}`).to.equal(null);
        }
      const { me, status } = await signIn();
      expect(status).to.equal(200);
      await me.get("/chat").expect(200);
    });
  });
}
