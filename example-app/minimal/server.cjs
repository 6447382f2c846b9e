"use strict";

// A password login in CommonJS on Express 4, as many apps have it, and a second factor for those who want one. What that adds is marked with a plus.
const { randomBytes, scryptSync, timingSafeEqual } = require("node:crypto");
const express = require("express");
const session = require("express-session");
const passport = require("passport");
const { Strategy: LocalStrategy } = require("passport-local");
const factorsPackage = require("passport-factors"); // +
const { backupCodes, createFactors, factorSettings, requireFactors } = factorsPackage; // +
const { sameOrigin, secondFactor, totp, verification } = factorsPackage; // +

// Your users, as you have them.
const hash = (password, salt = randomBytes(16)) => ({ salt, key: scryptSync(password, salt, 32) });
const ann = { id: "1", email: "ann@example.org", password: hash("correct horse battery") };
const users = [ann];
const byEmail = (typed) => users.find(({ email }) => email === String(typed).trim().toLowerCase());
const nobody = hash(randomBytes(16)); // who is not there takes as long as who is

const factors = createFactors({
  name: "Minimal", // +
  secret: process.env.FACTORS_SECRET ?? "for trying only: at least 32 characters", // +
  accounts: { id: (user) => user.id }, // +
  factors: [totp({ label: (id) => users.find((user) => user.id === id).email }), backupCodes()], // +
  // Left out, for trying: a store in memory. `store: redisStore(client)` and `credentials` keep what is on file.
});

passport.use(
  new LocalStrategy({ usernameField: "email" }, (email, password, done) => {
    const user = byEmail(email);
    const { salt, key } = user?.password ?? nobody;
    done(null, timingSafeEqual(hash(String(password), salt).key, key) && user);
  }),
);
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => done(null, users.find((user) => user.id === id) ?? false));

const app = express();
const page = (body) => `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>Minimal</title><body>${body}</body></html>`;
const loginForm = (failed) =>
  page(`<h1>Sign in</h1>${failed ? "<p role=alert>Email or password is wrong." : ""}<form method="post" action="/login">
<p><label>Email <input name="email" type="email" autocomplete="username" required></label>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<p><button>Sign in</button></form><p>Try ann@example.org with “correct horse battery”.`);

app.use(
  session({
    secret: process.env.SESSION_SECRET ?? "for trying only",
    resave: false,
    saveUninitialized: false,
  }),
);
app.use(passport.session());
app.use(sameOrigin(factors)); // + what another site made a browser send is refused
app.use("/security", factorSettings(factors)); // + where an app and backup codes are put on file
app.use("/second_factor", secondFactor(factors)); // + asks which of them to use
app.use("/totp_verification", verification(factors, "totp")); // + where a code of the app is typed
app.use("/backup_code_verification", verification(factors, "backup-code")); // + and a backup code

app.get("/login", (req, res) => res.send(loginForm("failed" in req.query)));
app.post("/login", express.urlencoded({ extended: false }), (req, res, next) => {
  passport.authenticate("local", { successRedirect: "/", failureRedirect: "/login?failed" })(req, res, next);
});
app.post("/logout", (req, res, next) =>
  req.logout((error) => (error ? next(error) : res.redirect("/login"))),
);
// + Whoever has a second factor is asked for it. Without `ifEnrolled`, everybody must have one.
app.get("/", requireFactors(factors, { ifEnrolled: true }), (req, res) => {
  res.send(
    page(`<h1>You are in</h1><p><a href="/security">Put a second factor on file</a>, sign out, and sign in again.
<form method="post" action="/logout"><button>Sign out</button></form>`),
  );
});

const server = app.listen(process.env.PORT ?? 3000, () => {
  console.log(`Open http://localhost:${server.address().port}`);
});
