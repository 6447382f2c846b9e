import { expect } from "chai";
import type { FactorEvent } from "passport-factors";
import type { Browser } from "playwright-core";
import { openBrowser } from "../support/browser.ts";
import { openChat, press, type Chat } from "../support/chat-scene.ts";
import {
  alert,
  changeOptions,
  FAILED,
  keyHolders,
  type KeyHolder,
  type KeyHolders,
} from "../support/key-holders.ts";
import { at, check, look } from "../support/person.ts";
import { plugIn } from "../support/virtual-authenticator.ts";

describe("what is no proof by a passkey in the chat, in Chromium", function () {
  this.timeout(60_000);
  let browser: Browser;
  let chat: Chat;
  let people: KeyHolders;
  /** Has a passkey, and comes to each test as somebody who has left. */
  let ada: KeyHolder;
  const suspicions: FactorEvent[] = [];
  before(async () => {
    browser = await openBrowser();
    chat = await openChat(browser);
    people = keyHolders(chat);
    chat.chat.factors.events.on("factor_suspicious", (event) => suspicions.push(event));
    ada = await people.member("passkey", "Passkey");
  });
  after(async () => {
    await browser.close();
    await chat.close();
  });

  it("[W10] the wrong finger, no such key, a time that is over, and a prompt that is cancelled: one message, no guess, and the next try is let in", async () => {
    const visitor = ada;
    const { page, device, email, problems } = visitor;
    const failures: string[] = [];
    chat.chat.factors.events.on("factor_failed", ({ account = "" }) => failures.push(account));
    await chat.leave(visitor);
    await chat.logIn(visitor, email);
    await press(page, "Use a passkey");
    const fails = async () => {
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await alert(page).filter({ hasText: FAILED }).waitFor();
      expect(await page.getByRole("button", { name: "Use a passkey" }).isEnabled()).to.equal(true);
      await page.reload();
    };

    await device.setUserVerified(false);
    await fails();
    await look(page, "passkey-verification-failed");
    await device.setUserVerified(true);

    const other = await plugIn(page, "security-key");
    await changeOptions(page, (options) => ({
      ...options,
      allowCredentials: [{ type: "public-key", id: "AAAA" }],
    }));
    await fails();
    await other.unplug();

    await device.setPresence(false);
    await changeOptions(page, (options) => ({ ...options, timeout: 200 }));
    await fails();
    await device.setPresence(true);

    await page.unrouteAll();
    await page.evaluate(() => {
      navigator.credentials.get = () => Promise.reject(new DOMException("", "NotAllowedError"));
    });
    await fails();

    expect(failures).to.deep.equal([]);
    await press(page, "Use a passkey");
    expect(await at(page)).to.equal("/chat");
    expect(problems).to.deep.equal([]);
  });

  it("[W7] another account's key, at the same browser, proves nothing", async () => {
    const visitor = ada;
    const { page, email: theirs } = visitor;
    await chat.leave(visitor);
    // Another account, with a passkey of its own in another device.
    const owner = await people.member("passkey", "Passkey");
    expect(theirs).not.to.equal(owner.email);
    // A browser asks no authenticator for a page that is behind another.
    await owner.context.close();
    await chat.logIn(visitor, owner.email);
    await press(page, "Use a passkey");
    // The page is made to ask for any key.
    await changeOptions(page, ({ allowCredentials: _named, ...options }) => options);
    await press(page, "Use a passkey");
    expect(await at(page)).to.equal("/passkey_verification");
    expect(await alert(page).first().textContent()).to.include("not recognised");
    await check(page, true);
    await look(page, "passkey-refused");
    await page.unrouteAll();
    await page.goto(`${chat.base}/chat`);
    expect(await at(page)).not.to.equal("/chat");
  });

  it("[W4] a forged signature with a low counter is a wrong answer, and no word of a clone", async () => {
    const visitor = ada;
    const { page, email } = visitor;
    await chat.leave(visitor);
    await chat.logIn(visitor, email);
    await press(page, "Use a passkey");
    await page.route("**/passkey_verification", async (route) => {
      const form = new URLSearchParams(route.request().postData() ?? "");
      const credential = JSON.parse(form.get("credential") ?? "{}");
      const data = Buffer.from(credential.response.authenticatorData, "base64url");
      data.writeUInt32BE(0, 33);
      credential.response.authenticatorData = data.toString("base64url");
      form.set("credential", JSON.stringify(credential));
      await route.continue({ postData: form.toString() });
    });
    await press(page, "Use a passkey");
    await page.unrouteAll();
    expect(await alert(page).first().textContent()).to.include("not recognised");
    expect(suspicions).to.deep.equal([]);
  });

  it("[W5] one assertion 20 times in parallel is one success", async () => {
    const visitor = ada;
    const { page, email } = visitor;
    await chat.leave(visitor);
    await chat.logIn(visitor, email);
    await press(page, "Use a passkey");
    const statuses = await page.evaluate<number[]>(`(async () => {
      const headers = { Accept: "application/json", "Content-Type": "application/json" };
      const post = (path, body) => fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
      const { publicKey } = await (await post("/passkey_verification/challenge", {})).json();
      const options = { publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) };
      const credential = (await navigator.credentials.get(options)).toJSON();
      const answers = Array.from({ length: 20 }, () => post("/passkey_verification", credential));
      return (await Promise.all(answers)).map(({ status }) => status);
    })()`);
    expect(statuses.filter((status) => status === 200)).to.have.length(1);
    await page.goto(`${chat.base}/chat`);
    expect(await at(page)).to.equal("/chat");
  });
});
