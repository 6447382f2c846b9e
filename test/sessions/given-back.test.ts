import { expect } from "chai";
import session from "express-session";
import { backupCodes, memoryStore, storeCredentials, type CredentialStore } from "../../lib/index.ts";
import { accountsIn, makeApp, versions, type User } from "../support/app.ts";
import { generate, spend } from "../support/backup-codes-scene.ts";
import { until } from "../support/redis-server.ts";
import { passed, visitor, withCode } from "../support/visitor.ts";

for (const express of versions) {
  describe(`[T67] a right code that led to nothing, on Express ${express}`, () => {
    it("may be typed again where the number could not be written, and binds it once", async () => {
      const users = new Map<string, User>([["nora", { id: "nora" }]]);
      const accounts = accountsIn(users);
      let writes = 0;
      const setPhone: typeof accounts.setPhone = async (user, phone) => {
        writes += 1;
        if (writes === 1) throw new Error("database away");
        return accounts.setPhone(users.get(user.id) as User, phone);
      };
      const app = makeApp({
        express,
        users: { nora: undefined },
        factors: { accounts: { ...accounts, setPhone } },
      });
      const { me, code } = await withCode(app, "nora");
      await me.verify(code).expect(500);
      await me.get("/chat").expect(401);
      await me.verify(code).expect(200);
      await me.get("/chat").expect(200);
      expect([writes, users.get("nora")?.phone]).to.deep.equal([2, "+12015550123"]);
      expect(app.events.filter(({ name }) => name === "phone_otp_verify_completed")).to.have.length(1);
    });

    it("may be typed again where the session could not be read", async () => {
      const sessionStore = new session.MemoryStore();
      const app = makeApp({ express, sessionStore });
      const { me, code } = await withCode(app);
      const get = sessionStore.get.bind(sessionStore);
      let reads = 0;
      sessionStore.get = (sid, done) =>
        ++reads === 2 ? done(new Error("session store away")) : get(sid, done);
      await me.verify(code).expect(500);
      expect(reads).to.equal(2);
      await me.verify(code).expect(200);
      await visitor(app).get("/chat").expect(401);
      await me.get("/chat").expect(200);
    });

    it("is given back once what keeps it answers again, where that was away just then too", async () => {
      const sessionStore = new session.MemoryStore();
      const store = memoryStore();
      let isAway = false;
      const kept = storeCredentials(store);
      const credentials: CredentialStore = {
        inTenant(tenant) {
          const own = kept.inTenant(tenant);
          return {
            ...own,
            async replace(...what) {
              if (isAway) throw new Error("database away");
              return own.replace(...what);
            },
          };
        },
      };
      const app = makeApp({ express, store, sessionStore, more: [backupCodes()], factors: { credentials } });
      const owner = await passed(app);
      const [code] = await generate(owner);
      const left = async () => (await owner.get("/backup_codes").expect(200)).body.remaining as number;
      const [me, again] = [visitor(app), visitor(app)];
      for (const each of [me, again]) await each.logIn("alice");
      const set = sessionStore.set.bind(sessionStore);
      sessionStore.set = (_sid, _session, done) => {
        // After the code was used up.
        isAway = true;
        done?.(new Error("session store away"));
      };
      await spend(me, code).expect(500);
      sessionStore.set = set;
      expect(await left()).to.equal(9);
      isAway = false;
      await until(async () => (await left()) === 10);
      await spend(again, code).expect(200);
      await again.get("/chat").expect(200);
    });
  });
}
