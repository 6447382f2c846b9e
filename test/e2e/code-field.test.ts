import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { signup } from "../../lib/index.ts";
import { arabic } from "../support/arabic.ts";
import { makeApp, type TestApp } from "../support/app.ts";
import { openBrowser } from "../support/browser.ts";
import { check } from "../support/person.ts";
import { wrong } from "../support/visitor.ts";

describe("the field for a code, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let app: TestApp;
  let page: Page;
  let posts: string[];
  before(async () => void (browser = await openBrowser()));
  after(() => browser.close());
  afterEach(async () => {
    await page.context().close();
    app.server.closeAllConnections();
    app.server.close();
  });

  /** Somebody on the page, with a code on its way. */
  async function arrives(look: Parameters<Browser["newContext"]>[0] = {}): Promise<string> {
    app = makeApp({
      factors: {
        publicUrl: "http://localhost",
        texts: { ar: arabic },
        appearance: { accent: "#0b6e4f" },
        paths: { success: "/chat" },
      },
      routes: (on, { factors }) =>
        on.use("/phone_signup", signup(factors, { fields: [{ name: "nick", label: "Nick" }] })),
    });
    const base = `http://localhost:${(app.server.address() as AddressInfo).port}`;
    const context = await browser.newContext({ locale: "en-US", ...look });
    page = await context.newPage();
    posts = [];
    page.on("request", (request) => {
      if (request.method() === "POST") posts.push(new URL(request.url()).pathname);
    });
    await context.request.post(`${base}/login`, { data: { user: "alice" } });
    await page.goto(`${base}/sms_verification/new`);
    await Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button").first().click()]);
    posts.length = 0;
    return base;
  }

  const field = () => page.locator("input[name=pin_number]");
  const typed = async (text: string) => {
    await field().pressSequentially(text);
    return field().inputValue();
  };
  const pasted = async (text: string) => {
    await field().evaluate((input, value) => {
      (input as unknown as { value: string }).value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }, text);
    return field().inputValue();
  };

  it("[K1] sends its form by itself at the last digit, once, and says so", async () => {
    await arrives();
    // An answer without a page: this one stays as it is while it waits.
    await page.route("**/sms_verification", (route) => route.fulfill({ status: 204 }));
    const code = app.outbox.code();
    expect(await page.getAttribute("input[name=pin_number]", "aria-describedby")).to.include(
      "pin_number-sends",
    );
    expect(await typed(code.slice(0, 5))).to.equal(code.slice(0, 5));
    expect(posts).to.deep.equal([]);
    await page.keyboard.press(code.slice(5));
    await page.getByText("Checking the code…").waitFor({ state: "attached" });
    const button = page.getByRole("button", { name: "Continue" });
    expect(await page.locator("form[aria-busy=true] button[data-busy]").count()).to.equal(1);
    await button.click();
    await page.keyboard.press("Enter");
    expect(posts).to.deep.equal(["/sms_verification"]);
  });

  it("[T75] reduces what is pasted to its digits, out of the message around it and in any script", async () => {
    await arrives();
    const code = app.outbox.code();
    const [a, b] = [code.slice(0, 3), code.slice(3)];
    await page.route("**/sms_verification", (route) => route.fulfill({ status: 204 }));
    for (const text of [
      app.outbox.last().text,
      `G-${code}`,
      `${a} ${b}`,
      ` ${a}\u2011${b}\u200f`,
      Array.from(code, (digit) => String.fromCharCode(0x660 + Number(digit))).join(""),
      Array.from(code, (digit) => String.fromCharCode(0xff10 + Number(digit))).join(" "),
    ]) {
      expect(await pasted(text), JSON.stringify(text)).to.equal(code);
    }
    expect(await pasted("123456 or 654321"), "two codes are the server's to refuse").to.equal(
      "123456 or 654321",
    );
    expect(await pasted("12a4")).to.equal("124");
    expect(posts, "once, and what is no code not at all").to.deep.equal(["/sms_verification"]);
  });

  it("[K4] after a wrong code is marked, empty and focused; the title says so, and what is left stands beside it", async () => {
    await arrives();
    await field().focus();
    await Promise.all([page.waitForEvent("framenavigated"), page.keyboard.type(wrong(app.outbox.code()))]);
    await page.waitForLoadState();
    expect(await page.title()).to.equal("Error: Enter your code · Chat");
    expect(await field().inputValue()).to.equal("");
    expect(await field().evaluate((input) => input.ownerDocument.activeElement === input)).to.equal(true);
    expect(await field().getAttribute("aria-invalid")).to.equal("true");
    const described = (await field().getAttribute("aria-describedby"))?.split(" ") ?? [];
    const said = await Promise.all(described.map((id) => page.textContent(`#${id}`)));
    expect(said.join(" ")).to.include("Invalid verification code").and.include("Attempts left: 4");
    await check(page, true);
    await Promise.all([page.waitForURL("**/chat"), page.keyboard.type(app.outbox.code())]);
  });

  it("does not send a form that asks for more than the code", async () => {
    const base = await arrives();
    await page.context().clearCookies();
    await page.goto(`${base}/phone_signup/new`);
    await page.selectOption("select[name=country_code]", "TW");
    await page.fill("input[name=phone_number]", "0912 345 999");
    await Promise.all([page.waitForEvent("framenavigated"), page.press("input[name=phone_number]", "Enter")]);
    posts.length = 0;
    await page.fill("input[name=nick]", "Ada");
    const code = app.outbox.code();
    expect(await typed(code)).to.equal(code);
    expect(await page.locator("form[aria-busy]").count()).to.equal(0);
    expect(posts).to.deep.equal([]);
  });

  for (const [name, look] of Object.entries({
    "in Arabic, from right to left": { locale: "ar-EG" },
    "in the dark": { colorScheme: "dark" },
    "in forced colours": { forcedColors: "active" },
  } as const))
    it(`is found without fault by axe ${name}, and is read from left to right`, async () => {
      await arrives(look);
      await check(page, true);
      const boxes = await page
        .locator(".cells i")
        .evaluateAll((cells) =>
          cells.map(
            (cell) =>
              (cell as unknown as { getBoundingClientRect(): { left: number } }).getBoundingClientRect().left,
          ),
        );
      expect(boxes).to.have.length(6);
      expect([...boxes].sort((x, y) => x - y)).to.deep.equal(boxes);
    });

  it("has a digit in each place, at any size of the browser's letters and on the smallest screen", async () => {
    await arrives({ viewport: { width: 320, height: 800 } });
    await page.route("**/sms_verification", (route) => route.fulfill({ status: 204 }));
    for (const size of ["16px", "32px"]) {
      await page.evaluate(`document.documentElement.style.fontSize = ${JSON.stringify(size)}`);
      await pasted("00000");
      const state = await page.evaluate<[number, boolean]>(
        `[document.querySelector("input[name=pin_number]").scrollLeft, document.documentElement.scrollWidth > innerWidth]`,
      );
      expect(state, size).to.deep.equal([0, false]);
    }
  });
});
