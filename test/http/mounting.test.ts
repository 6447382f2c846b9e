import { createServer, type Server } from "node:http";
import { expect } from "chai";
import express, { type Express, type RequestHandler } from "express";
import session from "express-session";
import passport from "passport";
import supertest from "supertest";
import {
  backupCodes,
  bearerProofs,
  createFactors,
  requireFactors,
  secondFactor,
  sms,
  smsRegistration,
  smsVerification,
  type Factors,
  type FactorsOptions,
} from "../../lib/index.ts";
import { outbox } from "../../lib/testing/outbox.ts";
import { accountsIn, ALICE, SECRET, type User } from "../support/app.ts";

const HTML = "text/html";
type Warned = Error & { code?: string; detail?: string };

/** An app whose author mounts it, with what Node was warned of meanwhile. */
async function warnings(
  options: Partial<FactorsOptions<User>>,
  mount: (
    app: Express,
    factors: Factors,
    parts: { sessions: RequestHandler; users: RequestHandler[] },
  ) => void,
  visit: (agent: ReturnType<typeof supertest.agent>) => Promise<unknown>,
): Promise<Warned[]> {
  const users = new Map<string, User>([
    ["alice", { id: "alice", phone: ALICE }],
    ["nora", { id: "nora", phone: undefined }],
  ]);
  const factors = createFactors<User>({
    secret: SECRET,
    accounts: accountsIn(users),
    factors: [sms({ transport: outbox() })],
    ...options,
  });
  const authenticator = new passport.Passport();
  authenticator.serializeUser((user, done) => done(null, (user as User).id));
  authenticator.deserializeUser((id, done) => done(null, users.get(id as string) ?? false));
  const app = express();
  const sessions = session({ secret: "sessions", resave: false, saveUninitialized: false });
  const middleware = [authenticator.initialize(), authenticator.session()] as RequestHandler[];
  const logIn: RequestHandler = (req, res, next) =>
    req.logIn(users.get(req.params["user"] as string) as Express.User, (error: unknown) =>
      error ? next(error) : res.json({}),
    );
  mount(app, factors, { sessions, users: [...middleware, express.Router().get("/in/:user", logIn)] });
  app.use(((_error, _req, res, _next) => void res.sendStatus(500)) as express.ErrorRequestHandler);
  const server: Server = createServer(app).listen(0);
  const warned: Warned[] = [];
  const note = (warning: Warned) => void warned.push(warning);
  process.on("warning", note);
  try {
    const agent = supertest.agent(server);
    // Twice: each mistake is told once.
    await visit(agent);
    await visit(agent);
    // Node tells warnings in a turn of their own.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("warning", note);
    server.close();
  }
  return warned.filter(({ code }) => code?.startsWith("PASSPORT_FACTORS_"));
}

const told = (warned: readonly Warned[]) => warned.map(({ code, message }) => `${code}: ${message}`);

