import { expect } from "chai";
import type { RequestHandler } from "express";
import type passport from "passport";
import { FactorError, memoryStore, SmsStrategy as FromIndex, type Factors } from "../../lib/index.ts";
import { SmsStrategy } from "../../strategies/index.ts";
import { makeApp, versions, type AppOptions, type TestApp, type User } from "../support/app.ts";
import { visitor, withCode, wrong } from "../support/visitor.ts";

type Authenticate = (options?: object, callback?: (...args: never[]) => void) => RequestHandler;

for (const express of versions) {
  describe(`SmsStrategy, on Express ${express}`, () => {
    /** An app whose `POST /own` runs what `route` makes. */
    const own = (
      route: (
        authenticate: Authenticate,
        parts: { factors: Factors; passport: passport.Authenticator },
      ) => RequestHandler[],
      more: AppOptions = {},
    ): TestApp =>
      makeApp({
        express,
        ...more,
        routes: (app, parts) => {
          const authenticate: Authenticate = (options, callback) =>
            parts.passport.authenticate(
              "sms",
              options as passport.AuthenticateOptions,
              callback as never,
            ) as RequestHandler;
          app.post(
            "/own",
            bodyOf,
            ...route(authenticate, parts),
            (req, res) =>
              void res.json({ user: (req.user as User).id, info: req.authInfo, sid: req.sessionID }),
          );
        },
      });

    it("is called sms, and is the same class from both entries", () => {
      expect(new SmsStrategy(makeApp({ express }).factors).name).to.equal("sms");
      expect(FromIndex).to.equal(SmsStrategy);
    });

    it("refuses at start what is not a factors handle", () => {
      for (const given of [undefined, {}, { list: [] }]) {
        expect(() => new SmsStrategy(given as unknown as Factors)).to.throw(TypeError, /createFactors/);
      }
    });

    it("[T24] lets in with the right code: method and amr in authInfo, a new session id, the guard open, the old cookie dead", async () => {
      const app = makeApp({ express });
      const { me, code } = await withCode(app);
      const { body: before } = await me.get("/me");
      const cookie = String(
        await me
          .get("/me")
          .then((res) => (res as unknown as { request: { cookies: string } }).request.cookies),
      );
      const { body } = await me.post("/code", { pin_number: code }).expect(200);
      expect(body.authInfo).to.deep.equal({ method: "sms", amr: ["sms"] });
      expect(body.sid).not.to.equal(before.sid);
      await me.get("/chat").expect(200);
      expect((await me.get("/me")).body.amr).to.deep.equal(["pwd", "sms", "mfa"]);
      expect((await visitor(app).agent.get("/me").set("Cookie", cookie)).body.user).to.equal(null);
    });

    it("[T1] asking for a code never authenticates, nor does no code", async () => {
      const { me } = await withCode(makeApp({ express }));
      await me.get("/chat").expect(401);
      await me.post("/code", {}).expect(400);
      await me.get("/chat").expect(401);
    });

    it("fails with code, message and attempts left, by the one status table", async () => {
      const seen: unknown[] = [];
      const app = own((authenticate) => [
        (req, res, next) => {
          const callback = (error: unknown, user: unknown, info: unknown, status: unknown) => {
            seen.push([error, user, info, status]);
            res.status(Number(status)).json(info);
          };
          void authenticate({}, callback as never)(req, res, next);
        },
      ]);
      const { me, code } = await withCode(app);
      await me.post("/own", { code: wrong(code) }).expect(400);
      expect(seen[0]).to.deep.equal([
        null,
        false,
        { type: "error", code: "invalid_code", message: "Invalid verification code", attemptsRemaining: 4 },
        400,
      ]);
      app.clock.advance(300_000);
      await me.post("/own", { code }).expect(401);
      expect(seen[1]).to.deep.include.members([false, 401]);
      await visitor(app).post("/own", { code }).expect(401);
      expect((seen[2] as unknown[])[2]).to.include({ code: "login_required" });
    });

    it("[T28] goes to returnTo by successReturnToOrRedirect, and the proof survives Passport's own login", async () => {
      const app = own((authenticate) => [
        authenticate({ successReturnToOrRedirect: "/home", failureRedirect: "/sms_verification/new" }),
      ]);
      const alice = visitor(app, "html");
      await alice.logIn("alice");
      await alice.get("/chat?room=7").expect(303);
      await alice.send().expect(303);
      await alice
        .post("/own", { pin_number: wrong(app.outbox.code()) })
        .expect(302)
        .expect("Location", "/sms_verification/new");
      await alice
        .post("/own", { pin_number: app.outbox.code() })
        .expect(302)
        .expect("Location", "/chat?room=7");
      await alice.get("/chat?room=7").expect(200);
    });

    it("leaves the proof in the session with a custom callback that logs in, and with one that does not", async () => {
      for (const logsIn of [true, false]) {
        const app = own((authenticate) => [
          (req, res, next) => {
            const callback = (error: unknown, user: Express.User, info: object) => {
              if (error !== null) return next(error);
              if (!logsIn) return res.json(info);
              return req.login(user, () => res.json(info));
            };
            void authenticate({}, callback as never)(req, res, next);
          },
        ]);
        const { me, code } = await withCode(app);
        await me.post("/own", { pin_number: code }).expect(200);
        await me.get("/chat").expect(200);
      }
    });

    it("works with session: false, keepSessionInfo and a custom property", async () => {
      for (const options of [{ session: false }, { keepSessionInfo: true }, { assignProperty: "verified" }]) {
        const app = own((authenticate) => [authenticate(options)]);
        const { me, code } = await withCode(app);
        const { body: before } = await me.get("/me");
        await me.post("/own", { pin_number: code }).expect(200);
        await me.get("/chat").expect(200);
        expect((await me.get("/me")).body.sid).not.to.equal(before.sid);
      }
    });

    it("reads the code from body or query, pin_number before code, nested too; the names are an option", async () => {
      const asked: [string, object][] = [
        ["/code", { code: "CODE", pin_number: undefined }],
        ["/code", { pin_number: "CODE", code: "000000x" }],
        ["/code", { sms_verification: { pin_number: "CODE" } }],
        ["/code?pin_number=CODE", {}],
        ["/code?sms_verification[pin_number]=CODE", {}],
      ];
      for (const [path, body] of asked) {
        const { me, code } = await withCode(makeApp({ express }));
        await me
          .post(path.replace("CODE", code), JSON.parse(JSON.stringify(body).replace("CODE", code)) as object)
          .expect(200);
      }
      const app = own((authenticate, { factors, passport: authenticator }) => {
        authenticator.use(new SmsStrategy(factors, { fields: ["otp"] }));
        return [authenticate()];
      });
      const { me, code } = await withCode(app);
      await me.post("/own", { pin_number: code }).expect(400);
      await me.post("/own", { otp: code }).expect(200);
    });

    it("gives the verify callback request, user and info, and lets it add to the info", async () => {
      const seen: unknown[] = [];
      const app = own((authenticate, { factors, passport: authenticator }) => {
        authenticator.use(
          new SmsStrategy(factors, (req, user, info, done) => {
            seen.push([typeof req.sessionID, user, info]);
            done(null, user, { scope: "chat" });
          }),
        );
        return [authenticate()];
      });
      const { me, code } = await withCode(app);
      const { body } = await me.post("/own", { pin_number: code }).expect(200);
      expect(seen).to.deep.equal([
        ["string", { id: "alice", phone: "+886912345678" }, { amr: ["sms"], method: "sms" }],
      ]);
      expect(body.info).to.deep.equal({ amr: ["sms"], method: "sms", scope: "chat" });
    });

    it("keeps out whom the verify callback refuses: the guard does not open either", async () => {
      const app = own((authenticate, { factors, passport: authenticator }) => {
        authenticator.use(
          new SmsStrategy(factors, (_req, _user, _info, done) => done(null, false, { message: "suspended" })),
        );
        return [authenticate()];
      });
      const { me, code } = await withCode(app);
      await me.post("/own", { pin_number: code }).expect(401);
      await me.get("/chat").expect(401);
    });

    it("passes on to error() what a verify callback throws, rejects with or answers, and lets nobody in", async () => {
      const broken = new Error("verify broke");
      const ways = [
        () => {
          throw broken;
        },
        () => Promise.reject(broken),
        (_req: unknown, _user: unknown, _info: unknown, done: (error: unknown) => void) => done(broken),
      ];
      for (const way of ways) {
        const app = own((authenticate, { factors, passport: authenticator }) => {
          authenticator.use(new SmsStrategy(factors, way as never));
          return [authenticate()];
        });
        const { me, code } = await withCode(app);
        await me.post("/own", { pin_number: code }).expect(500);
        expect(app.thrown).to.deep.equal([broken]);
        await me.get("/chat").expect(401);
      }
    });

    it("passes on what the app's own callback throws, and the process lives", async () => {
      const calls: unknown[] = [];
      const app = own((authenticate) => [
        (req, res, next) => {
          const callback = (error: unknown) => {
            calls.push(error);
            if (error !== null) return next(error);
            throw new Error("callback broke");
          };
          void authenticate({}, callback as never)(req, res, next);
        },
      ]);
      const { me, code } = await withCode(app);
      await me.post("/own", { pin_number: code }).expect(500);
      expect(calls, "told by error(), as Passport tells a callback").to.deep.equal([null, app.thrown[0]]);
      expect(String(app.thrown[0])).to.include("callback broke");
    });

    it("hands what broke to error(); a store that is away with the status and Retry-After that Express then answers", async () => {
      const away = () => Promise.reject(new FactorError("store_unavailable", { retryAfter: 1 }));
      const app = makeApp({ express, store: { ...memoryStore(), verify: away } });
      const { me, code } = await withCode(app);
      await me.post("/code", { pin_number: code }).expect(503);
      expect(app.thrown[0]).to.deep.include({
        code: "store_unavailable",
        status: 503,
        headers: { "Retry-After": "1" },
      });
      app.users.get = () => {
        throw new Error("users away");
      };
      await me.post("/code", { pin_number: code }).expect(500);
      expect(String(app.thrown[1])).to.include("users away");
    });
  });
}

const bodyOf: RequestHandler = (req, _res, next) => {
  let text = "";
  req.setEncoding("utf8");
  req.on("data", (part: string) => (text += part));
  req.on("end", () => {
    const json = String(req.headers["content-type"]).includes("json");
    req.body = json ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
    next();
  });
};
