import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import session from "express-session";
import passport from "passport";
import {
  backupCodes,
  BackupCodeStrategy,
  call,
  CallStrategy,
  createFactors,
  memoryStore,
  requireFactors,
  secondFactor,
  sms,
  smsRegistration,
  SmsStrategy,
  smsVerification,
  trustedDevices,
  verification,
  whatsapp,
  type Accounts,
  type CallOptions,
  type Factor,
  type FactorEvent,
  type Factors,
  type FactorsOptions,
  type Requirement,
  type SmsOptions,
  type Store,
  type WhatsappOptions,
} from "../../lib/index.ts";
import { outbox, type Outbox } from "../../lib/testing/outbox.ts";
import { settableClock, type SettableClock } from "../../lib/testing/settable-clock.ts";

export const SECRET = "a test secret of at least thirty-two characters";
export const versions = [4, 5] as const;

const express4 = createRequire(import.meta.url)("express4") as typeof express;

export interface User {
  id: string;
  phone?: string | undefined;
  locale?: string | undefined;
  /** What a sign-up by phone told. */
  profile?: Readonly<Record<string, string>>;
  /** Left out: in every tenant. */
  tenant?: string;
}

export interface AppOptions {
  express?: 4 | 5;
  store?: Store;
  clock?: SettableClock;
  /** Stands in for express-session. */
  session?: RequestHandler;
  sessionStore?: session.Store;
  cookie?: session.CookieOptions;
  trustProxy?: unknown;
  sms?: Partial<SmsOptions>;
  /** Other channels and factors, in this order behind the text message; each gets its router. */
  call?: Partial<CallOptions>;
  whatsapp?: Partial<WhatsappOptions>;
  more?: readonly Factor[];
  factors?: Partial<FactorsOptions<User>>;
  /** Only who has a factor is asked for it. */
  optIn?: boolean;
  /** Accounts and the phone on file, by id. */
  users?: Record<string, string | undefined>;
  /** The app finds its accounts by user name, email or phone, and writes new passwords. */
  recovers?: boolean;
  /** More routes, before the error handler. */
  routes?: (app: Express, parts: { factors: Factors; passport: passport.Authenticator }) => void;
}

/** An app as a user of the package would write it, small, with everything that a test looks at in the open. */
export interface TestApp {
  app: Express;
  server: Server;
  factors: Factors;
  outbox: Outbox;
  clock: SettableClock;
  users: Map<string, User>;
  /** What `onError` was told. */
  told: unknown[];
  /** What reached the app's own error handler. */
  thrown: unknown[];
  events: { name: string; event: FactorEvent }[];
}

/** Two accounts: `alice` has a phone on file, `nora` has none. */
export const ALICE = "+886912345678";
export const NORA = "+12015550123";

export function makeApp(options: AppOptions = {}): TestApp {
  const make = options.express === 4 ? express4 : express;
  const app = make();
  const box = outbox();
  const clock = options.clock ?? settableClock(1_800_000_000_000);
  const users = new Map(
    Object.entries(options.users ?? { alice: ALICE, nora: undefined }).map(([id, phone]) => [
      id,
      { id, phone } as User,
    ]),
  );
  const told: unknown[] = [];
  const thrown: unknown[] = [];
  const events: TestApp["events"] = [];
  const factors = createFactors<User>({
    secret: SECRET,
    accounts: { ...accountsIn(users), ...(options.recovers === true ? recoveringIn(users) : {}) },
    store: options.store ?? memoryStore(),
    factors: [
      sms({ transport: box, ...options.sms }),
      ...(options.call === undefined ? [] : [call({ transport: box, ...options.call })]),
      ...(options.whatsapp === undefined ? [] : [whatsapp({ transport: box, ...options.whatsapp })]),
      ...(options.more ?? []),
    ],
    name: "Chat",
    publicUrl: "https://chat.example",
    clock,
    onError: (error) => told.push(error),
    ...options.factors,
  });
  factors.events.onAny((name, event) => events.push({ name, event }));

  if (options.trustProxy !== undefined) app.set("trust proxy", options.trustProxy);
  const authenticator = new passport.Passport();
  authenticator.serializeUser((user, done) => done(null, (user as User).id));
  authenticator.deserializeUser((id, done) => done(null, users.get(id as string) ?? false));
  authenticator.use(new SmsStrategy(factors));
  if (options.call !== undefined) authenticator.use(new CallStrategy(factors));
  app.use(
    options.session ??
      session({
        secret: "sessions",
        resave: false,
        saveUninitialized: false,
        ...(options.sessionStore === undefined ? {} : { store: options.sessionStore }),
        ...(options.cookie === undefined ? {} : { cookie: options.cookie }),
      }),
  );
  app.use(authenticator.initialize() as unknown as RequestHandler, authenticator.session() as RequestHandler);
  app.use("/sms_registration", smsRegistration(factors));
  app.use("/sms_verification", smsVerification(factors));
  for (const { name } of factors.list.slice(1).filter(isSecondFactor))
    app.use(factors.paths.doors[name] as string, verification(factors, name));
  app.use("/second_factor", secondFactor(factors));
  if (factors.devices.on) app.use("/trusted_devices", trustedDevices(factors));
  if (factors.list.some(({ name }) => name === "backup-code")) {
    authenticator.use(new BackupCodeStrategy(factors));
    app.use("/backup_codes", backupCodes(factors));
  }
  appRoutes(make, app, factors, users, authenticator, options.optIn === true ? { ifEnrolled: true } : {});
  options.routes?.(app, { factors, passport: authenticator });
  app.use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    thrown.push(error);
    const { status = 500 } = error as { status?: number };
    res.status(status).json({ error: "from the app" });
  });
  const server = createServer(app).listen(0);
  server.unref();
  return { app, server, factors, outbox: box, clock, users, told, thrown, events };
}

