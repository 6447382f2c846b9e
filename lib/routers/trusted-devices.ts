import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { answerJson } from "../http/answer-json.ts";
import { checkFactors } from "../http/check-factors.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { readField } from "../http/fields.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { pageOf, render } from "../http/render.ts";

/**
 * Where people look at the devices that are remembered, and forget them: `GET /` is `{ devices }`, `GET /new` the page, `POST /` takes `device`, an
 * id or `all`. Mount it at `/trusted_devices`. Throws a TypeError where `rememberDevice` is off.
 */
export function trustedDevices(factors: Factors): Router {
  checkFactors("trustedDevices", factors);
  if (!factors.devices.on) throw new TypeError("trustedDevices: rememberDevice is off in createFactors");

  async function show(req: Request, res: Response): Promise<void> {
    const devices = await factors.devices.list(req);
    noStore(res);
    if (wantsJson(req)) return answerJson(res, 200, { devices });
    render(res, factors, "trustedDevices", 200, {
      ...pageOf(req, factors),
      action: req.baseUrl || "/",
      devices,
      backUrl: factors.paths.success,
    });
  }

  async function revoke(req: Request, res: Response): Promise<void> {
    await factors.devices.revoke(req, readField(req.body, "trusted_devices", ["device"]));
    noStore(res);
    if (wantsJson(req)) answerJson(res, 200, { success: true });
    else res.redirect(303, `${req.baseUrl}/new`);
  }

  const routes = { get: { "/": show, "/new": show }, post: { "/": revoke } };
  return mountedRouter(factors, routes, { router: "trustedDevices" });
}
