import { RedisStore } from "connect-redis";
import type { Request, RequestHandler, Response } from "express";
import session from "express-session";
import type { Redis } from "ioredis";
import { SESSION_SECRET, sessionIdOf } from "./people.ts";

/** How a server of the benchmark keeps its sessions. */
export interface Sessions {
  middleware: RequestHandler;
  /** Makes the sessions that people bring from their login. */
  prepare(from: number, count: number): Promise<void>;
}

/** No session store in the way: the text of each session, by the number of the person, as every store keeps it. */
export function plainSessions(): Sessions {
  const sessions = new Map<string, string>();

  function begin(req: Request, id: string, data: object): void {
    Object.assign(req, { session: { ...data, regenerate }, sessionID: id });

    function regenerate(done: () => void): void {
      sessions.delete(id);
      begin(req, `${id}+`, {});
      done();
    }
  }

  return {
    middleware(req, res, next) {
      const id = sessionIdOf(Number(req.headers["x-person"]));
      begin(req, id, JSON.parse(sessions.get(id) ?? "{}") as object);
      const end = res.end.bind(res) as (...args: unknown[]) => Response;
      res.end = (...args: unknown[]) => {
        sessions.set(req.sessionID, JSON.stringify(req.session));
        return end(...args);
      };
      next();
    },
    // Those of the round before are not needed any more, and must not fill the heap.
    prepare: async () => sessions.clear(),
  };
}

/** express-session on connect-redis, on the same client. */
export function redisSessions(client: Redis): Sessions {
  const store = new RedisStore({ client });
  const cookie = { originalMaxAge: null, httpOnly: true, path: "/" };
  return {
    middleware: session({ store, secret: SESSION_SECRET, resave: false, saveUninitialized: false }),
    async prepare(from, count) {
      const pipeline = client.pipeline();
      for (let n = from; n < from + count; n++) {
        pipeline.set(`sess:${sessionIdOf(n)}`, JSON.stringify({ cookie, passport: { user: n } }), "EX", 3600);
      }
      await pipeline.exec();
    },
  };
}
