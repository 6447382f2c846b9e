import { expect } from "chai";
import type { Browser } from "playwright-core";
import { hotp, stepAt } from "../../lib/totp/code.ts";
import { bytesOf } from "../../lib/totp/secrets.ts";
import { openBrowser } from "../support/browser.ts";
import { openChat, press, type Chat } from "../support/chat-scene.ts";
import { at, check, fill, look } from "../support/person.ts";

describe("an authenticator app in the chat, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let chat: Chat;
  before(async () => {
    browser = await openBrowser();
    chat = await openChat(browser);
  });
  after(async () => {
    await browser.close();
    await chat.close();
  });

  for (const javaScript of [true, false]) {
    it(`is set up by its QR code, and signs in, ${javaScript ? "with" : "without"} script`, async () => {
      const visitor = await chat.newMember(javaScript);
      const { page, problems, email } = visitor;

      await page.goto(`${chat.base}/security`);
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
      const code = () => hotp(bytesOf(shown), stepAt(chat.clock()));
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
      expect(chat.mails.at(-1)).to.include("was added");

      // The next login: the phone stays at home.
      await page.goto(`${chat.base}/chat`);
      chat.clock.advance(3_600_000);
      await chat.leave(visitor);
      await chat.logIn(visitor, email);
      await press(page, "Use your authenticator app");
      expect(await at(page)).to.equal("/totp_verification/new");
      await check(page, javaScript);
      await look(page, "totp-verification");
      await fill(page, { totp_code: `${code().slice(0, 3)} ${code().slice(3)}` });
      expect(await at(page)).to.equal("/chat");

      await page.goto(`${chat.base}/security`);
      await press(page, "Remove: Authenticator app");
      expect(await page.getByText("Authenticator app", { exact: true }).count()).to.equal(0);
      expect(chat.mails.at(-1)).to.include("was removed");
      expect(problems).to.deep.equal([]);
    });
  }
});
