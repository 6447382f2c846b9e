import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import type { Express } from "express";
import type { HelmetOptions } from "helmet";
import type { Browser, Page } from "playwright-core";
import supertest from "supertest";
import type { Factors } from "../../lib/index.ts";
import type { Outbox } from "../../lib/testing/outbox.ts";
import type { SettableClock } from "../../lib/testing/settable-clock.ts";
import { openBrowser } from "../support/browser.ts";
import { strippingProxy } from "../support/stripping-proxy.ts";

interface Built {
  app: Express;
  box: Outbox;
  clock: SettableClock;
  factors: Factors;
  /** Whom express-rate-limit counted for. */
  limited: string[];
  log: string[];
  transfers: string[];
}

const { express4App } = createRequire(import.meta.url)("../support/express4-app.cjs") as {
  express4App(options: { publicUrl: string; helmetOptions?: HelmetOptions }): Built;
};

/** Elsewhere than on this machine's own name, helmet's default upgrades each form of the app to https, which is not there: no app on plain http can keep that. */
const PLACES: readonly { host: string; helmetOptions?: HelmetOptions }[] = [
  { host: "127.0.0.1" },
  {
    host: "chat.test",
    helmetOptions: { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } },
  },
];
const BROWSER = "203.0.113.9";

for (const { host, helmetOptions } of PLACES)
  describe(`an Express 4 app in CommonJS behind a proxy that strips a path, on http://${host}`, function () {
    this.timeout(30_000);
    let browser: Browser;
    let page: Page;
    let built: Built;
    let inner: Server;
    let proxy: Server;
    let base: string;

    before(async () => {
      browser = await openBrowser(["--host-resolver-rules=MAP chat.test 127.0.0.1"]);
      const port = () => (inner.address() as AddressInfo).port;
      proxy = strippingProxy("/app", { port, asking: () => BROWSER }).listen(0);
      await once(proxy, "listening");
      base = `http://${host}:${(proxy.address() as AddressInfo).port}/app`;
      built = express4App({ publicUrl: base, ...(helmetOptions === undefined ? {} : { helmetOptions }) });
      inner = createServer(built.app).listen(0);
      await once(inner, "listening");
      page = await browser.newPage();
      page.setDefaultTimeout(10_000);
    });
    after(async () => {
      await browser.close();
      proxy.close();
      inner.close();
    });

    it("[T79] signs in, registers a phone and is in; a form that needs a step-up is come back to", async () => {
      await page.goto(`${base}/inside`);
      expect(page.url()).to.equal(`${base}/login`);
      await page.fill("[name=username]", "ada");
      await page.fill("[name=password]", "lovelace");
      await page.click("button");
      await page.waitForURL(`${base}/sms_registration/new`);
      await page.selectOption("select", "TW");
      await page.fill("input[type=tel]", "0912 345 678");
      await page.keyboard.press("Enter");
      await page.waitForURL(`${base}/sms_verification/new`);
      await page.fill("[data-otp] input:not([type=hidden])", built.box.code());
      await page.keyboard.press("Enter");
      await page.waitForURL(`${base}/inside`);
      expect(await page.textContent("body")).to.equal("You are in.");

      await page.goto(`${base}/money?from=a`);
      built.clock.advance(301_000);
      await page.click("button");
      await page.waitForURL(`${base}/sms_verification/new`);
      await page.click("button");
      await page.waitForURL(`${base}/sms_verification/new`);
      await page.fill("[data-otp] input:not([type=hidden])", built.box.code());
      await page.keyboard.press("Enter");
      await page.waitForURL(`${base}/money?from=a`);
      expect(built.transfers).to.deep.equal([]);
      await page.click("button");
      await page.waitForURL(`${base}/transfer`);
      expect(built.transfers).to.deep.equal(["42"]);
    });

    it("[T32] counts for the address that the proxy saw, whatever a client says of itself", async () => {
      expect([...new Set(built.limited)]).to.deep.equal([BROWSER]);
      const addresses: unknown[] = [];
      const stop = built.factors.events.onAny((_name, { ip }) => void addresses.push(ip));
      const agent = supertest.agent(proxy);
      const { text } = await agent.get("/app/login").expect(200);
      const token = /name="_csrf" value="([^"]+)"/.exec(text)?.[1];
      const typed = { username: "ada", password: "lovelace", _csrf: token };
      await agent.post("/app/login").type("form").send(typed).expect(302);
      await agent.post("/app/sms_verification/challenge").set("X-Forwarded-For", "198.51.100.1").expect(303);
      stop();
      expect([...new Set(addresses)]).to.deep.equal([BROWSER]);
    });

    it("answers pages and scripts compressed, and logs no code and no number", async () => {
      const agent = supertest.agent(proxy);
      const asset = await agent
        .get("/app/sms_verification/assets/factors.js")
        .set("Accept-Encoding", "gzip")
        .buffer(true)
        .parse((res, done) => {
          const chunks: Buffer[] = [];
          res.on("data", (chunk: Buffer) => chunks.push(chunk));
          res.on("end", () => done(null, Buffer.concat(chunks)));
        })
        .expect(200);
      expect(asset.headers["content-encoding"]).to.equal("gzip");
      const body = asset.body as Buffer;
      expect(String(body[0] === 0x1f ? gunzipSync(body) : body)).to.include("use strict");
      const log = built.log.join("");
      expect(built.log.length).to.be.greaterThan(10);
      expect(log).to.include("POST /sms_verification HTTP");
      for (const { text } of built.box.messages) {
        const [code = "none"] = /\d{6}/.exec(text) ?? [];
        expect(log).to.not.include(code);
      }
      expect(log).to.not.match(/912.?345.?678/);
    });
  });
