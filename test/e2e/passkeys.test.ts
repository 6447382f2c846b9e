import { expect } from "chai";
import type { Browser } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { openChat, press, type Chat } from "../support/chat-scene.ts";
import {
  alert,
  FAILED,
  keyHolders,
  withoutAutofill,
  type KeyHolder,
  type KeyHolders,
} from "../support/key-holders.ts";
import { at, check, fill, look } from "../support/person.ts";
import { plugIn } from "../support/virtual-authenticator.ts";

describe("passkeys and security keys in the chat, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let chat: Chat;
  let people: KeyHolders;
  /** Has a passkey, and comes to each test as somebody who has left. */
  let ada: KeyHolder;
  before(async () => {
    browser = await openBrowser();
    chat = await openChat(browser);
    people = keyHolders(chat);
    ada = await people.member("passkey", "Passkey");
  });
  after(async () => {
    await browser.close();
    await chat.close();
  });

  it("a passkey is put on file by name, signs in alone, and is renamed and taken off file", async () => {
    const visitor = await chat.newMember();
    await withoutAutofill(visitor);
    const { page, problems } = visitor;
    const device = await plugIn(page, "passkey");
    await page.goto(`${chat.base}/security`);
    await press(page, "Set up: Passkey");
    expect(await at(page)).to.equal("/security/passkey");
    await check(page, true);
    await look(page, "passkey-enrolment");
    await page.fill("input[name=label]", "Laptop");
    await press(page, "Continue");
    expect(await at(page)).to.equal("/security");
    expect(await page.getByText("Laptop", { exact: true }).count()).to.equal(1);
    expect(chat.mails.at(-1)).to.include("was added");
    await check(page, true);
    await look(page, "security-passkey");
    const [credential] = await device.credentials();
    expect(credential).to.include({ rpId: "localhost", isResidentCredential: true });

    // [W2] The same once more is refused by the browser itself.
    await press(page, "Set up: Passkey");
    await page.getByRole("button", { name: "Continue" }).click();
    await alert(page).filter({ hasText: "on file already" }).waitFor();
    await check(page, true);
    await look(page, "passkey-known");

    await chat.leave(visitor);
    await page.goto(`${chat.base}/login`);
    await check(page, true);
    await look(page, "login");
    await press(page, "Sign in with a passkey");
    expect(await at(page)).to.equal("/chat");
    const me = await page.evaluate(async () => (await fetch("/me")).json() as Promise<{ amr: string[] }>);
    expect(me.amr).to.deep.equal(["hwk", "user", "mfa"]);

    await page.goto(`${chat.base}/security`);
    await page.getByText("Rename", { exact: true }).first().click();
    await check(page, true);
    await look(page, "security-rename");
    await page.fill("input[name=label]", "Old laptop");
    await press(page, "Rename");
    expect(await page.getByText("Old laptop", { exact: true }).count()).to.equal(1);
    await press(page, "Remove: Old laptop");
    expect(await page.getByText("Old laptop", { exact: true }).count()).to.equal(0);
    expect(chat.mails.at(-1)).to.include("was removed");
    expect(problems).to.deep.equal([]);
    await visitor.context.close();
  });

  it("[W11] the browser offers the passkey in the field for the name, on the app's login page and on our own", async () => {
    for (const path of ["/login", "/passkey_sign_in/new"]) {
      const visitor = await chat.newMember();
      await plugIn(visitor.page, "passkey");
      await people.setUp(visitor, "Passkey");
      await chat.leave(visitor);
      await visitor.page.goto(`${chat.base}${path}`);
      // Chromium's authenticator in software takes the offer as soon as it is made.
      await visitor.page.waitForURL("**/chat");
      expect(visitor.problems).to.deep.equal([]);
      await visitor.context.close();
    }
  });

  it("our own page signs in by its button, and says what did not work", async () => {
    const { page, device, problems } = ada;
    await chat.leave(ada);
    await page.goto(`${chat.base}/passkey_sign_in/new`);
    await check(page, true);
    await look(page, "passkey-sign-in");
    await device.setUserVerified(false);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await alert(page).filter({ hasText: FAILED }).waitFor();
    await check(page, true);
    await look(page, "passkey-sign-in-failed");
    await device.setUserVerified(true);
    await press(page, "Use a passkey");
    expect(await at(page)).to.equal("/chat");
    expect(problems).to.deep.equal([]);
  });

  for (const [kind, name, button] of [
    ["passkey", "Passkey", "Use a passkey"],
    ["security-key", "Security key", "Use your security key"],
  ] as const)
    it(`[W3] as a second factor, with its page and its wait: ${name}`, async () => {
      const visitor = kind === "passkey" ? ada : await people.member(kind, name);
      const { page, email, problems } = visitor;
      await chat.leave(visitor);
      await chat.logIn(visitor, email);
      await check(page, true);
      await look(page, `second-factor-${kind}`);
      await press(page, button);
      expect(await at(page)).to.equal(`/${kind.replace("-", "_")}_verification/new`);
      await check(page, true);
      await look(page, `${kind}-verification`);
      // The answer takes its time: the button waits.
      let goOn = (): void => undefined;
      const held = new Promise<void>((resolve) => (goOn = resolve));
      await page.route("**/challenge", async (route) => {
        await held;
        await route.continue();
      });
      await page.getByRole("button", { name: button }).click();
      await page.waitForFunction("document.querySelector('form[aria-busy=true] button[disabled]')");
      goOn();
      await page.waitForURL("**/chat");
      await page.unrouteAll();
      expect(problems).to.deep.equal([]);
      if (visitor !== ada) await visitor.context.close();
    });

  it("without script, or in a browser that does not know it: the pages say what is needed, and offer the other ways", async () => {
    // Of her own: each login sends a text message, and a number gets so many in a day.
    const owner = await people.member("passkey", "Passkey");
    for (const javaScript of [false, true]) {
      const visitor = await chat.newMember(javaScript);
      const { page, problems } = visitor;
      if (javaScript)
        await page.addInitScript(
          "for (const kind of ['Request', 'Creation']) delete window.PublicKeyCredential?.[`parse${kind}OptionsFromJSON`]",
        );
      await page.goto(`${chat.base}/security`);
      await press(page, "Set up: Passkey");
      expect(await page.getByText("This needs JavaScript").isVisible()).to.equal(true);
      expect(await page.getByRole("button").count()).to.equal(0);
      await look(page, `passkey-enrolment-without-${javaScript}`);
      await chat.leave(visitor);
      await chat.logIn(visitor, owner.email);
      await press(page, "Use a passkey");
      expect(await page.getByText("This needs JavaScript").isVisible()).to.equal(true);
      expect(await page.getByRole("button").count()).to.equal(0);
      await look(page, `passkey-verification-without-${javaScript}`);
      await check(page, javaScript);
      await page.getByRole("link", { name: "Try another way" }).click();
      await press(page, /^Text /);
      await fill(page, { pin_number: chat.messages.code() });
      await page.waitForURL("**/chat");
      await chat.leave(visitor);
      await page.goto(`${chat.base}/login`);
      expect(await page.getByRole("button", { name: /passkey/ }).count()).to.equal(0);
      await page.goto(`${chat.base}/passkey_sign_in/new`);
      expect(await page.getByText("This needs JavaScript").isVisible()).to.equal(true);
      await page.getByRole("link", { name: "Sign in another way" }).click();
      expect(await at(page)).to.equal("/login");
      expect(problems).to.deep.equal([]);
    }
  });
});
