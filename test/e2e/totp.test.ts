import { createServer, type Server } from "node:http";
import { expect } from "chai";
import { outbox, settableClock } from "passport-factors/testing";
import type { Browser, Page } from "playwright-core";
import { createApp, type ChatApp } from "../../example-app/app.ts";
import { hotp, stepAt } from "../../lib/totp/code.ts";
import { bytesOf } from "../../lib/totp/secrets.ts";
import { config } from "../example-app/harness.ts";
import { openBrowser } from "../support/browser.ts";
import { at, check, fill, look, newVisitor, submit, type Visitor } from "../support/person.ts";
import { freePort } from "../support/redis-server.ts";

const STEP = 30_000;

describe("an authenticator app in the chat, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let chat: ChatApp;
  let server: Server;
  let base: string;
  const messages = outbox();
  const clock = settableClock(Math.floor(Date.now() / STEP) * STEP);
  const mails: string[] = [];

  before(async () => {
    browser = await openBrowser();
    const port = await freePort();
    base = `http://localhost:${port}`;
    chat = await createApp({
      config: config({ port, publicUrl: new URL(base) }),
      transport: messages,
      clock,
      mail: (_to, text) => mails.push(text),
    });
    server = createServer(chat.app);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  });
  after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await chat.close();
  });

  const press = (page: Page, name: string | RegExp) =>
    Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name }).click()]);

  /** Signs up, registers the phone, and is in the room. */
  async function inTheRoom({ page }: Visitor, email: string, phone: string): Promise<void> {
    await page.goto(`${base}/signup`);
    await fill(page, { email, nickname: "Ada", password: "correct horse battery" });
    await submit(page, "/sms_auth_term");
    await page.selectOption("select[name=country_code]", "TW");
    await fill(page, { phone_number: phone });
    await fill(page, { pin_number: messages.code() });
    // Backup codes are offered; not now.
    await press(page, "Not now");
    expect(await at(page)).to.equal("/chat");
  }

  for (const javaScript of [true, false]) {
    it(`is set up by its QR code, and signs in, ${javaScript ? "with" : "without"} script`, async () => {
      const visitor = await newVisitor(browser, javaScript);
      const { page, problems } = visitor;
      const email = `ada${javaScript}@example.com`;
      await inTheRoom(visitor, email, javaScript ? "0912 345 678" : "0912 345 679");

      await page.goto(`${base}/security`);
      expect(await page.getByText("Your phone is the only way").count()).to.equal(1);
      await check(page, javaScript);
      await look(page, "security-phone-only");
      await press(page, "Set up: Authenticator app");
      expect(await at(page)).to.equal("/security/totp");
      const shown = (await page.locator(".key code").textContent()) as string;
      expect(shown).to.match(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
      const uri = (await page.getByRole("link", { name: "Open in an app" }).getAttribute("href")) as string;
      expect(uri).to.include(
        `otpauth://totp/Chat:${encodeURIComponent(email)}?secret=${shown.replaceAll(" ", "")}`,
      );
      expect(await page.getByRole("img", { name: "QR code" }).count()).to.equal(1);
      await check(page, javaScript);
      await look(page, "security-totp");
      const code = () => hotp(bytesOf(shown), stepAt(clock()));
      // A slip of the fingers: the same code is still there to be scanned.
      await fill(page, { totp_code: code() === "000000" ? "000001" : "000000" });
      expect(await page.locator(".key code").textContent()).to.equal(shown);
      expect(await page.getByRole("alert").count()).to.equal(1);
      await check(page, javaScript);
      await fill(page, { totp_code: code() });
      expect(await at(page)).to.equal("/security");
      expect(await page.getByText("Authenticator app", { exact: true }).count()).to.equal(1);
      await check(page, javaScript);
      await look(page, "security");
      expect(mails.at(-1)).to.include("was added");

      // The next login: the phone stays at home.
      await page.goto(`${base}/chat`);
      clock.advance(3_600_000);
      // Nothing may still be on its way that sets the cookie once more.
      await page.goto("about:blank");
      await page.context().clearCookies();
      await page.goto(`${base}/login`);
      await fill(page, { email, password: "correct horse battery" });
      await page.goto(`${base}/second_factor/new`);
      await press(page, "Use your authenticator app");
      expect(await at(page)).to.equal("/totp_verification/new");
      await check(page, javaScript);
      await look(page, "totp-verification");
      await fill(page, { totp_code: `${code().slice(0, 3)} ${code().slice(3)}` });
      expect(await at(page)).to.equal("/chat");

      await page.goto(`${base}/security`);
      await press(page, "Remove: Authenticator app");
      expect(await page.getByText("Authenticator app", { exact: true }).count()).to.equal(0);
      expect(mails.at(-1)).to.include("was removed");
      expect(problems).to.deep.equal([]);
    });
  }
});
