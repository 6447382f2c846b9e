import { expect } from "chai";
import type { Browser } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { openChat, press, type Chat } from "../support/chat-scene.ts";
import { journeysIn, NEW_PASSWORD } from "../support/forgotten.ts";
import { keyHolders } from "../support/key-holders.ts";
import { at } from "../support/person.ts";

describe("the journey of a forgotten password with a passkey, through the chat, in Chromium", function () {
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

  it("[V6.2.6] one touch leads to a new password, which ends the session from before, and signs in", async () => {
    const journeys = journeysIn(chat, browser);
    const owner = await keyHolders(chat).member("passkey", "Passkey");
    const { page, device, email, problems } = owner;
    const before = await journeys.sessionOf(owner);
    await chat.leave(owner);
    const visitor = await journeys.forgets(owner, email, { journey: "passkey", script: true });
    await visitor.upTo("Use a passkey");
    await press(page, "Yes");
    await visitor.sees("Use a passkey");
    // A touch alone does not say who touches.
    await device.setUserVerified(false);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByRole("alert").filter({ hasText: "That did not work" }).waitFor();
    await visitor.sees("Use a passkey");
    await device.setUserVerified(true);
    await press(page, "Use a passkey");
    await journeys.resets(visitor, email, before);
    await chat.logIn(visitor, email, NEW_PASSWORD);
    await press(page, "Use a passkey");
    await press(page, "Use a passkey");
    expect(await at(page)).to.equal("/chat");
    expect(problems).to.deep.equal([]);
  });
});
