import express, { type Express } from "express";
import session from "express-session";
import passport from "passport";
import { isFactorError, requireFactors, SmsStrategy, type Factors } from "passport-factors";

/** An app that renders its own pages: `factors` sends the codes, Passport's strategy judges them. */
export function ownPages(factors: Factors): Express {
  passport.use(new SmsStrategy(factors));
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));

  const app = express();
  app.use(session({ secret: "keyboard cat", resave: false, saveUninitialized: false }));
  app.use(passport.session(), express.urlencoded({ extended: false }));

  // Your first factor; here anybody who says a name.
  app.post("/login", (req, res, next) => {
    req.login({ id: String(req.body.name) } as Express.User, (error) =>
      error ? next(error) : res.redirect("/"),
    );
  });

  app.post("/phone", async (req, res) => {
    await factors.register(req, { country_code: req.body.country, phone_number: req.body.number });
    res.redirect("/code");
  });

  app.post("/code/send", async (req, res) => {
    await factors.begin(req, "sms");
    res.redirect("/code");
  });

  app.get("/code", async (req, res) => {
    const { phone_display, attempts_remaining } = await factors.pending(req);
    res.send(
      `<form method="post">Code sent to ${phone_display} (${attempts_remaining} tries left): <input name="code"></form>`,
    );
  });

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
