import { expect } from "chai";
import session from "express-session";
import { backupCodes, memoryStore } from "../../lib/index.ts";
import { accountsIn, versions, type AppOptions, type TestApp } from "../support/app.ts";
import { generate } from "../support/backup-codes-scene.ts";
import { holdNext, type Held } from "../support/hold.ts";
import { SlowStore } from "../support/slow-sessions.ts";
import { STEP, totpApp } from "../support/totp-scene.ts";
import { passed, visitor, type Visitor } from "../support/visitor.ts";
import {
  enrol,
  optionsFrom,
  webauthnApp,
  withCredential,
  type WebauthnApp,
} from "../support/webauthn-scene.ts";
import { authenticator } from "../support/authenticator.ts";

const MINUTE = 60_000;
const SIGN_IN = "/passkey_sign_in";

const cookieOf = async (me: Visitor): Promise<string> =>
  ((await me.get("/me")) as unknown as { request: { cookies: string } }).request.cookies;

const isIn = async (app: TestApp, cookie: string): Promise<boolean> =>
  (await visitor(app).agent.get("/me").set("Cookie", cookie)).body.user !== null;

/** Another tab of the same browser. */
const statusOf = async (app: TestApp, cookie: string, path: string, body?: object): Promise<number> => {
  const other = visitor(app);
  const asked = body === undefined ? other.get(path) : other.post(path, body);
  return (await asked.set("Cookie", cookie)).status;
};

const endOthers: AppOptions["routes"] = (on, { factors }) =>
  void on.post("/end_others", (req, res, next) => {
    factors.endOtherSessions(req).then(() => res.json({}), next);
  });

