import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import express, { type Express, type Request, type RequestHandler } from "express";
import passport from "passport";
import {
  backupCodes,
  call,
  createFactors,
  deliveryStatus,
  memoryStore,
  recovery,
  requireFactors,
  secondFactor,
  signup,
  sms,
  smsApi,
  smsRegistration,
  SmsStrategy,
  trustedDevices,
  verification,
  whatsapp,
  type Store,
  type Transport,
} from "../../lib/index.ts";
import { graphql } from "../../lib/graphql/graphql.ts";
import { outbox, type Outbox } from "../../lib/testing/outbox.ts";
import { accountsIn, ALICE, SECRET, type User } from "./app.ts";
import { allBreakable, breakable, faulty } from "./faults.ts";
import { frozenSessions } from "./frozen-sessions.ts";

const express4 = createRequire(import.meta.url)("express4") as typeof express;
const TIMEOUT_MS = 60;

export const CLIENT = { tenant_id: "default", client_id: "web" };
export const CLIENT_SECRET = "a secret of the client, long enough to be one".replaceAll(" ", "-");

export interface BreakableApp {
  server: Server;
  box: Outbox;
  /** From now on every request finds everything as it is at this moment, and leaves it so. */
  freeze(): void;
  /** Which way a guarded handler was reached. */
  ran: string[];
}

/** An app in which all that is not this package's can go wrong, in the requests that say so. */
export function breakableApp(version: 4 | 5): BreakableApp {
  const make = version === 4 ? express4 : express;
  const app = make();
  const box = outbox();
  const frozen = { now: false };
  const sessions = frozenSessions(frozen);
  const users = new Map<string, User>();
  const accounts = allBreakable("accounts", frozenAccounts(users, frozen));
  const managed: Transport = {
    name: "managed",
    send: async (message) => (
      await box.send(message, AbortSignal.abort()),
      { id: "1", status: "sent", managed: true }
    ),
    check: async () => "approved",
  };
  const calls: Transport = {
    name: "calls",
    send: box.send,
    callbacks: [
      allBreakable("provider", {
        path: "calls",
        isAuthentic: () => true,
        read: () => ({ id: "1", status: "sent" as const }),
      }),
    ],
  };
  const limits = { timeoutMs: TIMEOUT_MS, cooldownSeconds: [0], sendsPerHour: 1000, sendsPerDay: 1000 };
  const factors = createFactors<User>({
    secret: SECRET,
    accounts,
    store: breakableStore(frozen),
    factors: [
      sms({ transport: { name: "box", ...allBreakable("transport", { send: box.send }) }, ...limits }),
      call({
        transport: { ...calls, ...allBreakable("calls", { send: box.send }) },
        blockedTypes: [],
        ...limits,
      }),
      whatsapp({ transport: allBreakable("managed", managed), ...limits }),
      backupCodes({ count: 1 }),
    ],
    publicUrl: "http://127.0.0.1",
    rememberDevice: { days: 30, logins: 1000 },
    limits: { sendsPerIp: 1_000_000, guessesPerIp: 1_000_000 },
    timeoutMs: TIMEOUT_MS,
    beforeSend: breakable("beforeSend", () => true),
    notify: breakable("notify", () => undefined),
    onError: breakable("onError", () => undefined),
    logger: allBreakable("logger", { info: () => undefined, warn: () => undefined }),
    views: { secondFactor: "own.odd" },
  });

  app.set("env", "test");
  app.set("views", import.meta.dirname + "/views");
  const view = breakable("view", drawn, "calls back");
  // Express drops what an engine answers beside calling back.
  app.engine("odd", (...args) => void (async () => view(...args))().catch(args[2]));
  app.use(faulty, sessions, userOf(users));
  const authenticator = new passport.Passport();
  authenticator.use(
    new SmsStrategy(
      factors,
      breakable("verify", (_req, user, _info, done) => done(null, user), "calls back"),
    ),
  );
  const ran: string[] = [];
  const guarded =
    (name: string): RequestHandler =>
    (_req, res) => {
      ran.push(name);
      res.json({ ran: name });
    };
  app.get("/guarded", requireFactors(factors), guarded("guard"));
  app.post("/guarded", requireFactors(factors, { within: 600 }), guarded("guard"));
  app.post(
    "/strategy",
    make.json() as RequestHandler,
    authenticator.authenticate("sms", { session: false }) as RequestHandler,
    guarded("strategy"),
  );
  app.post("/recognize", (req, res, next) => {
    factors.devices.recognize(req).then((trusted) => res.json({ trusted }), next);
  });
  app.post("/unlock", (_req, res, next) => {
    factors.unlock("alice").then(() => res.json({ unlocked: true }), next);
  });
  app.get("/explained", (_req, res, next) => {
    factors.explainRecovery("alice").then((paths) => res.json(paths), next);
  });
  mountDoors(app, factors);
  const server = createServer(app).listen(0);
  server.unref();
  return { server, box, ran, freeze: () => void (frozen.now = true) };
}

function drawn(_path: string, _page: object, done: (error: unknown, html?: string) => void): void {
  done(null, "<p>own</p>");
}