describe("[T52] what is mounted wrongly is told once, with a code and where to read on", () => {
  it("a router before the session", async () => {
    const warned = await warnings(
      {},
      (app, factors, { sessions, users }) =>
        app.use("/sms_verification", smsVerification(factors)).use(sessions, users),
      async (agent) => agent.post("/sms_verification/challenge"),
    );
    expect(told(warned)).to.deep.equal([
      "PASSPORT_FACTORS_NO_SESSION: verification got a request without a session: mount express-session before it",
    ]);
    expect(warned[0]?.name).to.equal("PassportFactorsWarning");
    expect(warned[0]?.detail).to.include("docs/mounting.md");
  });

  it("the guard before the session", async () => {
    const warned = await warnings(
      {},
      (app, factors, { sessions, users }) =>
        app.get("/inside", requireFactors(factors), (_req, res) => void res.json({})).use(sessions, users),
      async (agent) => agent.get("/inside"),
    );
    expect(warned.map(({ code }) => code)).to.deep.equal(["PASSPORT_FACTORS_NO_SESSION"]);
  });

  it("a router before Passport", async () => {
    const warned = await warnings(
      {},
      (app, factors, { sessions, users }) =>
        app.use(sessions).use("/sms_verification", smsVerification(factors)).use(users),
      async (agent) => {
        await agent.post("/sms_verification/challenge");
        await agent.get("/in/alice").expect(200);
        await agent.post("/sms_verification/challenge").set("Accept", "application/json").expect(401);
      },
    );
    expect(told(warned)).to.deep.equal([
      "PASSPORT_FACTORS_NO_PASSPORT: verification got a request of somebody whose user was not looked up: mount passport.session() before it",
    ]);
  });

  const visitAs = (user: string) => async (agent: ReturnType<typeof supertest.agent>) => {
    await agent.get(`/in/${user}`).expect(200);
    await agent.get("/inside").set("Accept", HTML).expect(303);
  };
  const guarded = (app: Express, factors: Factors) =>
    app.get("/inside", requireFactors(factors), (_req, res) => void res.json({}));

  it("a redirect to a page whose router was never built", async () => {
    const registration = await warnings(
      {},
      (app, factors, { sessions, users }) => {
        app.use(sessions, users).use("/sms_verification", smsVerification(factors));
        guarded(app, factors);
      },
      visitAs("nora"),
    );
    expect(told(registration)).to.deep.equal([
      "PASSPORT_FACTORS_NOT_MOUNTED: people are sent to /sms_registration/new, but smsRegistration(factors) was never called: mount it at /sms_registration, or say with paths where your own page is",
    ]);
    const several = await warnings(
      { factors: [sms({ transport: outbox() }), backupCodes()] },
      (app, factors, { sessions, users }) => guarded(app.use(sessions, users), factors),
      visitAs("alice"),
    );
    expect(several).to.have.length(1);
    expect(told(several)[0]).to.include("/second_factor/new, but secondFactor(factors) was never called");
  });

  it("a way to prove that is offered, and has no router", async () => {
    const warned = await warnings(
      { factors: [sms({ transport: outbox() }), backupCodes()] },
      (app, factors, { sessions, users }) =>
        app.use(sessions, users).use("/second_factor", secondFactor(factors)),
      async (agent) => {
        await agent.get("/in/alice").expect(200);
        await agent.post("/second_factor").set("Accept", HTML).type("form").send({ factor: "sms" });
      },
    );
    expect(told(warned)[0]).to.include(
      '/sms_verification/new, but verification(factors, "sms") was never called',
    );
    expect(warned).to.have.length(1);
  });

  it("a router elsewhere than paths say", async () => {
    const warned = await warnings(
      {},
      (app, factors, { sessions, users }) => {
        app
          .use(sessions, users)
          .use("/auth/code", smsVerification(factors))
          .use("/phone", smsRegistration(factors));
        guarded(app, factors);
      },
      async (agent) => {
        await agent.get("/in/alice").expect(200);
        await agent.post("/auth/code/challenge");
        await agent.get("/phone/new").set("Accept", HTML);
      },
    );
    expect(told(warned)).to.deep.equal([
      'PASSPORT_FACTORS_PATHS: verification(factors, "sms") is mounted at /auth/code, but people are sent to /sms_verification/new: mount it at /sms_verification, or say paths: { doors: { "sms": "/auth/code" } }',
      'PASSPORT_FACTORS_PATHS: smsRegistration(factors) is mounted at /phone, but people are sent to /sms_registration/new: mount it at /sms_registration, or say paths: { registration: "/phone/new" }',
    ]);
  });

  it("where the page that was named stands at the root: there is nowhere to mount it", async () => {
    const warned = await warnings(
      { paths: { registration: "/terms" } },
      (app, factors, { sessions, users }) => {
        app.use(sessions, users).use("/phone", smsRegistration(factors));
        app.use("/sms_verification", smsVerification(factors));
        guarded(app, factors);
      },
      async (agent) => {
        await agent.get("/in/alice").expect(200);
        await agent.get("/phone/new").set("Accept", HTML);
      },
    );
    expect(told(warned)).to.deep.equal([
      'PASSPORT_FACTORS_PATHS: smsRegistration(factors) is mounted at /phone, but people are sent to /terms: say paths: { registration: "/phone/new" }',
    ]);
  });

  it("nothing where all is well: at paths that were told, behind a proxy, and with pages of one's own", async () => {
    const everything = async (agent: ReturnType<typeof supertest.agent>) => {
      for (const user of ["alice", "nora"]) {
        await agent.get(`/in/${user}`).expect(200);
        await agent.get("/inside").set("Accept", HTML).expect(303);
      }
      await agent.get("/auth/code/new").set("Accept", HTML);
      await agent.post("/auth/code/challenge");
      await agent.get("/phone/new").set("Accept", HTML);
    };
    const paths = { verification: "/auth/code/new", registration: "/phone/new" };
    for (const options of [
      { paths },
      { paths: { verification: "/app/auth/code/new", registration: "/app/phone/new" } },
      { paths, publicUrl: "https://chat.example" },
    ])
      expect(
        await warnings(
          options,
          (app, factors, { sessions, users }) => {
            app
              .use(sessions, users)
              .use("/auth/code", smsVerification(factors))
              .use("/phone", smsRegistration(factors));
            guarded(app, factors);
          },
          everything,
        ),
      ).to.deep.equal([]);
    const own = await warnings(
      { paths: { verification: "/my/code", registration: "/my/phone" } },
      (app, factors, { sessions, users }) => {
        app.use(sessions, users).use("/api/sms", smsVerification(factors));
        guarded(app, factors);
      },
      async (agent) => {
        await visitAs("nora")(agent);
        await agent.get("/in/alice").expect(200);
        await agent.post("/api/sms/challenge").set("Accept", "application/json");
      },
    );
    expect(own).to.deep.equal([]);
  });

  it("nothing where clients without sessions bring proofs", async () => {
    const warned = await warnings(
      {},
      (app, factors) => guarded(app.use("/proofs", bearerProofs(factors)), factors),
      async (agent) => agent.get("/inside").set("Accept", "application/json").expect(401),
    );
    expect(warned).to.deep.equal([]);
  });

  it("nothing in production", async () => {
    const before = process.env["NODE_ENV"];
    process.env["NODE_ENV"] = "production";
    try {
      const warned = await warnings(
        {},
        (app, factors, { sessions, users }) =>
          app.use("/sms_verification", smsVerification(factors)).use(sessions, users),
        async (agent) => agent.post("/sms_verification/challenge"),
      );
      expect(warned.filter(({ name }) => name === "PassportFactorsWarning")).to.deep.equal([]);
    } finally {
      if (before === undefined) delete process.env["NODE_ENV"];
      else process.env["NODE_ENV"] = before;
    }
  });
});
