/**
 * A whole app of a user and a visit to it. The modules come in, so that CommonJS and ESM apps run the same lines.
 * Answers what each step of the visit was answered with.
 */
module.exports = async function journey({ express, passport, session, main, strategies, testing }) {
  const phones = new Map();
  let usersAreAway = false;
  const accounts = {
    id: (user) => user.id,
    async phone(user) {
      if (usersAreAway) throw new Error("the users are away");
      return phones.get(user.id);
    },
    phoneTaken: (phone, user) => [...phones].some(([id, each]) => each === phone && id !== user.id),
    setPhone(user, phone) {
      phones.set(user.id, phone);
      return true;
    },
  };
  const messages = testing.outbox();
  const factors = main.createFactors({
    secret: "0123456789abcdef0123456789abcdef",
    accounts,
    factors: [main.sms({ transport: messages })],
    onError: () => {},
  });

  passport.serializeUser((user, done) => done(null, user.id));
  passport.deserializeUser((id, done) => done(null, { id }));
  passport.use(new strategies.SmsStrategy(factors));

  const app = express();
  app.use(session({ secret: "a session secret", resave: false, saveUninitialized: false }));
  app.use(passport.session());
  app.post("/login", (req, res, next) => {
    req.login({ id: "ada" }, (error) => (error ? next(error) : res.json({ ok: true })));
  });
  app.use("/sms_registration", main.smsRegistration(factors));
  app.use("/sms_verification", main.smsVerification(factors));
  app.post("/strategy", express.json(), passport.authenticate("sms"), (req, res) =>
    res.json({ user: req.user.id, ...req.authInfo }),
  );
  app.get("/chat", main.requireFactors(factors), (req, res) => res.json({ ok: true }));
  app.use((error, req, res, _next) => res.status(500).json({ error: error.message }));

  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  let cookie = "";
  async function call(method, path, body) {
    const answer = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
      method,
      headers: { accept: "application/json", "content-type": "application/json", cookie },
      // A string goes as it is, so that it may be broken JSON.
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(5000),
    });
    cookie = answer.headers.getSetCookie().at(-1)?.split(";")[0] ?? cookie;
    return answer.status;
  }
  const wrong = (code) => (code === "000000" ? "111111" : "000000");

  const seen = {};
  seen.login = await call("POST", "/login", {});
  seen.chatBefore = await call("GET", "/chat");
  seen.register = await call("POST", "/sms_registration", { country_code: "US", phone_number: "2015550123" });
  seen.malformedJson = await call("POST", "/sms_verification", '{"pin_number":');
  seen.wrongCode = await call("POST", "/sms_verification", { pin_number: wrong(messages.code()) });
  seen.rightCode = await call("POST", "/sms_verification", { pin_number: messages.code() });
  seen.chatAfter = await call("GET", "/chat");
  seen.anotherCode = await call("POST", "/sms_verification/challenge");
  seen.strategyWrongCode = await call("POST", "/strategy", { pin_number: wrong(messages.code()) });
  seen.strategyRightCode = await call("POST", "/strategy", { pin_number: messages.code() });
  usersAreAway = true;
  seen.rejectingAccounts = await call("POST", "/sms_verification/challenge");
  server.closeAllConnections();
  server.close();
  return seen;
};
