import { join } from "node:path";
import express, { type Express } from "express";
import {
  consoleTransport,
  createSecretBox,
  PasskeyStrategy,
  sameOrigin,
  SecurityKeyStrategy,
  SmsStrategy,
  TotpStrategy,
  type Clock,
  type Factors,
  type Transport,
} from "passport-factors";
import { metrics } from "passport-factors/metrics";
import { Registry } from "prom-client";
import { createRoom } from "./chat.ts";
import type { Config } from "./config.ts";
import { credentialsIn, openDatabase } from "./database.ts";
import { answerError, errorHandler, notFound } from "./errors.ts";
import { createChatFactors } from "./factors.ts";
import { noStore } from "./http.ts";
import { useOAuth } from "./oauth.ts";
import { accountRoutes } from "./routes/account.ts";
import { apiDocsRoute } from "./routes/api-docs.ts";
import { chatRoutes } from "./routes/chat.ts";
import { factorRoutes, metricsRoute } from "./routes/factors.ts";
import { healthRoute } from "./routes/health.ts";
import { languageRoute, preferLanguage } from "./routes/language.ts";
import { oauthRoutes } from "./routes/oauth.ts";
import { signInRoutes } from "./routes/sign-in.ts";
import { connectRedis, readyOrAway, saveBeforeAnswer, sessions } from "./sessions.ts";
import { createPassport } from "./sign-in.ts";
import { createUsers, type Users } from "./users.ts";

export interface AppOptions {
  config: Config;
  /** What carries the messages. Left out: the terminal. */
  transport?: Transport;
  clock?: Clock;
  /** Carries mails. Left out: the terminal. */
  mails?: Transport;
  /** Is told what nobody expected. */
  onError?: (error: unknown) => void;
}

export interface ChatApp {
  app: Express;
  factors: Factors;
  /** Ends streams and connections; the app is done after that. */
  close(): Promise<void>;
}

/** Builds the chat: everything it needs is made here and handed down. */
export async function createApp({
  config,
  transport = consoleTransport(),
  clock = Date.now,
  mails = consoleTransport(),
  onError = tell,
}: AppOptions): Promise<ChatApp> {
  const redis = config.redisUrl === undefined ? undefined : connectRedis(config.redisUrl, onError);
  const database = await openDatabase(config.databaseUrl);
  const users = createUsers(database, clock);
  const box = createSecretBox(config.factorsSecret);
  const room = createRoom(clock);
  const passport = createPassport(users);
  if (config.oauth !== undefined) useOAuth(passport, users, config.oauth, config.publicUrl);

  const credentials = credentialsIn(database);
  const parts = { config, users, box, redis, credentials, transport, mails, onError, clock };
  const factors = await createChatFactors(parts);
  passport.use(new SmsStrategy(factors)).use(new TotpStrategy(factors));
  const hasPasskeys = factors.list.some(({ name }) => name === "passkey");
  if (hasPasskeys) passport.use(new PasskeyStrategy(factors)).use(new SecurityKeyStrategy(factors));
  noteSignInsByFactor(factors, users, onError);
  const registry = new Registry();
  metrics(factors, registry);

  const app = express();
  app.disable("x-powered-by");
  app.locals["factors"] = factors;
  app.set("trust proxy", config.trustProxy);
  app.use(express.static(join(import.meta.dirname, "public"), { maxAge: "1h", index: false }));
  app.get("/favicon.ico", (_req, res) => res.redirect(301, "/icon.svg"));
  app.use(healthRoute(factors), metricsRoute(registry));
  app.use(noStore, preferLanguage);

  app.use(sessions(config, redis));
  app.use(saveBeforeAnswer((error, req, res) => answerError(error, req, res, onError)));
  app.use(passport.session());
  app.use(sameOrigin(factors));

  const { reachable = false, smsApiClients } = config;
  app.use(factorRoutes(factors, { users, reachable, smsApiClients, ways: waysOf(config) }), apiDocsRoute());
  const offers = { oauth: config.oauth !== undefined, passkeys: hasPasskeys };
  app.use(signInRoutes({ passport, users, factors, box, offers }));
  if (config.oauth !== undefined) app.use(oauthRoutes({ passport, users, factors }));
  const has = {
    passkeys: hasPasskeys,
    devices: factors.devices.on,
    terminal: transport.name === "console",
  };
  app.use(languageRoute(), accountRoutes({ users, factors, room, has }));
  app.use(chatRoutes({ factors, room }));

  app.use(notFound());
  app.use(errorHandler(onError));

  if (redis !== undefined) await readyOrAway(redis);
  return {
    app,
    factors,
    async close() {
      room.close();
      redis?.disconnect();
      database.close();
    },
  };
}

/** What the settings say of recovery. */
const waysOf = ({ fido2Mode: keyMode, recoveryReveal: reveal, recoveryHoldHours: holdHours }: Config) => ({
  ...(holdHours === undefined ? {} : { holdHours }),
  ...(keyMode === undefined ? {} : { keyMode }),
  ...(reveal === undefined ? {} : { reveal }),
});

/** Who signs in by a passkey alone does so at the package's own door. */
function noteSignInsByFactor(factors: Factors, users: Users, onError: (error: unknown) => void): void {
  factors.events.on("factor_passed", ({ purpose, account = "", ip }) => {
    if (purpose !== "sign-in") return;
    users.byId(account).then((user) => user && users.noteSignIn(user, ip), onError);
  });
}

/** One line for each error, for whoever watches the terminal. */
function tell(error: unknown): void {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  console.error(`${String(error)}${cause}`);
}
