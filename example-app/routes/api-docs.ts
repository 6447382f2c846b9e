import { createRequire } from "node:module";
import { dirname } from "node:path";
import express, { Router } from "express";
import { html } from "../pages/html.ts";

const require = createRequire(import.meta.url);
/** Swagger UI writes styles into its elements. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";
const PAGE = html`<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <title>REST API · Chat</title>
            <link rel="icon" href="/icon.svg" type="image/svg+xml" />
            <link rel="stylesheet" href="/api-docs/swagger-ui.css" />
          </head>
          <body>
            <main id="api"></main>
            <script src="/api-docs/swagger-ui-bundle.js"></script>
            <script src="/api-docs/start.js"></script>
          </body>
        </html> `;
const START = `const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
SwaggerUIBundle({ url: "/api-docs/openapi.yaml", dom_id: "#api", deepLinking: true });`;

/** `GET /api-docs`: the REST API, described by the package, shown by Swagger UI from this very server. */
export function apiDocsRoute(): Router {
  const router = Router();
  router.get("/api-docs", (_req, res) => {
    res.set("Content-Security-Policy", POLICY).type("html").send(PAGE.html);
  });
  router.get("/api-docs/start.js", (_req, res) => void res.type("text/javascript").send(START));
  router.get("/api-docs/openapi.yaml", (_req, res) => {
    res.type("text/yaml").sendFile(require.resolve("passport-factors/openapi.yaml"));
  });
  const viewer = dirname(require.resolve("swagger-ui-dist/package.json"));
  router.use("/api-docs", express.static(viewer, { index: false, maxAge: "1h" }));
  return router;
}
