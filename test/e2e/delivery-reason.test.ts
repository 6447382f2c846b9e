import { expect } from "chai";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { deliveryStatus } from "../../lib/index.ts";
import { makeApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";
import { fakeTwilio, type FakeTwilio } from "../support/fake-twilio.ts";

describe("a message that the recipient's phone refuses, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let twilio: FakeTwilio;
  before(async () => {
    browser = await openBrowser();
    twilio = await fakeTwilio();
  });
  after(async () => {
    await browser.close();
    await twilio.close();
  });

  it("[T81] is told on the page that waits for it, as soon as Twilio reports it", async () => {
    const app = makeApp({
      sms: { transport: twilio.transport() },
      factors: { publicUrl: "http://127.0.0.1" },
      routes: (own, { factors }) => {
        own.use("/delivery", deliveryStatus(factors));
        own.get("/start", (_req, res) => {
          res.send('<form method="post" action="/login"><input name="user" value="alice"><button></form>');
        });
      },
    });
    const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    const page = await browser.newPage();
    await page.goto(`${base}/start`);
    await Promise.all([page.waitForURL("**/login"), page.click("button")]);
    await page.goto(`${base}/sms_verification/new`);
    await Promise.all([page.waitForEvent("framenavigated"), page.click("form button")]);
    await page.waitForSelector("[data-follow]");
    const form = { MessageSid: twilio.sid, MessageStatus: "undelivered", ErrorCode: "21610" };
    await twilio.report(app, form, { url: "http://127.0.0.1/delivery/twilio" }).expect(204);
    await page.waitForSelector("[role=alert]");
    expect(await page.textContent("[role=alert]")).to.match(/asked us to stop.*Reply START/);
    expect(await page.title()).to.match(/^You need a new code/);
    await page.close();
    app.server.closeAllConnections();
  });
});
