import express, { type Express, type Request, type RequestHandler, type Response } from "express";
import session from "express-session";
import passport from "passport";
import { isFactorError, requireFactors, SmsStrategy, type Factors } from "passport-factors";

/**
 * An app that renders its own pages: `factors` sends the codes, Passport's strategy judges them. It was made with
 * `paths: { login: "/", registration: "/phone", verification: "/code" }`, where the guard sends people.
 */
export function ownPages(factors: Factors): Express {
  passport.use(new SmsStrategy(factors));
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));

  const app = express();
  app.use(session({ secret: "keyboard cat", resave: false, saveUninitialized: false }));
  app.use(passport.session(), express.urlencoded({ extended: false }));

  app.get("/", (_req, res) => {
    res.send(`<form method="post" action="/login">Your name: <input name="name"></form>`);
  });

  // Your first factor; here anybody who says a name.
  app.post("/login", (req, res, next) => {
    req.login({ id: String(req.body.name) } as Express.User, (error) =>
      error ? next(error) : res.redirect("/inside"),
    );
  });

  app.get("/phone", (_req, res) => {
    res.send(
      `<form method="post">Country: <input name="country"> Number: <input name="number"> <button>Go</button></form>`,
    );
  });

  app.post(
    "/phone",
    careful(async (req, res) => {
      await factors.register(req, { country_code: req.body.country, phone_number: req.body.number });
      res.redirect("/code");
    }),
  );

  app.post(
    "/code/send",
    careful(async (req, res) => {
      await factors.begin(req, "sms");
      res.redirect("/code");
    }),
  );

  app.get(
    "/code",
    careful(async (req, res) => {
      const challenge = await factors.pending(req).catch(() => undefined);
      res.send(
        challenge === undefined
          ? `<form method="post" action="/code/send"><button>Text me a code</button></form>`
          : `<form method="post">Code sent to ${challenge.phone_display}: <input name="code"></form>`,
      );
    }),
  );

  app.post("/code", passport.authenticate("sms", { successReturnToOrRedirect: "/inside" }));

  app.get("/inside", requireFactors(factors), (_req, res) => {
    res.send("You are in.");
  });

  app.use(((error, _req, res, next) => {
    if (isFactorError(error)) res.status(400).send(`That did not work: ${error.code}`);
    else next(error);
  }) as express.ErrorRequestHandler);
  return app;
}

/** Express 4 does not catch what an async handler throws, and Node then ends the process; Express 5 needs no such thing. */
function careful(handler: (req: Request, res: Response) => Promise<void>): RequestHandler {
  return (req, res, next) => void handler(req, res).catch(next);
}
