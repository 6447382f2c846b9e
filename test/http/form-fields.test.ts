import { createRequire } from "node:module";
import { expect } from "chai";
import { csrfSync } from "csrf-sync";
import { doubleCsrf } from "csrf-csrf";
import express, { type Request, type RequestHandler, type Response } from "express";
import session from "express-session";
import type { FormFields } from "../../lib/index.ts";
import { makeApp, versions } from "../support/app.ts";
import { ODD } from "../support/odd-values.ts";
import { visitor } from "../support/visitor.ts";

const express4 = createRequire(import.meta.url)("express4") as typeof express;

interface Csrf {
  protect: RequestHandler;
  token: (req: Request, res: Response) => string;
}

const tokenOf = (req: Request) => (req.body as { _csrf?: string } | undefined)?._csrf;
/** The tests' own login is no form. */
const isLogin = (req: Request) => req.path === "/login";

/** As their READMEs have them: behind the session and the body parser. */
const LIBRARIES: Record<string, () => Csrf> = {
  "csrf-sync": () => {
    const { csrfSynchronisedProtection, generateToken } = csrfSync({
      getTokenFromRequest: tokenOf,
      skipCsrfProtection: isLogin,
    });
    return { protect: csrfSynchronisedProtection, token: (req) => generateToken(req) };
  },
  "csrf-csrf": () => {
    const { doubleCsrfProtection, generateCsrfToken } = doubleCsrf({
      getSecret: () => "c".repeat(32),
      getSessionIdentifier: (req) => req.sessionID,
      getCsrfTokenFromRequest: tokenOf,
      skipCsrfProtection: isLogin,
      cookieName: "csrf",
      cookieOptions: { secure: false },
    });
    return { protect: doubleCsrfProtection, token: (req, res) => generateCsrfToken(req, res) };
  },
};

/** What cookie-parser would do. */
const cookies: RequestHandler = (req, _res, next) => {
  const pairs = (req.headers.cookie ?? "").split("; ").map((each) => each.split("="));
  req.cookies = Object.fromEntries(
    pairs.map(([name = "", ...rest]) => [name, decodeURIComponent(rest.join("="))]),
  );
  next();
};

const hiddenIn = (text: string) =>
  [...text.matchAll(/<input type="hidden" name="_csrf" value="([^"]+)">/g)].map(([, value]) => value);

for (const version of versions) {
  for (const [name, library] of Object.entries(LIBRARIES)) {
    describe(`forms in an app that asks for a token of ${name}, on Express ${version}`, () => {
      it("hold it, each of them, and pass; without it they are refused by the app", async () => {
        const { protect, token } = library();
        const make = version === 4 ? express4 : express;
        const stack = make.Router();
        stack.use(session({ secret: "s", resave: false, saveUninitialized: false }), cookies);
        stack.use(make.urlencoded({ extended: false }), make.json(), protect);
        const app = makeApp({
          express: version,
          session: stack,
          factors: {
            formFields: (req, res) => ({ _csrf: token(req, res) }),
            keepSession: ["returnTo", "csrfToken"],
          },
        });
        const alice = visitor(app, "html");
        await alice.agent.post("/login").send({ user: "alice" }).expect(200);

        await alice.post("/sms_verification/challenge").expect(403);
        expect(app.outbox.messages).to.have.length(0);
        const ask = await alice.get("/sms_verification/new").expect(200);
        const [first, ...others] = hiddenIn(ask.text);
        expect(others.length + 1).to.equal(ask.text.match(/<form/g)?.length);
        await alice.post("/sms_verification/challenge", { _csrf: first }).expect(303);

        const typed = await alice.get("/sms_verification/new").expect(200);
        const [second] = hiddenIn(typed.text);
        await alice.post("/sms_verification", { pin_number: app.outbox.code() }).expect(403);
        await alice
          .post("/sms_verification", { pin_number: app.outbox.code(), _csrf: second })
          .expect(303)
          .expect("Location", "/");
      });
    });
  }
}

describe("[T51] a formFields hook", () => {
  let answer: () => unknown = () => ({});
  const formFields = (() => answer()) as FormFields;
  const app = makeApp({ factors: { formFields, timeoutMs: 50 } });
  const alice = visitor(app, "html");
  before(async () => {
    await alice.agent.post("/login").send({ user: "alice" }).expect(200);
  });

  const allowed = (value: unknown) => {
    try {
      return (
        typeof value === "object" &&
        value !== null &&
        [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null) &&
        Object.values(value).every((each) => typeof each === "string")
      );
    } catch {
      return false;
    }
  };

  for (const [name, make] of ODD) {
    it(`that answers ${name} shows no page, unless that is an object of texts, and is named`, async () => {
      answer = make;
      const fine = allowed(make());
      app.thrown.length = 0;
      const { text } = await alice.get("/sms_verification/new").expect(fine ? 200 : 500);
      if (fine) return;
      expect(text).not.to.include("<form");
      expect(String(app.thrown[0])).to.include("formFields");
      await alice.get("/chat").expect(303);
    });

    it(`that throws ${name} shows no page, and opens nothing`, async () => {
      answer = () => {
        throw make();
      };
      const { text } = await alice.get("/sms_verification/new").expect(500);
      expect(text).not.to.include("<form");
      await alice.get("/chat").expect(303);
    });
  }

  it("that answers a field that cannot be is named, and what it holds is not", async () => {
    for (const odd of [{ "": "secret" }, { "a b": "secret" }, { _csrf: 5 }, { _csrf: ["secret"] }]) {
      answer = () => odd;
      app.thrown.length = 0;
      await alice.get("/sms_verification/new").expect(500);
      expect(String(app.thrown[0])).to.include("formFields").and.not.include("secret");
    }
  });

  it("is not asked for a page without a form: a refusal is told as what it is", async () => {
    answer = () => {
      throw new Error("broken");
    };
    const nora = visitor(app, "html");
    await nora.post("/second_factor", {}).expect(303);
    const { text } = await visitor(app, "html", { "Sec-Fetch-Site": "cross-site" })
      .post("/sms_verification", {})
      .expect(403);
    expect(text).to.include("another site");
  });
});
