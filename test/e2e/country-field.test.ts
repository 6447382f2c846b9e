import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { makeApp, type TestApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";
import { check } from "../support/person.ts";

describe("the searchable list of countries, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let app: TestApp;
  let page: Page;
  let base: string;
  before(async () => {
    browser = await openBrowser();
    app = makeApp({ factors: { publicUrl: "http://localhost" } });
    base = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  });
  after(async () => {
    await browser.close();
    app.server.closeAllConnections();
    app.server.close();
  });
  beforeEach(async () => {
    const context = await browser.newContext({ locale: "ja-JP" });
    page = await context.newPage();
    await context.request.post(`${base}/login`, { data: { user: "nora" } });
    await page.goto(`${base}/sms_registration/new`);
  });
  afterEach(() => page.context().close());

  const box = () => page.getByRole("combobox", { name: "国または地域" });
  const options = () => page.getByRole("option").allTextContents();
  const country = () => page.locator("select[name=country_code]").inputValue();
  const active = async () =>
    page.locator(`[id="${await box().getAttribute("aria-activedescendant")}"]`).textContent();
  const said = () => page.locator(".combo [role=status]").textContent();

  it("is found by name in the page's language and in English, by a part of it, by calling code and by letters", async () => {
    for (const [text, first, code] of [
      ["ドイツ", "ドイツ (+49)", "DE"],
      ["germ", "ドイツ (+49)", "DE"],
      ["Österreich", undefined, undefined],
      ["cote d", "コートジボワール (+225)", "CI"],
      ["kingdom", "イギリス (+44)", "GB"],
      ["+886", "台湾 (+886)", "TW"],
      ["0049", "ドイツ (+49)", "DE"],
      ["tw", "台湾 (+886)", "TW"],
    ] as const) {
      await box().click();
      await page.keyboard.type(text);
      expect((await options())[0], text).to.equal(first);
      await page.keyboard.press(first === undefined ? "Escape" : "Enter");
      if (code !== undefined) expect(await country(), text).to.equal(code);
    }
    expect(await box().inputValue()).to.equal("台湾 (+886)");
    expect(await page.getAttribute("input[name=phone_number]", "placeholder")).to.equal("0912 345 678");
  });

  it("goes by the keyboard alone, says what is where, and Enter in the closed field sends the form", async () => {
    await box().focus();
    expect(await box().getAttribute("aria-expanded")).to.equal("false");
    await page.keyboard.press("ArrowDown");
    expect(await box().getAttribute("aria-expanded")).to.equal("true");
    expect(await active()).to.equal("日本 (+81)");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Escape");
    expect(await box().getAttribute("aria-expanded")).to.equal("false");
    await page.keyboard.type("united");
    expect(await said()).to.match(/^候補：\d+件$/);
    await check(page, true);
    await page.keyboard.press("ArrowDown");
    const second = await active();
    await page.keyboard.press("Tab");
    expect(await box().inputValue(), "who goes on has chosen").to.equal(second);
    await page.keyboard.type("2015550123");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.type("united states");
    await page.keyboard.press("Enter");
    expect(await country()).to.equal("US");
    await Promise.all([page.waitForURL("**/sms_verification/new"), page.keyboard.press("Enter")]);
    expect(app.outbox.last().to).to.equal("+12015550123");
  });

  it("keeps what was chosen where nothing is found, and says that nothing is", async () => {
    await box().click();
    await page.keyboard.type("qqqq");
    expect(await page.getByText("該当する国や地域がありません。").isVisible()).to.equal(true);
    expect(await page.getByRole("listbox").isVisible()).to.equal(false);
    await page.keyboard.press("Tab");
    expect(await box().inputValue()).to.equal("日本 (+81)");
    expect(await country()).to.equal("JP");
  });

  it("is chosen from by mouse, follows a number that begins with its calling code, and has the mark of a fault", async () => {
    await box().click();
    await page.getByRole("option", { name: "フランス" }).click();
    expect(await country()).to.equal("FR");
    await page.fill("input[name=phone_number]", "");
    await page.locator("input[name=phone_number]").pressSequentially("+886912");
    expect(await box().inputValue()).to.equal("台湾 (+886)");
    await page.evaluate(`document.querySelector("select[data-countries]").value = ""`);
    await page.evaluate(`document.querySelector("[role=combobox]").required = false`);
    await Promise.all([page.waitForEvent("framenavigated"), page.press("input[name=phone_number]", "Enter")]);
    await page.waitForLoadState();
    expect(await page.locator("[aria-invalid=true]:visible").count()).to.be.greaterThan(0);
    await check(page, true);
  });
});
