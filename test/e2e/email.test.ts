import { createServer, type Server } from "node:http";
import { expect } from "chai";
import { smtpTransport } from "passport-factors";
import { outbox } from "passport-factors/testing";
import type { Browser, Page } from "playwright-core";
import { createApp, type ChatApp } from "../../example-app/app.ts";
import { config } from "../example-app/harness.ts";
import { openBrowser } from "../support/browser.ts";
import { mailServer, type MailServer } from "../support/mail-server.ts";
import { at, check, fill, newVisitor, submit, type Visitor } from "../support/person.ts";
import { freePort } from "../support/redis-server.ts";

describe("an email address in the chat, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let chat: ChatApp;
  let server: Server;
  let smtp: MailServer;
  let base: string;
  const messages = outbox();

  before(async () => {
    [browser, smtp] = await Promise.all([openBrowser(), mailServer()]);
    const port = await freePort();
    base = `http://localhost:${port}`;
    chat = await createApp({
      config: config({ port, publicUrl: new URL(base) }),
      transport: messages,
      mails: smtpTransport({ url: smtp.url, from: "no-reply@chat.example" }),
      // What is refused here is refused on purpose.
      onError: () => undefined,
    });
    server = createServer(chat.app);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  });
  after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
    await Promise.all([chat.close(), smtp.close()]);
  });

  const press = (page: Page, name: string | RegExp) =>
    Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name }).click()]);
  const codeTo = (address: string) =>
    smtp.mails.findLast(({ to }) => to.includes(address))?.parsed.text?.match(/^\d{6}$/m)?.[0] ?? "";

  async function inTheRoom({ page }: Visitor, email: string, phone: string): Promise<void> {
    await page.goto(`${base}/signup`);
    await fill(page, { email, nickname: "Ada", password: "correct horse battery" });
    await submit(page, "/sms_auth_term");
    await page.selectOption("select[name=country_code]", "TW");
    await fill(page, { phone_number: phone });
    await fill(page, { pin_number: messages.code() });
    await press(page, "Not now");
    expect(await at(page)).to.equal("/chat");
  }

  for (const javaScript of [true, false]) {
    it(`is added by the code of a mail, and taken off again, ${javaScript ? "with" : "without"} script`, async () => {
      const visitor = await newVisitor(browser, javaScript);
      const { page, problems } = visitor;
      await inTheRoom(visitor, `ada${javaScript}@example.com`, javaScript ? "0912 345 678" : "0912 345 679");
      const address = `ada${javaScript}@mail.example`;

      await page.goto(`${base}/security`);
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
