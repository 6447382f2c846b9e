import { expect } from "chai";
import { smtpTransport } from "passport-factors";
import type { Browser } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { openChat, press, type Chat } from "../support/chat-scene.ts";
import { mailServer, type MailServer } from "../support/mail-server.ts";
import { at, check, fill } from "../support/person.ts";

describe("an email address in the chat, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let chat: Chat;
  let smtp: MailServer;
  before(async () => {
    [browser, smtp] = await Promise.all([openBrowser(), mailServer()]);
    chat = await openChat(browser, {
      mails: smtpTransport({ url: smtp.url, from: "no-reply@chat.example" }),
      // What is refused here is refused on purpose.
      onError: () => undefined,
    });
  });
  after(async () => {
    await browser.close();
    await Promise.all([chat.close(), smtp.close()]);
  });

  const codeTo = (address: string) =>
    smtp.mails.findLast(({ to }) => to.includes(address))?.parsed.text?.match(/^\d{6}$/m)?.[0] ?? "";

  for (const javaScript of [true, false]) {
    it(`is added by the code of a mail, and taken off again, ${javaScript ? "with" : "without"} script`, async () => {
      const { page, problems } = await chat.newMember(javaScript);
      const address = `ada${javaScript}@mail.example`;

      await page.goto(`${chat.base}/security`);
      expect(await page.getByText("Only one way to reach you is on file").count()).to.equal(1);
      await check(page, javaScript);
      smtp.behave("to", "550 5.1.1 No such user");
      await fill(page, { address });
      expect(await page.getByText("Mails do not reach this address").count()).to.equal(1);
      expect(await page.inputValue("input[name=address]")).to.equal(address);
      await check(page, javaScript);

      smtp.behave();
      await fill(page, { address });
      expect(await at(page)).to.equal("/security/email");
      expect(await page.getByText(`sent to ${address}`).count()).to.equal(1);
      await check(page, javaScript);
      const code = codeTo(address);
      await fill(page, { email_code: code === "000000" ? "000001" : "000000" });
      expect(await page.locator("input[aria-invalid=true]").count()).to.equal(1);
      await fill(page, { email_code: code });
      expect(await at(page)).to.equal("/security");
      expect(await page.getByText("a***@mail.example").count()).to.equal(1);
      expect(await page.getByText("Only one way to reach you is on file").count()).to.equal(0);
      await check(page, javaScript);

      await press(page, "Remove: a***@mail.example");
      expect(await page.getByText("a***@mail.example").count()).to.equal(0);
      expect(problems).to.deep.equal([]);
    });
  }
});
