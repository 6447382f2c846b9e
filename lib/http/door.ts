import type { Request, RequestHandler, Response, Router } from "express";
import RouterOfOwn from "router";
import type { Factors } from "../create-factors.ts";
import { script } from "../views/script.ts";
import { stylesheet } from "../views/stylesheet.ts";
import { bodies, unreadableBody } from "./body.ts";
import { etagOf, noStore } from "./headers.ts";
import { answerErrors } from "./answer-errors.ts";
import { enterDoor } from "./render.ts";
import { refuseCrossOrigin } from "./same-origin.ts";

/** One thing a door does; what it throws is answered by the door. */
export type Action = (req: Request, res: Response) => Promise<void> | void;

export interface Routes {
  get: Readonly<Record<string, Action>>;
  post: Readonly<Record<string, Action>>;
}

/**
 * A mountable router. It is built on the `router` package, because a Router of Express 4 loses async rejections.
 * Every door reads bodies, refuses other origins, answers its errors in one way, and says 405 for methods that it has not.
 */
export function door(factors: Factors, routes: Routes): Router {
  const router = RouterOfOwn() as unknown as Router;
  router.use(originGuard(factors), ...bodies);
  router.use(unreadableBody);
  router.get("/assets/factors.css", asset("text/css", stylesheet));
  router.get("/assets/factors.js", asset("text/javascript", script));
  for (const [path, action] of Object.entries(routes.get)) router.get(path, handler(action));
  for (const [path, action] of Object.entries(routes.post)) router.post(path, handler(action));
  for (const path of new Set([...Object.keys(routes.get), ...Object.keys(routes.post)])) {
    router.all(path, methodNotAllowed(path, routes));
  }
  router.use(answerErrors(factors));
  return router;
}

function handler(action: Action): RequestHandler {
  return async function act(req, res) {
    await action(req, res);
  };
}

function originGuard(factors: Factors): RequestHandler {
  return function guardOrigin(req, _res, next) {
    enterDoor(req);
    refuseCrossOrigin(req, factors);
    next();
  };
}

function methodNotAllowed(path: string, routes: Routes): RequestHandler {
  const allow = [
    ...(path in routes.get ? ["GET", "HEAD"] : []),
    ...(path in routes.post ? ["POST"] : []),
  ].join(", ");
  return function refuseMethod(_req, res) {
    noStore(res);
    res.set("Allow", allow).status(405).type("text/plain").send("Method Not Allowed");
  };
}

function asset(type: string, text: string): RequestHandler {
  const etag = etagOf(text);
  return function serveAsset(_req, res) {
    res.set({ "Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff", ETag: etag });
    res.type(type).send(text);
  };
}
