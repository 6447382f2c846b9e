import express from "express";
import session from "express-session";
import passport from "passport";
import { Strategy as LocalStrategy } from "passport-local";
import { createFactors, requireFactors, smsRegistration, smsVerification } from "passport-factors";

// Your users, as you have them.
const users = new Map([["ada", { id: "ada", password: "lovelace", phone: undefined }]]);
const phoneTaken = (phone, user) =>
  [...users.values()].some((other) => other.phone === phone && other.id !== user.id);

const factors = createFactors({
  name: "Chat",
  secret: process.env.FACTORS_SECRET ?? "for trying only: at least 32 characters",
  accounts: {
    id: (user) => user.id,
    phone: (user) => users.get(user.id).phone,
    phoneTaken,
    // Two may have asked for one number; who proves it first has it. In a database, a UNIQUE index says so.
    setPhone: (user, phone) => !phoneTaken(phone, user) && Boolean((users.get(user.id).phone = phone)),
  },
  // Left out, for development: codes by text message that the terminal shows, and a store in memory.
});

passport.use(
  new LocalStrategy((name, password, done) =>
    done(null, users.get(name)?.password === password && users.get(name)),
  ),
);
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => done(null, users.get(id) ?? false));

const app = express();
app.use(session({ secret: "for trying only", resave: false, saveUninitialized: false }));
app.use(passport.session());
app.get("/login", (req, res) => {
  res.send(
    '<form method="post" action="/login"><input name="username"><input name="password" type="password"><button>Sign in',
  );
});
app.post("/login", express.urlencoded({ extended: false }), passport.authenticate("local"), (req, res) =>
  res.redirect("/inside"),
);
app.use("/sms_registration", smsRegistration(factors)); // asks for a phone number, sends a code to it
app.use("/sms_verification", smsVerification(factors)); // where the code is typed
app.get("/inside", requireFactors(factors), (req, res) => res.send("You are in."));

app.listen(process.env.PORT ?? 3000);
