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
    const fresh = {
      regenerate(done: () => void) {
        sessions.delete(id);
        begin(req, `${id}+`);
        done();
      },
    };
    sessions.set(id, fresh);
    Object.assign(req, { session: fresh, sessionID: id });
  }

  return {
    middleware(req, _res, next) {
      const id = sessionIdOf(Number(req.headers["x-person"]));
      const known = sessions.get(id);
      if (known === undefined) begin(req, id);
      else Object.assign(req, { session: known, sessionID: id });
      next();
    },
    prepare: async () => {},
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
