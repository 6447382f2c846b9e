"use strict";

// An app as many are: Express 4, CommonJS, helmet, CSRF tokens on its own forms, a log, compression, a rate limit, behind a proxy that takes `/app` off.
const compression = require("compression");
const { csrfSync } = require("csrf-sync");
const express = require("express4");
const { rateLimit } = require("express-rate-limit");
const session = require("express-session");
const helmet = require("helmet");
const morgan = require("morgan");
const passport = require("passport");
const { Strategy: LocalStrategy } = require("passport-local");
const {
  answerErrors,
  createFactors,
  requireFactors,
  sms,
  smsRegistration,
  smsVerification,
} = require("passport-factors");
const { outbox, settableClock } = require("passport-factors/testing");

const BASE = "/app";

exports.express4App = function express4App({ publicUrl, helmetOptions }) {
  const users = new Map([["ada", { id: "ada", password: "lovelace" }]]);
  const box = outbox();
  const clock = settableClock(1_800_000_000_000);
  const log = [];
  const limited = [];
  const transfers = [];
  const factors = createFactors({
    secret: "a test secret of at least thirty-two characters",
    name: "Chat",
    publicUrl,
    clock,
    factors: [sms({ transport: box })],
    paths: {
      login: `${BASE}/login`,
      registration: `${BASE}/sms_registration/new`,
      verification: `${BASE}/sms_verification/new`,
      success: `${BASE}/inside`,
    },
    accounts: {
      id: (user) => user.id,
      phone: (user) => users.get(user.id).phone,
      phoneTaken: (phone, user) =>
        [...users.values()].some((one) => one.phone === phone && one.id !== user.id),
      setPhone: (user, phone) => Boolean((users.get(user.id).phone = phone)),
    },
  });
  const own = new passport.Passport();
  own.use(
    new LocalStrategy((name, password, done) =>
      done(null, users.get(name)?.password === password && users.get(name)),
    ),
  );
  own.serializeUser((user, done) => done(null, user.id));
  own.deserializeUser((id, done) => done(null, users.get(id) ?? false));
  const { csrfSynchronisedProtection, generateToken } = csrfSync({
    getTokenFromRequest: (req) => req.body._csrf,
  });
  const form = (req, action, fields) =>
    `<form method="post" action="${BASE}${action}"><input type="hidden" name="_csrf" value="${generateToken(req)}">${fields}<button>Go</button></form>`;

  const app = express();
  app.set("trust proxy", 1);
  app.use(morgan("combined", { stream: { write: (line) => log.push(line) } }));
  app.use(helmet(helmetOptions), compression({ threshold: 0 }));
  app.use(
    rateLimit({
      windowMs: 60_000,
      limit: 1000,
      handler: (req, res) => res.sendStatus(429),
      keyGenerator: (req) => (limited.push(req.ip), req.ip),
      validate: { keyGeneratorIpFallback: false },
    }),
  );
  app.use(session({ secret: "sessions", resave: false, saveUninitialized: false }));
  app.use(own.session());
  // They look at where a request comes from, and need no token.
  app.use("/sms_registration", smsRegistration(factors));
  app.use("/sms_verification", smsVerification(factors));
  app.use(express.urlencoded({ extended: false }), csrfSynchronisedProtection);
  app.get("/login", (req, res) =>
    res.send(form(req, "/login", '<input name="username"><input name="password" type="password">')),
  );
  app.post("/login", own.authenticate("local"), (req, res) => res.redirect(`${BASE}/inside`));
  app.get("/inside", requireFactors(factors), (req, res) => res.send("You are in."));
  app.get("/money", requireFactors(factors), (req, res) =>
    res.send(`<h1>Money</h1>${form(req, "/transfer", '<input name="sum" value="42">')}`),
  );
  app.post("/transfer", requireFactors(factors, { within: 300 }), (req, res) => {
    transfers.push(req.body.sum);
    res.send("Done.");
  });
  app.use(answerErrors(factors));
  app.use((error, req, res, _next) =>
    res.status(error.status ?? 500).send(`${error.name}: ${error.message}`),
  );
  return { app, box, clock, factors, limited, log, transfers, users };
};
