import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { makeApp, type TestApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";
import { check } from "../support/person.ts";

describe("the field for a phone number, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let app: TestApp;
  let page: Page;
  before(async () => {
    browser = await openBrowser();
    app = makeApp();
    const context = await browser.newContext({ locale: "de-AT" });
    page = await context.newPage();
    const base = `http://localhost:${(app.server.address() as AddressInfo).port}`;
    await context.request.post(`${base}/login`, { data: { user: "nora" } });
    await page.goto(`${base}/sms_registration/new`);
  });
  after(async () => {
    await browser.close();
    app.server.closeAllConnections();
    app.server.close();
  });

  const number = () => page.locator("input[name=phone_number]");
  const country = () => page.locator("select[name=country_code]").inputValue();
  const typed = async (text: string, into?: string) => {
    if (into !== undefined) await page.selectOption("select[name=country_code]", into);
    await number().fill("");
    await number().pressSequentially(text);
    return number().inputValue();
  };

  it("lists the countries that the browser names first, and has chosen the first of them", async () => {
    const [, first] = await page.locator("select[name=country_code] option").allTextContents();
    expect(first).to.equal("Österreich (+43)");
    expect(await country()).to.equal("AT");
    await check(page, true);
  });

  it("shows how a number of the chosen country is written", async () => {
    for (const [code, example] of [
      ["US", "(201) 555-0123"],
      ["TW", "0912 345 678"],
      ["FR", "06 12 34 56 78"],
    ] as const) {
      await page.selectOption("select[name=country_code]", code);
      expect(await number().getAttribute("placeholder")).to.equal(example);
    }
  });

  it("groups what is typed as the country writes it, and leaves alone what it cannot know", async () => {
    expect(await typed("2015550123", "US")).to.equal("(201) 555-0123");
    expect(await typed("0912345678", "TW")).to.equal("0912 345 678");
    expect(await typed("912345678", "TW"), "without the 0 in front").to.equal("912345678");
    expect(await typed("01711234567", "DE"), "German numbers differ in length").to.equal("01711234567");
    expect(await typed("201555012345", "US"), "too long").to.equal("(201) 555-012345");
  });

  it("lets digits be taken back, and be put in between", async () => {
    await typed("2015550", "US");
    for (let i = 0; i < 4; i++) await page.keyboard.press("Backspace");
    expect(await number().inputValue()).to.equal("(201");
    await typed("09145678", "TW");
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("23");
    expect((await number().inputValue()).replace(/\D/g, "")).to.have.length(10);
  });

  it("[T76] finds the country of a number that begins with + or 00 and its calling code", async () => {
    for (const [text, code] of [
      ["+886912345678", "TW"],
      ["0044 7400 123456", "GB"],
      ["+1 201 555 0123", "US"],
      ["+39 312 345 6789", "IT"],
    ] as const) {
      expect(await typed(text, "AT")).to.equal(text);
      expect(await country(), text).to.equal(code);
    }
    await typed("+1 204 234 5678", "CA");
    expect(await country(), "a country of that calling code stays").to.equal("CA");
  });
});
