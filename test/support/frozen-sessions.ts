import type { RequestHandler } from "express";
import { breakable } from "./faults.ts";

/** Sessions by the request's `x-session`. Once frozen, each request works on a copy. */
export function frozenSessions(frozen: { now: boolean }): RequestHandler {
  const kept = new Map<string, Record<string, unknown>>();
  return (req, _res, next) => {
    const id = String(req.headers["x-session"] ?? "nobody's");
    const known = kept.get(id) ?? {};
    kept.set(id, known);
    const fields = frozen.now ? structuredClone(known) : known;
    const begin = (data: Record<string, unknown>) => {
      Object.defineProperty(data, "save", { value: save, configurable: true });
      Object.defineProperty(data, "regenerate", { value: regenerate, configurable: true });
      Object.assign(req, { session: data, sessionID: id });
    };
    const save = breakable("session.save", (done: (error?: unknown) => void) => done(), "calls back");
    const regenerate = breakable(
      "session.regenerate",
      (done: (error?: unknown) => void) => {
        const fresh = {};
        if (!frozen.now) kept.set(id, fresh);
        begin(fresh);
        done();
      },
      "calls back",
    );
    begin(fields);
    next();
  };
}