for (const express of versions) {
  describe(`beside a change of what is on file, on Express ${express}`, () => {
    describe("[T61] a logout", () => {
      const make = () => {
        const [store, sessionStore] = [memoryStore(), new session.MemoryStore()];
        const more = [backupCodes()];
        const app = webauthnApp({ express, store, sessionStore, more, routes: endOthers });
        return { app, store, sessionStore };
      };
      type Made = ReturnType<typeof make>;
      const changes: [string, (made: Made) => Held, (id: string) => [string, object?]][] = [
        [
          "of a removal",
          ({ store }) => holdNext(store.credentials, "remove"),
          (id) => ["/security/passkey/remove", { id }],
        ],
        ["of a new set", ({ store }) => holdNext(store.credentials, "replace"), () => ["/backup_codes", {}]],
        ["of an end of others", ({ store }) => holdNext(store.notes, "put"), () => ["/end_others", {}]],
      ];
      for (const [what, hold, change] of changes) {
        it(`beside the work ${what} is not undone by it`, async () => {
          const made = make();
          const { me, id } = await withCredential(made.app);
          await enrol(me, "security-key", authenticator({ verifiesUser: false }));
          await generate(me);
          const cookie = await cookieOf(me);
          const held = hold(made);
          const answer = statusOf(made.app, cookie, ...change(id));
          await held.reached;
          await me.post("/logout").expect(200);
          held.letGo();
          expect(await answer).to.be.within(200, 201);
          expect(await isIn(made.app, cookie)).to.equal(false);
        });
      }
    });

    describe("[T63] the session that asks for it", () => {
      it("goes on, also in other requests that are under way, long after its login", async () => {
        const sessionStore = new SlowStore(60);
        const app = webauthnApp({ express, sessionStore });
        const { me, device } = await withCredential(app);
        const more = [];
        for (let i = 0; i < 2; i++) more.push((await enrol(me, "passkey", authenticator())).id);
        app.clock.advance(11 * MINUTE);
        const options = await optionsFrom(me, "/passkey_verification/challenge");
        await me.post("/passkey_verification", device.get(options)).expect(200);
        const cookie = await cookieOf(me);
        const removals = more.map((each) => statusOf(app, cookie, "/security/passkey/remove", { id: each }));
        const all = Promise.all(removals);
        let isDone = false;
        const seen: number[] = [];
        const watch = async () => {
          while (!isDone) seen.push(await statusOf(app, cookie, "/chat"));
        };
        const watching = watch();
        expect(await all).to.deep.equal([200, 200]);
        isDone = true;
        await watching;
        expect(new Set(seen)).to.deep.equal(new Set([200]));
        await me.get("/fresh").expect(200);
        expect((await me.get("/security").expect(200)).body.factors).to.have.length(1);
      });

      it("ends itself where another has ended it meanwhile", async () => {
        const store = memoryStore();
        const app = webauthnApp({ express, store, routes: endOthers });
        const { me, device, id } = await withCredential(app);
        await enrol(me, "security-key", authenticator({ verifiesUser: false }));
        const cookie = await cookieOf(me);
        const held = holdNext(store.credentials, "remove");
        const answer = statusOf(app, cookie, "/security/passkey/remove", { id });
        await held.reached;
        const owner = visitor(app);
        await owner.post(SIGN_IN, device.get(await optionsFrom(owner, `${SIGN_IN}/challenge`))).expect(200);
        await owner.post("/end_others").expect(200);
        held.letGo();
        expect(await answer).to.equal(200);
        await me.get("/chat").expect(401);
      });
    });

    describe("[T63] what is being put on file", () => {
      for (const replaces of [false, true]) {
        it(`${replaces ? "in the place of another " : ""}leaves no session in that was ended meanwhile`, async () => {
          const store = memoryStore();
          const app = totpApp({ express, store, routes: endOthers });
          const owner = await passed(app);
          const me = await passed(app);
          if (replaces) {
            const { secret } = (await me.post("/security/totp").expect(201)).body as { secret: string };
            await me.post("/security/totp/confirm", { code: app.codeOf(secret) }).expect(200);
            app.clock.advance(STEP);
          }
          const { secret } = (await me.post("/security/totp").expect(201)).body as { secret: string };
          const held = holdNext(store.credentials, replaces ? "replace" : "add");
          const confirming = (async () =>
            (await me.post("/security/totp/confirm", { code: app.codeOf(secret) })).status)();
          await held.reached;
          await owner.post("/end_others").expect(200);
          held.letGo();
          expect(await confirming).to.equal(200);
          await me.get("/chat").expect(401);
        });
      }
    });

    describe("[W11] a sign-in by a passkey", () => {
      const ends: Record<string, (owner: Visitor, id: string, app: WebauthnApp) => Promise<unknown>> = {
        "the passkey is removed": (owner, id) => owner.post("/security/passkey/remove", { id }).expect(200),
        "its owner ends all other sessions": (owner) => owner.post("/end_others").expect(200),
        "the account is erased": (_owner, _id, app) => app.factors.erase("nora"),
      };
      for (const [what, end] of Object.entries(ends)) {
        it(`that is under way comes to nothing where ${what}, wherever it is`, async () => {
          const sessionStore = new session.MemoryStore();
          const users = new Map([["nora", { id: "nora" }]]);
          const accounts = accountsIn(users);
          const factors = { accounts };
          const app = webauthnApp({ express, sessionStore, factors, routes: endOthers });
          for (const [target, method, status] of [
            [accounts, "byId", 400],
            [sessionStore, "set", 401],
          ] as const) {
            const { me: owner, device, id } = await withCredential(app);
            await enrol(owner, "security-key", authenticator({ verifiesUser: false }));
            const thief = visitor(app);
            const assertion = device.get(await optionsFrom(thief, `${SIGN_IN}/challenge`));
            const held = holdNext(target as never, method as never);
            const signingIn = (async () => (await thief.post(SIGN_IN, assertion)).status)();
            await held.reached;
            await end(owner, id, app);
            held.letGo();
            expect(await signingIn, method).to.equal(status);
            await thief.get("/chat").expect(401);
            expect((await thief.get("/me")).body.user, method).to.equal(null);
            await app.factors.erase("nora");
          }
        });
      }
    });
  });
}
