import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { backupCodes } from "../../lib/index.ts";
import { makeApp, type TestApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";
import { check } from "../support/person.ts";

describe("states that misled, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let app: TestApp;
  let page: Page;
  let base: string;
  before(async () => void (browser = await openBrowser()));
  after(() => browser.close());
  afterEach(async () => {
    await page.context().close();
    app.server.closeAllConnections();
    app.server.close();
  });

  async function arrives(): Promise<void> {
    app = makeApp({
      more: [backupCodes()],
      factors: { publicUrl: "http://localhost", paths: { success: "/home" } },
    });
    base = `http://localhost:${(app.server.address() as AddressInfo).port}`;
    const context = await browser.newContext({ locale: "en-US" });
    page = await context.newPage();
    await context.request.post(`${base}/login`, { data: { user: "alice" } });
  }

  it("a code that expires while its page is open gives way to the button for a new one, which can be pressed", async () => {
    await arrives();
    await page.clock.install();
    await page.goto(`${base}/sms_verification/new`);
    await Promise.all([
      page.waitForEvent("framenavigated"),
      page.getByRole("button", { name: "Text me" }).click(),
    ]);
    await page.waitForLoadState();
    await page.clock.runFor(301_000);
    expect(await page.locator("input[name=pin_number]").isVisible()).to.equal(false);
    expect(await page.textContent("h1")).to.equal("You need a new code");
    expect(await page.title()).to.match(/^You need a new code/);
    const button = page.getByRole("button", { name: "Text me a code" });
    expect(await button.isEnabled()).to.equal(true);
    await check(page, true);
  });

  it("backup codes are saved before anybody says so; a clipboard that refuses is told", async () => {
    await arrives();
    const { request } = page.context();
    await request.post(`${base}/sms_verification/challenge`, { headers: { origin: base } });
    await request.post(`${base}/sms_verification`, {
      form: { pin_number: app.outbox.code() },
      headers: { origin: base },
      maxRedirects: 0,
    });
    await page.goto(`${base}/backup_codes/new`);
    await Promise.all([
      page.waitForEvent("framenavigated"),
      page.getByRole("button", { name: "Create" }).click(),
    ]);
    await page.waitForLoadState();
    const saved = page.getByRole("button", { name: "I have saved them" });
    expect(await saved.isEnabled()).to.equal(false);
    expect(await page.getByText("Copy, download or print them first.").isVisible()).to.equal(true);
    await page.evaluate(`navigator.clipboard.writeText = () => Promise.reject(new Error("refused"))`);
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByText("They could not be copied.").waitFor();
    expect(await saved.isEnabled()).to.equal(false);
    await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
    expect(await saved.isEnabled()).to.equal(true);
    await check(page, true);
  });
});
