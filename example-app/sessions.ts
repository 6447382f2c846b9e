import { RedisStore } from "connect-redis";
import type { RequestHandler } from "express";
import session, { type Store } from "express-session";
import { Redis } from "ioredis";
import { FactorError } from "passport-factors";
import type { Config } from "./config.ts";

/** A session ends after an hour without a request (NIST SP 800-63B-4 §2.2.3); each answer renews it. */
const IDLE_MS = 60 * 60_000;
/** What is waiting longest: two commands and a password check fit into a second. */
const COMMAND_MS = 400;
const RECONNECT_MS = 300;

/** One Redis client for sessions, codes and limits. It fails fast while Redis is away, and comes back by itself. */
export function connectRedis(url: string, onError: (error: unknown) => void): Redis {
  const redis = new Redis(url, {
    commandTimeout: COMMAND_MS,
    connectTimeout: 1000,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: true,
    retryStrategy: (times) => Math.min(times * 50, RECONNECT_MS),
  });
  let told = false;
  redis.on("ready", () => (told = false));
  // Without a listener ioredis prints every failed attempt; one line per outage is enough.
  redis.on("error", (error) => {
    if (!told) onError(error);
    told = true;
  });
  return redis;
}

/** Resolves when Redis is ready, or after a moment without it: the app starts anyway and answers 503 until it is there. */
export async function readyOrAway(redis: Redis, patienceMs = 2000): Promise<void> {
  if (redis.status === "ready") return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    redis.once("ready", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

export function sessions(config: Config, redis: Redis | undefined): RequestHandler {
  const secure = config.publicUrl.protocol === "https:";
  return session({
    name: secure ? "__Host-chat.sid" : "chat.sid",
    secret: config.sessionSecret,
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { httpOnly: true, sameSite: "lax", secure, path: "/", maxAge: IDLE_MS },
    ...(redis === undefined ? {} : { store: redisSessions(redis) }),
  });
}

/** connect-redis, with failures that say what they are: every door answers them 503 with Retry-After. */
function redisSessions(redis: Redis): Store {
  const store = new RedisStore({ client: redis, prefix: "chat:session:" });
  const { get, set, destroy } = store;
  type Done = (error?: unknown, data?: unknown) => void;
  const named =
    (done?: Done): Done =>
    (cause, data) =>
      done?.(cause ? new FactorError("store_unavailable", { retryAfter: 1, cause }) : cause, data);
  store.get = (id, done) => get.call(store, id, named(done));
  store.set = (id, data, done) => set.call(store, id, data, named(done));
  store.destroy = (id, done) => destroy.call(store, id, named(done));
  // A session whose life could not be prolonged is a session all the same.
  const touch = store.touch;
  store.touch = (id, data, done) => touch.call(store, id, data, () => done?.());
  return store as unknown as Store;
}

type Answer = (
  error: unknown,
  req: Parameters<RequestHandler>[0],
  res: Parameters<RequestHandler>[1],
) => void;

/**
 * Saves a changed session before the answer leaves. express-session saves it while the answer leaves, so a failure would
 * tell somebody that they are signed in who is not.
 */
export function saveBeforeAnswer(answer: Answer): RequestHandler {
  return function saveSessionFirst(req, res, next) {
    const before = contentOf(req);
    const end = res.end.bind(res) as (...args: unknown[]) => typeof res;
    const endSaved = (...args: unknown[]): typeof res => {
      res.end = end as typeof res.end;
      // Without an id it has ended while this request was on its way, and saving it would bring it back.
      const isOver = req.session === undefined || req.sessionID === undefined;
      if (res.headersSent || isOver || contentOf(req) === before) return end(...args);
      // With Redis away another attempt would only make the answer late.
      if (res.statusCode === 503) forget(req);
      else {
        req.session.save((error: unknown) => {
          if (!error) return void end(...args);
          forget(req);
          for (const name of res.getHeaderNames()) res.removeHeader(name);
          answer(error, req, res);
        });
        return res;
      }
      return end(...args);
    };
    res.end = endSaved as typeof res.end;
    next();
  };
}

/** express-session leaves a request alone that has no session. */
function forget(req: { session?: unknown }): void {
  delete req.session;
}

function contentOf(req: { sessionID?: string; session?: object }): string {
  return JSON.stringify([req.sessionID, { ...req.session, cookie: undefined }]);
}
