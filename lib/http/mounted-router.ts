import type { ErrorRequestHandler, Request, RequestHandler, Response, Router } from "express";
import RouterOfOwn from "router";
import type { Factors } from "../setup/create-factors.ts";
import type { MountName } from "../setup/mounting.ts";
import { asError } from "../errors.ts";
import { assetsOf } from "./assets.ts";
import { readBody } from "./body.ts";
import { answersPreflight } from "./cors.ts";
import { noStore } from "./headers.ts";
import { answerRouterErrors } from "./answer-errors.ts";
import { wantsJson } from "./negotiate.ts";
import { mountPathOf } from "./public-path.ts";
import { refuseCrossOrigin } from "./same-origin.ts";

/** One thing a door does; what it throws is answered by the door. */
export type Action = (req: Request, res: Response) => Promise<void> | void;

export interface Routes {
  get: Readonly<Record<string, Action>>;
  post: Readonly<Record<string, Action>>;
}

/** What is known of a router that needs a session: its name, and its path in `paths`. */
export interface Mount {
  router: string;
  at?: MountName;
}

/**
 * A mountable router. It is built on the `router` package, because a Router of Express 4 loses async rejections.
 * Every door reads bodies, refuses other origins, answers its errors in one way, and says 405 for methods that it has not.
 */
export function mountedRouter(factors: Factors, routes: Routes, mount?: Mount): Router {
  const router = RouterOfOwn() as unknown as Router;
  const answerError = answerRouterErrors(factors, mount !== undefined);
  const enter = entrance(factors, mount);
  router.use(enter);
  // What is asked most stands first: a router tries its layers one by one.
  for (const [path, action] of Object.entries(routes.post)) router.post(path, handler(action, answerError));
  for (const [name, serve] of Object.entries(assetsOf(factors)))
    router.get([`/assets/:version/${name}`, `/assets/${name}`], serve);
  for (const path of Object.keys(routes.post)) {
    const form = formOf(path, routes);
    if (form !== undefined) router.get(path, leadTo(form));
  }
  for (const [path, action] of Object.entries(routes.get)) router.get(path, handler(action, answerError));
  for (const path of new Set([...Object.keys(routes.get), ...Object.keys(routes.post)])) {
    router.all(path, methodNotAllowed(path, routes));
  }
  router.use(answerError);
  return withShortcut(router, enter, routes.post, answerError);
}

/** A POST to one of the paths themselves, which is what most requests are, does not wait for the router to try its layers. */
function withShortcut(
  router: Router,
  enter: RequestHandler,
  posts: Routes["post"],
  answerError: ErrorRequestHandler,
): Router {
  const handlers = new Map(
    Object.entries(posts).map(([path, action]) => [path, handler(action, answerError)]),
  );
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

function entrance(factors: Factors, mount: Mount | undefined): RequestHandler {
  const asSeenOutside = mountPathOf(factors);
  const { mounting } = factors;
  if (mount?.at !== undefined) mounting.built(mount.at);
  return function enter(req, res, next) {
    req.baseUrl = asSeenOutside(req);
    if (mount !== undefined) mounting.came(req, mount.router);
    if (mount?.at !== undefined)
      mounting.reached(mount.at, req.baseUrl, req.method === "GET" && !wantsJson(req));
    if (answersPreflight(req, res, factors)) return;
    refuseCrossOrigin(req, factors);
    readBody(req, res, next);
  };
}

/** Where the form is that is posted to this path; undefined where the path shows a page itself, as all do but those of a pending code. */
function formOf(path: string, routes: Routes): string | undefined {
  if (path in routes.get && !path.endsWith("/challenge")) return undefined;
  const parent = path.slice(0, path.lastIndexOf("/"));
  return [`${path}/new`, parent, "/new"].find((each) => each in routes.get);
}

/** A page that was refused stands at the address that it was posted to: who opens that address anew is led to the form. */
function leadTo(form: string): RequestHandler {
  return function leadToForm(req, res, next) {
    const isBrowser = /\btext\/html\b/i.test(req.headers.accept ?? "");
    if (!isBrowser || wantsJson(req)) return next();
    noStore(res);
    res.redirect(303, req.baseUrl + form);
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
