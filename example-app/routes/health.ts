import { Router } from "express";
import type { Factors } from "passport-factors";

/** `GET /healthz`, for whoever decides whether this process gets requests. It needs no session. */
export function healthRoute(factors: Factors): Router {
  const router = Router();
  router.get("/healthz", async (_req, res) => {
    const store = factors.store.name;
    res.set("Cache-Control", "no-store");
    try {
      await factors.store.ping();
      res.json({ status: "ok", store });
    } catch {
      res.status(503).set("Retry-After", "1").json({ status: "unavailable", store });
    }
  });
  return router;
}
