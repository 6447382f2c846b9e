import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import express from "express";
import type { Browser, Page } from "playwright-core";
import { factorSettings, passkey, passkeySignIn } from "../../lib/index.ts";
import { openBrowser } from "../support/browser.ts";
import { makeApp, type TestApp } from "../support/app.ts";
import { freePort } from "../support/redis-server.ts";

describe("a single-page app on an origin of its own, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let front: Server;
  let page: Page;
  let app: TestApp;

  before(async () => {
    browser = await openBrowser();
    const port = await freePort();
    const site = express();
    site.use("/client", express.static(join(import.meta.dirname, "../../dist/lib/client")));
    site.get("/", (_req, res) => void res.send("<!doctype html><title>Front end</title>"));
    front = createServer(site).listen(port);
    app = makeApp({
      factors: { publicUrl: "http://localhost", trustedOrigins: [`http://localhost:${port}`] },
      more: [passkey({ label: (account) => account })],
      routes: (own, { factors }) => {
        own.use("/security", factorSettings(factors));
        own.use("/passkey_sign_in", passkeySignIn(factors));
      },
    });
    page = await (await browser.newContext()).newPage();
    await page.goto(`http://localhost:${port}/`);
  });
  after(async () => {
    await browser.close();
    front.close();
  });

  const api = () => `http://localhost:${(app.server.address() as AddressInfo).port}`;
  /** Signs in first: by a form of the app's own, as its page would be. */
  async function signIn(): Promise<void> {
    const own = await page.context().newPage();
    await own.goto(`${api()}/me`);
    await own.evaluate(async () => {
      const headers = { "content-type": "application/json" };
      await fetch("/login", { method: "POST", headers, body: '{"user":"alice"}' });
    });
    await own.close();
  }
  const run = (what: string): Promise<unknown> =>
    page.evaluate(
      `(async () => { const client = await import("/client/index.mjs"); const api = client.factorsClient({ origin: "${api()}" }); return (${what})(api, client); })()`,
    );

  it("[T79] proves by a code with its cookies, and reads what was refused", async () => {
    await signIn();
    expect(
      await run(`async (api) => {
        const [offer] = await api.offers();
        await api.begin(offer);
        return api.verify(offer, "1").catch(({ code, attemptsRemaining }) => ({ code, attemptsRemaining }));
      }`),
    ).to.deep.equal({ code: "invalid_code", attemptsRemaining: undefined });
    const code = app.outbox.code();
    expect(
      await run(`async (api) => {
        const again = await api.begin({ verify: "/sms_verification" }).catch((error) => error);
        const { method } = await api.verify({ verify: "/sms_verification" }, "${code}");
        return { wait: again.retryAfter, method };
      }`),
    ).to.deep.equal({ wait: 30, method: "sms" });
  });

  it("[W9] puts a passkey on file and proves with it, by the browser's own JSON methods", async () => {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("WebAuthn.enable");
    await cdp.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    expect(await run("(api, client) => client.passkeysSupported()")).to.equal(true);
    const added = await run(`async (api) => {
      await api.settings.addPasskey("passkey", { label: "Laptop" });
      return (await api.settings.read()).factors;
    }`);
    expect(JSON.stringify(added)).to.include('"factor":"passkey"').and.to.include("Laptop");
    await page.context().clearCookies();
    await signIn();
    expect(
      await run(`async (api) => {
        const way = (await api.offers()).find(({ name }) => name === "passkey");
        return api.verifyPasskey(way);
      }`),
    ).to.deep.include({ success: true, method: "passkey" });
    await page.context().clearCookies();
    expect(await run("(api) => api.signInByPasskey()")).to.deep.include({ success: true, method: "passkey" });
    expect(await run("async (api) => (await api.settings.read()).factors.length")).to.equal(2);
  });

  it("[W10] hears of a prompt that was given up as the browser says it", async () => {
    expect(
      await run(`async (api) => {
        const stop = new AbortController();
        stop.abort();
        return api.verifyPasskey({ verify: "/passkey_verification" }, { signal: stop.signal }).catch((error) => error.name);
      }`),
    ).to.equal("AbortError");
  });
});
