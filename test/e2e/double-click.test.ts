import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { makeApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";
import { SlowStore } from "../support/slow-sessions.ts";

/** The last digit, which sends the form by itself, and both clicks before anything is answered. */
const typedAndClicked = `(code) => {
  const form = document.querySelector('form[action="/sms_verification"]');
  form.elements.pin_number.value = code;
  form.elements.pin_number.dispatchEvent(new Event("input"));
  form.querySelector("button").click();
  form.querySelector("button").click();
}`;

describe("[T60] in a browser", () => {
  let browser: Browser;
  before(async () => (browser = await openBrowser()));
  after(() => browser.close());

  for (const javaScriptEnabled of [true, false]) {
    it(`two clicks on the button end signed in, ${javaScriptEnabled ? "and are one request" : "without script too"}`, async () => {
      const app = makeApp({
        sessionStore: new SlowStore(100),
        factors: { publicUrl: "http://localhost", paths: { success: "/chat" } },
      });
      const origin = `http://localhost:${(app.server.address() as AddressInfo).port}`;
      const context = await browser.newContext({ javaScriptEnabled });
      try {
        await context.request.post(`${origin}/login`, { data: { user: "alice" } });
        const page = await context.newPage();
        let posts = 0;
        page.on("request", (request) => {
          if (request.method() === "POST" && request.url() === `${origin}/sms_verification`) posts += 1;
        });
        await page.goto(`${origin}/sms_verification/new`);
        await page.getByRole("button").first().click();
        await page.getByRole("textbox").waitFor();
        if (javaScriptEnabled) await page.evaluate(`(${typedAndClicked})("${app.outbox.code()}")`);
        else {
          await page.getByRole("textbox").fill(app.outbox.code());
          await page.locator('form[action="/sms_verification"] button').dblclick({ noWaitAfter: true });
        }
        await page.waitForURL(`${origin}/chat`);
        expect(await page.textContent("body")).to.include("alice");
        if (javaScriptEnabled) expect(posts).to.equal(1);
        expect(app.events.filter(({ name }) => name === "phone_otp_verify_completed")).to.have.length(1);
      } finally {
        await context.close();
      }
    });
  }
});
