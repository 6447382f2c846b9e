import type { AddressInfo } from "node:net";
import express, { type RequestHandler } from "express";
import type { Redis } from "ioredis";
import {
  createFactors,
  redisStore,
  sms,
  smsVerification,
  type Accounts,
  type Factors,
  type Transport,
} from "passport-factors";
import { addressOf, phoneOf, RIGHT_CODE, sessionIdOf } from "./people.ts";
import type { Sessions } from "./sessions.ts";

interface Person {
  n: number;
}

/** An app with the package's own router, and the floor beside it, on a port of its own. */
export interface BenchApp {
  port: number;
  sessions: Sessions;
  /** Sends codes to people as the router would, without HTTP: many codes in little time. */
  fill(count: number): Promise<void>;
}

/** The longest life: what was filled in must not expire before it is measured. */
const TTL_SECONDS = 600;
const FILLED_AT_ONCE = 100;

export async function benchApp(client: Redis, sessions: Sessions): Promise<BenchApp> {
  const factors = createFactors<Person>({
    secret: "a benchmark's secret of at least thirty-two characters",
    accounts,
    store: redisStore(client),
    factors: [sms({ transport: nowhere, countries: { allow: ["US"] }, ttlSeconds: TTL_SECONDS })],
    publicUrl: "https://chat.example",
    // Counted as by default, but never reached: nobody here verifies, and all are neighbours.
    limits: { sendsPerBlock: 255, breaker: { minimum: 1_000_000_000 } },
    random: () => Number(RIGHT_CODE),
  });
  const app = express();
  app.set("trust proxy", true);
  app.use(signedIn, sessions.middleware);
  const atTheFloor = await floor(client);
  app.post("/floor", express.json(), atTheFloor);
  app.post("/floor/renewed", express.json(), renewed, atTheFloor);
  app.use("/sms_verification", smsVerification(factors));
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { port: (server.address() as AddressInfo).port, sessions, fill: (count) => fill(factors, count) };
}

const accounts: Accounts<Person> = {
  id: ({ n }) => `account-${n}`,
  phone: ({ n }) => phoneOf(n),
  phoneTaken: () => false,
  setPhone: () => true,
};

/** Takes every message at once and at no cost. */
const nowhere: Transport = { name: "nowhere", send: async () => ({ status: "sent" }) };

/** Stands in for Passport. */
const signedIn: RequestHandler = (req, _res, next) => {
  Object.assign(req, { user: { n: Number(req.headers["x-person"]) } });
  next();
};

/** What any code check costs at the least: a JSON body, one script on Redis, a JSON answer. */
async function floor(client: Redis): Promise<RequestHandler> {
  const script = "local n = redis.call('INCR', KEYS[1]) redis.call('PEXPIRE', KEYS[1], ARGV[1]) return n";
  const sha = (await client.script("LOAD", script)) as string;
  return async (req, res) => {
    const { pin_number } = req.body as { pin_number: string };
    const n = await client.evalsha(
      sha,
      1,
      `{factors}floor${String(req.headers["x-person"])}`,
      TTL_SECONDS * 1000,
      pin_number,
    );
    res.json({ success: true, n });
  };
}

const renewed: RequestHandler = (req, _res, next) => {
  (req as unknown as { session: { regenerate(done: () => void): void } }).session.regenerate(() => {
    Object.assign((req as unknown as { session: object }).session, { renewed: true });
    next();
  });
};

async function fill(factors: Factors, count: number): Promise<void> {
  for (let from = 0; from < count; from += FILLED_AT_ONCE) {
    const size = Math.min(FILLED_AT_ONCE, count - from);
    await Promise.all(Array.from({ length: size }, (_, i) => factors.begin(visitor(from + i))));
  }
}

function visitor(n: number) {
  return {
    user: { n },
    ip: addressOf(n),
    headers: {},
    sessionID: sessionIdOf(n),
    session: { regenerate() {} },
  };
}
