import express, { type Express, type RequestHandler } from "express";
import { createServer, type Server } from "node:http";
import supertest from "supertest";
import {
  answerErrors,
  backupCodes,
  bearerProofs,
  createFactors,
  requireFactors,
  sms,
  totp,
  type BearerProofsOptions,
  type Factors,
  type FactorsOptions,
} from "../../lib/index.ts";
import { outbox, type Outbox } from "../../lib/testing/outbox.ts";
import { settableClock, type SettableClock } from "../../lib/testing/settable-clock.ts";
import { accountsIn, ALICE, SECRET, type User } from "./app.ts";

export interface ProofsApp {
  app: Express;
  server: Server;
  factors: Factors;
  outbox: Outbox;
  clock: SettableClock;
  users: Map<string, User>;
}

/** An app whose clients have no session: the header `User` stands for what its access token says. */
export function proofsApp(
  options: Partial<FactorsOptions<User>> = {},
  proofs: BearerProofsOptions = {},
  session?: RequestHandler,
): ProofsApp {
  const box = outbox();
  const clock = settableClock(1_800_000_000_000);
  const users = new Map<string, User>([
    ["alice", { id: "alice", phone: ALICE }],
    ["bob", { id: "bob", phone: "+12015550199" }],
    ["nora", { id: "nora", phone: undefined }],
  ]);
  const factors = createFactors<User>({
    secret: SECRET,
    accounts: accountsIn(users),
    factors: [sms({ transport: box }), totp(), backupCodes()],
    clock,
    ...options,
  });
  const app = express();
  const tokens: RequestHandler = (req, _res, next) => {
    const user = users.get(String(req.headers["user"]));
    if (user !== undefined) req.user = user as Express.User;
    next();
  };
  if (session !== undefined) app.use(session);
  app.use(tokens);
  app.use("/proofs", bearerProofs(factors, proofs));
  app.get("/inside", requireFactors(factors), (_req, res) => void res.json({ inside: true }));
  app.get("/fresh", requireFactors(factors, { within: 60 }), (_req, res) => void res.json({ fresh: true }));
  app.get("/codes", requireFactors(factors, { factors: ["totp"] }), (_req, res) => void res.json({}));
  app.get("/pay", requireFactors(factors, { purpose: "pay 42" }), (_req, res) => void res.json({ paid: 42 }));
  app.get("/if", requireFactors(factors, { ifEnrolled: true }), (_req, res) => void res.json({}));
  app.get("/amr", async (req, res) => {
    res.json({ amr: await factors.amr(req), passed: await factors.passed(req) });
  });
  app.use(answerErrors(factors));
  const server = createServer(app).listen(0);
  server.unref();
  return { app, server, factors, outbox: box, clock, users };
}

/** A client that signs its requests as this user, and keeps nothing. */
export function client({ server }: Pick<ProofsApp, "server">, user: string | undefined) {
  const headers = { Accept: "application/json", ...(user === undefined ? {} : { User: user }) };
  const post = (path: string, body: object) => supertest(server).post(path).set(headers).send(body);
  const get = (path: string, more: Record<string, string> = {}) =>
    supertest(server)
      .get(path)
      .set({ ...headers, ...more });
  return {
    post,
    get,
    bring: (path: string, proof: string) => get(path, { Authorization: `Factor ${proof}` }),
  };
}

/** A proof by text message. */
export async function proofOf(app: ProofsApp, user = "alice", more: object = {}): Promise<string> {
  const me = client(app, user);
  const { body } = await me.post("/proofs/challenge", { factor: "sms", ...more }).expect(201);
  const { handle } = body as { handle: string };
  const made = await me
    .post("/proofs", { factor: "sms", handle, code: app.outbox.code(), ...more })
    .expect(200);
  return (made.body as { proof: string }).proof;
}
