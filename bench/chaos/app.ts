// One process of the app under faults: an ordinary login with text messages and authenticator apps, on a Redis that fails.
import type { AddressInfo } from "node:net";
import express from "express";
import session from "express-session";
import { Cluster, Redis } from "ioredis";
import {
  answerErrors,
  createFactors,
  redisStore,
  sms,
  smsVerification,
  totp,
  verification,
} from "passport-factors";

/** How the app reaches its Redis. */
export type Backend =
  | { kind: "single"; port: number }
  | { kind: "sentinel"; port: number; name: string }
  | { kind: "cluster"; ports: number[] };

interface Person {
  id: string;
}

const backend = JSON.parse(process.argv[2] as string) as Backend;
const codes = new Map<string, string>();
const successes = new Map<string, number>();

const factors = createFactors<Person>({
  secret: "the chaos run's secret of at least thirty-two characters",
  accounts: {
    id: ({ id }) => id,
    phone: ({ id }) => phoneOf(id),
    phoneTaken: () => false,
    setPhone: () => true,
  },
  store: redisStore(clientOf(backend)),
  factors: [
    sms({
      transport: {
        name: "memory",
        async send({ to, code }) {
          codes.set(to, code);
          return { status: "sent" };
        },
      },
      countries: { allow: ["US"] },
    }),
    totp(),
  ],
  publicUrl: "http://chat.example",
  limits: { sendsPerBlock: 255, breaker: { minimum: 1_000_000_000 } },
  // What Redis loses is counted where it is answered.
  onError: () => {},
});
factors.events.on("phone_otp_verify_completed", ({ account = "" }) => {
  successes.set(account, (successes.get(account) ?? 0) + 1);
});

const app = express();
app.set("trust proxy", true);
app.use(session({ secret: "chaos", resave: false, saveUninitialized: false }));
app.use((req, _res, next) => {
  const { person } = req.session as { person?: string };
  if (person !== undefined) Object.assign(req, { user: { id: person } });
  next();
});
app.post("/login/:person", (req, res) => {
  Object.assign(req.session, { person: req.params.person });
  res.json({});
});
/** Puts an authenticator app on file; again after an answer that was lost. */
app.post("/totp/:person/:secret", async (req, res) => {
  await factors.importTotp(req.params.person, req.params.secret);
  res.json({});
});
app.get("/code/:person", (req, res) => void res.json({ code: codes.get(phoneOf(req.params.person)) }));
/** What is over is forgotten, or the process would grow by it. */
app.post("/leave/:person", (req, res, next) => {
  codes.delete(phoneOf(req.params.person));
  successes.delete(req.params.person);
  req.session.destroy((error) => (error ? next(error) : res.json({})));
});
app.get("/successes/:person", (req, res) => void res.json({ count: successes.get(req.params.person) ?? 0 }));
app.get("/heap", (_req, res) => {
  globalThis.gc?.();
  res.json({ heap: process.memoryUsage().heapUsed });
});
app.use("/sms_verification", smsVerification(factors));
app.use("/totp_verification", verification(factors, "totp"));
app.use(answerErrors(factors));
const server = app.listen(0, "127.0.0.1", () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);

/** Far apart, so that no two people are neighbours. */
function phoneOf(person: string): string {
  return `+1${2_010_000_000 + Number(person.slice(1)) * 1000}`;
}

function clientOf(to: Backend): Redis | Cluster {
  const redisOptions = { enableAutoPipelining: true };
  const client =
    to.kind === "single"
      ? new Redis(to.port, "127.0.0.1", redisOptions)
      : to.kind === "sentinel"
        ? new Redis({ sentinels: [{ host: "127.0.0.1", port: to.port }], name: to.name, ...redisOptions })
        : new Cluster(
            to.ports.map((port) => ({ host: "127.0.0.1", port })),
            { enableAutoPipelining: true },
          );
  client.on("error", () => {});
  return client;
}