function mountDoors(app: Express, factors: ReturnType<typeof createFactors>): void {
  const check = breakable("check", () => undefined);
  const signupOptions = { fields: [{ name: "email", label: "Email" }], check };
  const clients = [{ ...CLIENT, secrets: [CLIENT_SECRET] }];
  const authorize = breakable("authorize", () => true);
  app.use("/sms_registration", smsRegistration(factors));
  for (const { name } of factors.list)
    app.use(factors.paths.doors[name] as string, verification(factors, name));
  app.use("/second_factor", secondFactor(factors));
  app.use("/backup_codes", backupCodes(factors));
  app.use("/trusted_devices", trustedDevices(factors));
  app.use("/delivery", deliveryStatus(factors));
  app.use("/signup", signup(factors, signupOptions));
  app.use("/rest", smsApi(factors, { clients, signup: signupOptions }));
  app.use("/rest_by_rule", smsApi(factors, { clients, authorize }));
  app.use("/recovery", recovery(factors, { factors: ["sms", "backup-code"] }));
  app.use("/graphql", graphql(factors, { signup: { check } }));
}

/** Passport's part, as far as it is needed: who is signed in, and how somebody is. */
function userOf(users: Map<string, User>): RequestHandler {
  return (req: Request, _res, next) => {
    const user = users.get(String(req.headers["x-user"]));
    const logIn = breakable(
      "logIn",
      (_user: unknown, done: (error?: unknown) => void) => done(),
      "calls back",
    );
    Object.assign(req, user === undefined ? {} : { user }, {
      logIn: (who: User, ...rest: unknown[]) => {
        Object.assign(req, { user: who });
        return logIn(who, rest.at(-1) as (error?: unknown) => void);
      },
    });
    next();
  };
}

function frozenAccounts(
  users: Map<string, User>,
  frozen: { now: boolean },
): Required<ReturnType<typeof accountsIn>> {
  users.set("alice", { id: "alice", phone: ALICE });
  users.set("nora", { id: "nora" });
  const accounts = accountsIn(users) as Required<ReturnType<typeof accountsIn>>;
  return {
    ...accounts,
    setPhone: async (user, phone) => (frozen.now ? true : accounts.setPhone(user, phone)),
    createFromPhone: async (phone) => ({ id: "new", phone }),
    find: async (identifier) => users.get(identifier),
    resetPassword: async () => true as const,
  };
}

/** A memory store that, once it is frozen, keeps what is written in a request out of the others. */
function breakableStore(frozen: { now: boolean }): Store {
  const store = memoryStore();
  const {
    notes,
    flows,
    credentials,
    trusted,
    records,
    name,
    revoke,
    restore,
    reset,
    unlock,
    takeBack,
    ping,
  } = store;
  const still =
    <Args extends unknown[], Answer>(run: (...args: Args) => Promise<Answer>, answer: Answer) =>
    async (...args: Args) =>
      frozen.now ? answer : run(...args);
  const issue = async (request: Parameters<Store["issue"]>[0]): ReturnType<Store["issue"]> => {
    if (!frozen.now) return store.issue(request);
    await request.admission?.counted;
    const { sealed, now, ttlMs, digest, by, note } = request;
    const rest = {
      repeated: false,
      attemptsRemaining: 5,
      resendAfterMs: 0,
      record: { digest, by: [by], note },
    };
    return { outcome: "issued", ...rest, sealed, expiresAt: now + ttlMs };
  };
  const consequences = { nowDisabled: false, nowLocked: false };
  const verbs: Omit<Store, "name" | "limiter" | "records"> = {
    ping,
    revoke: still(revoke, undefined),
    reset: still(reset, undefined),
    unlock: still(unlock, undefined),
    issue,
    amend: still(store.amend, true),
    verify: async ({ judged }: Parameters<Store["verify"]>[0]) =>
      judged === "elsewhere"
        ? { outcome: "mismatch" as const, attemptsRemaining: 4, ...consequences }
        : { outcome: "passed" as const, resumed: false },
    read: store.read,
    takeBack: still(takeBack, undefined),
    guesses: {
      count: async (request) =>
        frozen.now
          ? { outcome: "counted" as const, attemptsRemaining: 9, ...consequences }
          : store.guesses.count(request),
      clear: still(store.guesses.clear, undefined),
    },
    restore: still(restore, undefined),
    notes: {
      put: still(notes.put, undefined),
      read: notes.read,
      take: async (key: string, now: number) => (frozen.now ? notes.read(key, now) : notes.take(key, now)),
      drop: still(notes.drop, undefined),
      advance: still(notes.advance, true),
    },
    flows: {
      put: still(flows.put, undefined),
      read: flows.read,
      move: still(flows.move, true),
      remove: still(flows.remove, undefined),
    },
    credentials: {
      ...credentials,
      add: still(credentials.add, true),
      replace: still(credentials.replace, true),
    },
    trusted: {
      add: still(trusted.add, undefined),
      list: trusted.list,
      replace: still(trusted.replace, true),
      remove: still(trusted.remove, undefined),
      removeAll: still(trusted.removeAll, undefined),
    },
  };
  // A recovery's limits are its own, and no option.
  const limiter: Store["limiter"] = (policy) => store.limiter({ ...policy, points: 1_000_000 });
  return { name, limiter, records, ...allBreakable("store", verbs) };
}
