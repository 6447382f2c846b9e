import { expect } from "chai";
import type { RequestHandler } from "express";
import session from "express-session";
import { graphql } from "../../lib/graphql/graphql.ts";
import { signup } from "../../lib/index.ts";
import { makeApp, versions, type AppOptions } from "../support/app.ts";
import { visitor, withCode } from "../support/visitor.ts";

interface LoggingIn {
  logIn(...args: unknown[]): void;
  session: session.Session;
}

/** Makes the new session of a login, and then fails, as a `serializeUser` or a session store may. */
const failing: RequestHandler = (req, _res, next) => {
  const request = req as unknown as LoggingIn;
  request.logIn = (...args) => {
    const done = args.at(-1) as (error: unknown) => void;
    request.session.regenerate(() => {
      Object.assign(request.session, { app: "kept" });
      done(new Error("the login failed"));
    });
  };
  next();
};

for (const express of versions)
  describe(`a login that fails, on Express ${express}`, () => {
    function make(routes: NonNullable<AppOptions["routes"]>) {
      const sessionStore = new session.MemoryStore();
      const app = makeApp({ express, sessionStore, routes });
      const proofs = () =>
        new Promise<unknown[]>((resolve, reject) =>
          sessionStore.all((error, all) => {
            const factors = Object.values(all ?? {}).map(
              (each) => (each as { factors?: { passed?: [] } }).factors,
            );
            if (error) return reject(error as Error);
            resolve(factors.filter((each) => (each?.passed ?? []).length > 0));
          }),
        );
      return { app, proofs };
    }

    it("writes no proof after the strategy: nobody is let in, by the old cookie or the new one", async () => {
      const { app, proofs } = make((own, { passport }) => {
        const authenticate = passport.authenticate("sms") as RequestHandler;
        own.post("/own", bodyOf, failing, authenticate, (_req, res) => void res.json({}));
      });
      const { me, code } = await withCode(app);
      await me.post("/own", { pin_number: code }).expect(500);
      expect(await proofs()).to.deep.equal([]);
      await me.get("/chat").expect(401);
      expect((await me.get("/me")).body.user).to.equal(null);
    });

    it("writes no proof of a sign-up", async () => {
      const { app, proofs } = make(
        (own, { factors }) => void own.use("/phone_signup", failing, signup(factors)),
      );
      const me = visitor(app);
      const number = { country_code: "TW", phone_number: "0978 000 111" };
      await me.post("/phone_signup", number).expect(201);
      const typed = { pin_number: app.outbox.code(), email: "mia@example.com" };
      expect((await me.post("/phone_signup/verification", typed)).status).to.equal(500);
      expect(await proofs()).to.deep.equal([]);
      await me.get("/chat").expect(401);
    });

    it("writes no proof of a sign-up by GraphQL", async () => {
      const number = "+886978000111";
      const { app, proofs } = make((own, { factors }) => void own.use("/graphql", failing, graphql(factors)));
      const me = visitor(app);
      const ask = async (mutation: string) =>
        (await me.post("/graphql", { query: `mutation { ${mutation} }` })).body;
      expect(await ask(`signupSendOtp(input: { phoneNumber: "${number}" })`)).not.to.have.property("errors");
      const profile = `email: "mia@example.com", password: "p", name: "Mia"`;
      const typed = `phoneNumber: "${number}", code: "${app.outbox.code()}", ${profile}`;
      const { errors } = await ask(`signupVerify(input: { ${typed} }) { user { id } }`);
      expect(errors[0].extensions.code).to.equal("internal_error");
      expect(await proofs()).to.deep.equal([]);
      await me.get("/chat").expect(401);
      expect((await me.get("/me")).body.user).to.equal(null);
    });
  });

/** Bodies as the visitor posts them. */
const bodyOf: RequestHandler = (req, _res, next) => {
  const parts: Buffer[] = [];
  req.on("data", (part: Buffer) => parts.push(part));
  req.on("end", () => {
    req.body = JSON.parse(Buffer.concat(parts).toString()) as unknown;
    next();
  });
};
