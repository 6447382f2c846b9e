import { RedisStore } from "connect-redis";
import type { Request, RequestHandler } from "express";
import session from "express-session";
import type { Redis } from "ioredis";
import { SESSION_SECRET, sessionIdOf } from "./people.ts";

/** How a server of the benchmark keeps its sessions. */
export interface Sessions {
  middleware: RequestHandler;
  /** Makes the sessions that people bring from their login. */
  prepare(from: number, count: number): Promise<void>;
}

/** No session store in the way: plain objects, by the number of the person. */
export function plainSessions(): Sessions {
  const sessions = new Map<string, object>();

  function begin(req: Request, id: string): void {
    const session = { regenerate };
    sessions.set(id, session);
    Object.assign(req, { session, sessionID: id });

    function regenerate(done: () => void): void {
      sessions.delete(id);
      begin(req, `${id}+`);
      done();
    }
  }

  return {
    middleware(req, _res, next) {
      const id = sessionIdOf(Number(req.headers["x-person"]));
      const session = sessions.get(id);
      if (session === undefined) begin(req, id);
      else Object.assign(req, { session, sessionID: id });
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
