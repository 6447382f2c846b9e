import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import express, { type RequestHandler } from "express";
import helmet, { type HelmetOptions } from "helmet";
import type { Browser } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { makeApp } from "../support/app.ts";

/** On a name that is not this machine's own, Chromium sends no Sec-Fetch-Site by plain http; and there helmet would upgrade forms to https. */
const PLACES: readonly { host: string; vouched: boolean; options?: HelmetOptions }[] = [
  { host: "127.0.0.1", vouched: true },
  {
    host: "chat.test",
    vouched: false,
    options: { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } },
  },
];

for (const { host, vouched, options } of PLACES) {
  describe(`own forms in Chromium, under helmet, on http://${host}`, function () {
    this.timeout(60_000);
    let browser: Browser;
    before(async () => {
      browser = await openBrowser(["--host-resolver-rules=MAP chat.test 127.0.0.1"]);
    });
    after(() => browser.close());

    it("[T75] [T79] send a code and take it as it is pasted, out of its message", async () => {
      const app = makeApp({
        factors: { publicUrl: `http://${host}`, paths: { success: "/chat" } },
        routes: (own) =>
          void own.get("/start", (_req, res) => {
            res.send('<form method="post" action="/login"><input name="user" value="alice"><button></form>');
          }),
      });
      const posts: { path: string; origin: string | undefined; site: unknown }[] = [];
      const outer = express();
      outer.use(helmet(options), (req, _res, next) => {
        const { origin, "sec-fetch-site": site } = req.headers;
        if (req.method === "POST") posts.push({ path: req.path, origin, site });
        next();
      });
      outer.use(app.app as unknown as RequestHandler);
      const server = createServer(outer).listen(0).unref();
      const base = `http://${host}:${(server.address() as AddressInfo).port}`;
      const page = await browser.newPage();

      await page.goto(`${base}/start`);
      await Promise.all([page.waitForURL("**/login"), page.click("button")]);
      await page.goto(`${base}/sms_verification/new`);
      await Promise.all([page.waitForEvent("framenavigated"), page.click("form button")]);
      const message = `${app.outbox.messages.at(-1)?.text}`;
      expect(message).to.include(app.outbox.code());
      await Promise.all([page.waitForURL("**/chat"), page.fill("input[name=pin_number]", message)]);
      expect(await page.textContent("body")).to.include("alice");

      const site = vouched ? "same-origin" : undefined;
      expect(posts).to.deep.equal([
        // A page of the app, as helmet leaves it: this is what our own pages are kept from.
        { path: "/login", origin: "null", site },
        { path: "/sms_verification/challenge", origin: base, site },
        { path: "/sms_verification", origin: base, site },
      ]);
      await page.close();
      server.closeAllConnections();
      server.close();
    });
  });
}
