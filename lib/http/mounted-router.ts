import type { ErrorRequestHandler, Request, RequestHandler, Response, Router } from "express";
import RouterOfOwn from "router";
import type { Factors } from "../setup/create-factors.ts";
import { asError } from "../errors.ts";
import { ceremonyScript } from "../views/ceremony-script.ts";
import { script } from "../views/script.ts";
import { stylesheet } from "../views/stylesheet.ts";
import { readBody } from "./body.ts";
import { etagOf, noStore } from "./headers.ts";
import { answerRouterErrors } from "./answer-errors.ts";
import { mountPathOf } from "./public-path.ts";
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
export function mountedRouter(factors: Factors, routes: Routes): Router {
  const router = RouterOfOwn() as unknown as Router;
  const answerError = answerRouterErrors(factors);
  router.use(entrance(factors));
  // What is asked most stands first: a router tries its layers one by one.
  for (const [path, action] of Object.entries(routes.post)) router.post(path, handler(action, answerError));
  router.get("/assets/factors.css", asset("text/css", stylesheet));
  router.get("/assets/factors.js", asset("text/javascript", script + ceremonyScript));
  for (const [path, action] of Object.entries(routes.get)) router.get(path, handler(action, answerError));
  for (const path of new Set([...Object.keys(routes.get), ...Object.keys(routes.post)])) {
    router.all(path, methodNotAllowed(path, routes));
  }
  router.use(answerError);
  return withShortcut(router, factors, routes.post, answerError);
}

/** A POST to one of the paths themselves, which is what most requests are, does not wait for the router to try its layers. */
function withShortcut(
  router: Router,
  factors: Factors,
  posts: Routes["post"],
  answerError: ErrorRequestHandler,
): Router {
  const handlers = new Map(
    Object.entries(posts).map(([path, action]) => [path, handler(action, answerError)]),
  );
  const enter = entrance(factors);
  const direct = router as Router & { handle: RequestHandler };
  const byLayers = direct.handle.bind(router);
  direct.handle = function handleRequest(req, res, next) {
    const act = req.method === "POST" ? handlers.get(req.url) : undefined;
    if (act === undefined) {
      byLayers(req, res, next);
      return;
    }
    const goOn = (error?: unknown) =>
      void (error === undefined ? act(req, res, next) : answerError(error, req, res, next));
    try {
      enter(req, res, goOn);
    } catch (thrown) {
      goOn(asError(thrown));
    }
  };
  return router;
}

/** What an action throws is answered on the spot: no layer behind it has a say in that. */
function handler(action: Action, answerError: ErrorRequestHandler): RequestHandler {
  return async function act(req, res, next) {
    try {
      await action(req, res);
    } catch (thrown) {
      await answerError(thrown, req, res, next);
    }
  };
}

function entrance(factors: Factors): RequestHandler {
  const asSeenOutside = mountPathOf(factors);
  return function enter(req, res, next) {
    req.baseUrl = asSeenOutside(req);
    refuseCrossOrigin(req, factors);
    readBody(req, res, next);
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
