import express from "express";
import session from "express-session";
import passport from "passport";
import {
  createFactors,
  defineFactor,
  FactorStrategy,
  memoryStore,
  requireFactors,
  secondFactor,
  verification,
} from "passport-factors";

/** Two factors that the package does not know, from its main entry alone: what each step of a visit was answered with. */
const RIGHT = "12345678";
const tokens = express().use(express.json());
tokens.post("/", (req, res) => {
  const { digits } = req.body;
  res.status(digits === "50350350" ? 503 : 200).json({ right: digits === RIGHT });
});
const service = tokens.listen(0, "127.0.0.1");
await new Promise((resolve) => service.once("listening", resolve));
const url = `http://127.0.0.1:${service.address().port}/`;

const token = defineFactor({
  name: "hardware-token",
  amr: ["hwk", "otp"],
  class: "key",
  texts: { en: { label: "Use your token", field: "Digits on the token" } },
  length: 8,
  onFile: (account) => (account === "ada" ? { serial: "77" } : undefined),
  parse: (typed) => (typeof typed === "string" && /^\d{8}$/.test(typed) ? typed : undefined),
  async judge(_attempt, digits) {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ digits }),
    });
    if (!response.ok) throw new Error("the service is away");
    return (await response.json()).right === true ? "right" : "wrong";
  },
});
const messages = [];
const chat = defineFactor({
  name: "chat",
  amr: "otp",
  class: "device",
  texts: { en: { label: "Message {display}", name: "Chat", field: "Code" } },
  code: {
    destination: {
      kind: "chat",
      onFile: async (account, { credentials }) => (await credentials.list(account))[0]?.value.handle,
      display: (handle) => `@${handle[0]}***`,
      enrol: {
        read: ({ handle }) => String(handle),
        put: (handle, account, { credentials }) => credentials.add(account, handle, { handle }, 1),
      },
    },
    transport: {
      name: "chat",
      async send({ to, code, text }) {
        if (text.includes(code)) messages.push({ to, code });
        return { status: "sent" };
      },
    },
  },
});

const events = [];
const factors = createFactors({
  secret: "0123456789abcdef0123456789abcdef",
  accounts: { id: (user) => user.id },
  store: memoryStore(),
  factors: [token, chat],
  onError: () => {},
});
factors.events.onAny((name, { factor }) => events.push(`${name} ${factor}`));

passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => done(null, { id }));
passport.use(new FactorStrategy("chat", factors));
const app = express();
app.use(session({ secret: "a session secret", resave: false, saveUninitialized: false }));
app.use(passport.session());
app.post("/login", (req, res, next) => {
  req.login({ id: "ada" }, (error) => (error ? next(error) : res.json({})));
});
app.use("/hardware_token_verification", verification(factors, "hardware-token"));
app.use("/chat_verification", verification(factors, "chat"));
app.use("/second_factor", secondFactor(factors));
app.post("/handle", express.json(), async (req, res) => {
  const { display } = await factors.register(req, req.body, "chat");
  res.status(201).json({ display });
});
app.post("/off", async (req, res) => {
  await factors.remove(req, "chat");
  res.json({});
});
app.post("/strategy", express.json(), passport.authenticate("chat"), (req, res) => res.json(req.authInfo));
app.get("/inside", requireFactors(factors), (_req, res) => res.json({}));
const server = app.listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));

let cookie = "";
async function call(method, path, body, accept = "application/json") {
  const answer = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
    method,
    headers: { accept, "content-type": "application/json", cookie },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(5000),
  });
  cookie =
    answer.headers
      .getSetCookie()
      .find((each) => each.startsWith("connect.sid"))
      ?.split(";")[0] ?? cookie;
  return {
    status: answer.status,
    text: await answer.text(),
    retryAfter: Number(answer.headers.get("retry-after")),
  };
}
const status = async (...what) => (await call(...what)).status;
const type = (digits) => call("POST", "/hardware_token_verification", { hardware_token: digits });

const answers = {};
await call("POST", "/login");
answers.before = await status("GET", "/inside");
answers.offered = (await call("GET", "/second_factor/new", undefined, "text/html")).text.includes(
  "Use your token",
);
answers.page = (await call("GET", "/hardware_token_verification/new", undefined, "text/html")).text.includes(
  "Digits on",
);
answers.away = (await type("50350350")).status;
answers.wrong = (await type("00000000")).status;
answers.right = (await type(RIGHT)).status;
answers.inside = await status("GET", "/inside");
answers.registered = (await call("POST", "/handle", { handle: "lovelace" })).text;
answers.confirmed = await status("POST", "/chat_verification", { chat: messages.at(-1).code });
cookie = "";
await call("POST", "/login");
const spoken = async (path) => (await call("GET", path, undefined, "text/html")).text.replace(/<[^>]+>/g, "");
answers.chatOffered = (await spoken("/second_factor/new")).includes("Message @l***");
answers.sent = await status("POST", "/chat_verification/challenge");
answers.chatPage = (await spoken("/chat_verification/new")).includes("sent to @l***");
answers.tooSoon = await status("POST", "/chat_verification/challenge");
answers.strategyWrong = await status("POST", "/strategy", { chat: "not a code" });
answers.strategyRight = await status("POST", "/strategy", { chat: messages.at(-1).code });
answers.byStrategy = await status("GET", "/inside");
answers.removed = await status("POST", "/off");
answers.gone = (await call("POST", "/chat_verification/challenge")).status;
cookie = "";
await call("POST", "/login");
const guesses = [];
for (let i = 0; i < 11; i++) guesses.push((await type("00000000")).status);
answers.guesses = guesses.join(" ");
const locked = await type(RIGHT);
answers.locked = [locked.status, locked.retryAfter > 3500];
answers.events = [...new Set(events)];
console.log(JSON.stringify(answers));
process.exit(0);
