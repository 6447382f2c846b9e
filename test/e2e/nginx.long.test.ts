import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Express } from "express";
import type { Browser, Page } from "playwright-core";
import supertest from "supertest";
import type { Factors } from "../../lib/index.ts";
import type { Outbox } from "../../lib/testing/outbox.ts";
import { openBrowser } from "../support/browser.ts";
import { startNginx } from "../support/nginx.ts";
import { freePort } from "../support/redis-server.ts";

const { express4App } = createRequire(import.meta.url)("../support/express4-app.cjs") as {
  express4App(options: { publicUrl: string }): { app: Express; box: Outbox; factors: Factors };
};

describe("an Express 4 app in CommonJS behind nginx, which takes /app off", function () {
  this.timeout(60_000);
  let browser: Browser;
  let page: Page;
  let built: ReturnType<typeof express4App>;
  let inner: Server;
  let nginx: Awaited<ReturnType<typeof startNginx>>;
  let base: string;

  before(async () => {
    browser = await openBrowser();
    const port = await freePort();
    base = `http://127.0.0.1:${port}/app`;
    built = express4App({ publicUrl: base });
    inner = createServer(built.app).listen(0);
    await once(inner, "listening");
    nginx = await startNginx(port, (inner.address() as AddressInfo).port);
    page = await browser.newPage();
  });
  after(async () => {
    await browser?.close();
    await nginx?.stop();
    inner?.close();
  });

  it("[T79] signs in, registers a phone and is in, under helmet's defaults", async () => {
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
  });

  it("[T32] counts for the address that nginx saw, whatever a client says of itself", async () => {
    const addresses: unknown[] = [];
    const stop = built.factors.events.onAny((_name, { ip }) => void addresses.push(ip));
    const agent = supertest.agent(base);
    const { text } = await agent.get("/login").expect(200);
    const token = /name="_csrf" value="([^"]+)"/.exec(text)?.[1];
    await agent
      .post("/login")
      .type("form")
      .send({ username: "ada", password: "lovelace", _csrf: token })
      .expect(302);
    await agent.post("/sms_verification/challenge").set("X-Forwarded-For", "198.51.100.1").expect(303);
    stop();
    expect([...new Set(addresses)]).to.deep.equal(["127.0.0.1"]);
  });
});