/** What is for recovery only has no door of its own at a login. */
const isSecondFactor = (factor: Factor & { uses?: readonly string[] }) =>
  factor.uses?.includes("login") ?? true;

function appRoutes(
  make: typeof express,
  app: Express,
  factors: Factors,
  users: Map<string, User>,
  authenticator: passport.Authenticator,
  asks: Requirement,
): void {
  const bodies = [make.json(), make.urlencoded({ extended: true })];
  app.post("/login", ...bodies, (req, res, next) => {
    const {
      user,
      keepSessionInfo = false,
      plant,
    } = req.body as { user: string; keepSessionInfo?: boolean; plant?: object };
    const known = users.get(user);
    if (known === undefined) return void res.status(401).set("WWW-Authenticate", "Form").json({});
    if (plant !== undefined) Object.assign(req.session, plant);
    req.login(known as Express.User, { keepSessionInfo, session: true }, (error: unknown) => {
      if (error !== undefined && error !== null) return next(error);
      factors
        .signedIn(req, { amr: ["pwd"] })
        .then(async () => factors.devices.recognize(req))
        .then((trusted) => res.json({ sid: req.sessionID, trusted }), next);
    });
  });
  app.post("/logout", (req, res, next) => {
    req.logout((error: unknown) => (error ? next(error) : res.json({})));
  });
  app.post("/code", ...bodies, authenticator.authenticate("sms") as RequestHandler, (req, res) => {
    res.json({ authInfo: req.authInfo, sid: req.sessionID });
  });
  app.get(
    "/chat",
    requireFactors(factors, asks),
    (req, res) => void res.json({ chat: (req.user as User).id }),
  );
  app.get(
    "/fresh",
    requireFactors(factors, { ...asks, within: 300 }),
    (_req, res) => void res.json({ fresh: true }),
  );
  app.get("/me", (req, res, next) => {
    if (req.user === undefined) return void res.json({ user: null, session: req.session });
    Promise.all([factors.passed(req), factors.amr(req), factors.enrolled(req)]).then(
      ([passed, amr, enrolled]) =>
        res.json({
          user: (req.user as User).id,
          sid: req.sessionID,
          passed,
          amr,
          enrolled,
          session: req.session,
        }),
      next,
    );
  });
}

function recoveringIn(users: Map<string, User>): Pick<Accounts<User>, "find" | "resetPassword"> {
  const { byPhone, byEmail } = accountsIn(users) as Required<Accounts<User>>;
  return {
    find: async (identifier, tenant) =>
      users.get(identifier) ?? (await byPhone(identifier, tenant)) ?? byEmail(identifier, tenant),
    resetPassword: async () => true as const,
  };
}

/** Accounts in a Map; the unique index is the look-up in the same turn as the write. */
export function accountsIn(users: Map<string, User>): Accounts<User> {
  const holder = (phone: string) => [...users.values()].find((each) => each.phone === phone);
  return {
    id: (user) => user.id,
    phone: async (user) => users.get(user.id)?.phone,
    phoneTaken: async (phone, user) => (holder(phone)?.id ?? user.id) !== user.id,
    async setPhone(user, phone) {
      if ((holder(phone)?.id ?? user.id) !== user.id) return false;
      (users.get(user.id) as User).phone = phone;
      return true;
    },
    locale: (user) => user.locale,
    byPhone: async (phone) => holder(phone),
    async createFromPhone(phone, profile) {
      if (holder(phone) !== undefined) return undefined;
      const user = { id: `new${users.size}`, phone, profile };
      users.set(user.id, user);
      return user;
    },
    byId: async (id) => users.get(id),
    byEmail: async (email, tenant) => {
      const user = users.get(email.replace(/@example\.com$/i, "").toLowerCase());
      return (user?.tenant ?? tenant) === tenant ? user : undefined;
    },
  };
}
